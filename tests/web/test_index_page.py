"""The index page: figures between head and root, never cached, in every compression, and never late."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send
from streamlit import file_util

from db.viewing import current_token
from domain.viewers import CREDENTIAL
from tests.api.serving import Served, serving
from web import figures
from web.figures import FigureThreads, Render
from web.index_page import FrameFiles, IndexPage, document_of
from web.own_files import OwnFile

FOLDER = Path(file_util.get_static_dir())
FILES = FrameFiles(
    OwnFile("start", "js", "0"),
    OwnFile("frame", "js", "1"),
    OwnFile("module", "js", "2"),
    OwnFile("style", "css", "q{}"),
    "p{}",
)
INDEX = (FOLDER / "index.html").read_text()


@contextmanager
def served(render: Render[str], credential: str | None = None) -> Iterator[Served]:
    """Pages with these figures. Other paths get 404."""

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    page = IndexPage(
        missing, FOLDER, {"/": "Overview", "/alerts": "Alerts"}, render, FILES, FigureThreads("test", "kept")
    )

    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        await page({**scope, "root_path": "", "state": {CREDENTIAL: credential}}, receive, send)

    routes: list[BaseRoute] = [Mount("/", app=signed_in)]
    with serving(routes) as site:
        yield site


@pytest.mark.parametrize("packing", ["br", "gzip, deflate", "identity"])
def test_figures_stand_before_the_root_in_every_compression(packing: str) -> None:
    with served(lambda *_: "<main id='x'>42 €</main>") as site:
        answer = site.get("/", {"Accept-Encoding": packing})
    assert answer.headers.get("Content-Encoding", "identity") == packing.split(",")[0]
    assert answer.content.decode().index("42 €") < answer.content.decode().index('<div id="root">')
    assert answer.text.count("</html>") == 1


def test_no_cache_keeps_the_figures() -> None:
    with served(lambda *_: "<main>42</main>") as site:
        answer = site.get("/", {"If-None-Match": "*", "If-Modified-Since": "Wed, 21 Oct 2065 07:28:00 GMT"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers


def test_figures_are_read_as_the_viewer_of_the_request() -> None:
    with served(lambda *_: f"<main>{current_token()}</main>", "secret") as site:
        assert "<main>secret</main>" in site.get("/").text
    with served(lambda *_: f"<main>{current_token()}</main>") as site:
        assert "<main>None</main>" in site.get("/").text


def test_path_query_zone_and_choices_reach_the_renderer() -> None:
    with served(lambda *parts: f"<main>{parts}</main>") as site:
        answer = site.get("/alerts", {"Cookie": "stillframe_frame=Dark.Europe%2FBerlin; kept=a%3Db"}, account="a b")
        assert "('/alerts', 'account=a+b', 'Europe/Berlin', 'a%3Db')" in answer.text


def test_a_failure_leaves_the_page_without_figures() -> None:
    def fail(*_: str) -> str:
        raise ValueError("secret words")

    with served(fail) as site:
        answer = site.get("/")
    assert answer.status_code == 200
    assert '<div id="root">' in answer.text
    assert "secret words" not in answer.text


def test_late_figures_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PATIENCE_SECONDS", 0.05)

    released = Event()

    def slow(*_: str) -> str:
        released.wait(20)
        return "<main>42</main>"

    with served(slow) as site:
        assert "<main>" not in site.get("/").text
        released.set()


def test_the_script_is_immutable_and_named_by_its_content() -> None:
    with served(lambda *_: "") as site:
        path = site.get("/").text.split('<script async src="')[1].split('"')[0]
        answer = site.get(path)
    assert answer.text == "1"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("packing", ["br", "gzip", "identity"])
@pytest.mark.parametrize("file", [FILES.start, FILES.module, FILES.style])
def test_each_of_our_files_is_named_by_the_page_and_served_for_good(file: OwnFile, packing: str) -> None:
    with served(lambda *_: "") as site:
        assert f'href="{file.path}"' in site.get("/").text or f'src="{file.path}"' in site.get("/").text
        answer = site.get(file.path, {"Accept-Encoding": packing})
    assert answer.headers.get("Content-Encoding", "identity") == packing
    assert (answer.text, "immutable" in answer.headers["Cache-Control"]) == (file.content, True)


def test_nothing_keeps_the_frame_from_being_painted() -> None:
    """Neither style sheets nor Streamlit's scripts load. The start adds them, and runs after the document."""
    document = document_of(INDEX, "Overview", FILES, [])
    text = document.head + document.tail
    assert 'rel="stylesheet"' not in text
    assert 'type="module"' not in text
    assert re.findall(r'<script [^>]*src="([^"]*)"', document.head) == [FILES.start.path]
    assert f'<script defer src="{FILES.start.path}"' in document.head
    assert len(re.findall(r'<link data-later crossorigin data-main href="./static/js/index', text)) == 1
    assert len(re.findall(r'<link rel="preload" as="style" data-deferred', text)) == 2
    assert "modulepreload" not in text


def test_other_paths_and_methods_pass_on() -> None:
    with served(lambda *_: "<main>42</main>") as site:
        assert site.get("/other").status_code == 404
        assert site.get("/_stcore/health").status_code == 404


def test_scripts_of_the_page_are_named_and_no_unused_font_is() -> None:
    document = document_of(INDEX, "Overview", FILES, ["/static/js/a.js"])
    assert 'as="font"' not in document.head
    assert '<link data-later crossorigin href="/static/js/a.js">' in document.head
    assert "<title>Overview · Stillframe</title>" in document.head


def test_the_inline_script_is_the_one_that_nginx_allows() -> None:
    document = document_of(INDEX, "Overview", FILES, [])
    scripts = re.findall(r"<script>(.*?)</script>", document.head + document.tail, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    policy = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
    assert len(hashes) == 1
    assert f"'sha256-{hashes[0]}'" in policy


KNOWN_ZONE = {"Cookie": "stillframe_frame=Dark.Europe%2FBerlin"}


def test_the_sheet_of_the_same_page_is_loaded_at_once() -> None:
    """The link stands before the figures, so that the browser asks for both at the same time."""
    with served(lambda *_: "<main>42</main>") as site:
        text = site.get("/?account=A%22&currency=EUR", KNOWN_ZONE).text
    link = text.index(
        '<link rel="preload" as="fetch" crossorigin data-sheet href="/first_sheet/?account=A%22&amp;currency=EUR">'
    )
    assert link < text.index("<main")


def test_a_page_for_an_unknown_time_zone_loads_no_sheet() -> None:
    with served(lambda *_: "") as site:
        assert "data-sheet" in site.get("/alerts", KNOWN_ZONE).text
        assert "data-sheet" not in site.get("/").text


def test_the_head_has_the_theme_that_the_viewer_chose() -> None:
    """Before the first figures too: a white page would flash in the dark."""
    with served(lambda *_: "") as site:
        assert "<style>:root { color-scheme: dark; }</style>" in site.get("/alerts", KNOWN_ZONE).text
        assert "<style>:root" not in site.get("/alerts").text
        evil = site.get("/alerts", {"Cookie": "stillframe_frame=%22%3E%3Cscript%3E.x"}).text
        assert "<style>:root" not in evil
        assert '"><script>' not in evil
