"""Compressed copies of static files: served to clients that accept them, with the headers of the original."""

import gzip
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from tests.api.serving import Served, serving
from web.packed_files import PackedFiles

PACK = Path(__file__).parents[2] / "deploy" / "pack_static.py"
SCRIPT = "console.log('a script of some length');\n" * 100


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "static" / "js").mkdir(parents=True)
    (folder / "static" / "js" / "a.js").write_text(SCRIPT)
    (folder / "static" / "js" / "small.js").write_text("1")
    assert runpy.run_path(str(PACK))["main"](folder / "static") == 1
    packed = PackedFiles(StaticFiles(directory=folder), folder)

    class Inner:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await packed({**scope, "root_path": ""}, receive, send)

    routes: list[BaseRoute] = [Mount("/", app=Inner())]
    with serving(routes) as served:
        yield served


def got(files: Served, path: str, accepted: str) -> requests.Response:
    return files.get(path, headers={"Accept-Encoding": accepted})


def test_a_client_that_accepts_gzip_gets_the_copy_with_the_type_of_the_original(files: Served) -> None:
    answer = got(files, "/static/js/a.js", "gzip;q=0.5, deflate")
    assert answer.text == SCRIPT
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(gzip.compress(SCRIPT.encode(), 9))


def test_brotli_is_preferred(files: Served) -> None:
    answer = got(files, "/static/js/a.js", "gzip, deflate, br")
    assert answer.headers["Content-Encoding"] == "br"


@pytest.mark.parametrize(("path", "accepted"), [("/static/js/a.js", "identity"), ("/static/js/small.js", "gzip, br")])
def test_other_clients_and_small_files_get_the_original(files: Served, path: str, accepted: str) -> None:
    answer = got(files, path, accepted)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_a_copy_whose_script_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "old.js.br").write_bytes(b"")
    (tmp_path / "kept.js").write_text(SCRIPT)
    assert runpy.run_path(str(PACK))["main"](tmp_path) == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kept.js", "kept.js.br", "kept.js.gz"]


def test_a_path_that_is_no_file_stays_not_found(files: Served) -> None:
    assert got(files, "/static/js/none.js", "gzip").status_code == 404
