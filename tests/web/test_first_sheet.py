"""The route of the first sheet: private, for the viewer of the request, and never in the way of the page."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from db.viewing import current_token
from domain.viewers import CREDENTIAL
from tests.api.serving import Served, serving
from web.figures import FigureThreads, Render
from web.first_sheet import FirstSheet

KNOWN_ZONE = {"Cookie": "stillframe_frame=Dark.Europe%2FBerlin"}


@contextmanager
def served(render: Render[bytes]) -> Iterator[Served]:
    """The route, behind a gate that lets everybody in as one viewer."""
    route = FirstSheet(["/", "/open_orders"], render, FigureThreads("test", "kept"))

    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        await route({**scope, "root_path": "", "state": {CREDENTIAL: "hers"}}, receive, send)

    routes: list[BaseRoute] = [Mount("/", app=signed_in)]
    with serving(routes) as site:
        yield site


def asked_for(path: str, query: str, zone: str, kept: str) -> bytes:
    return f"{path} {query} {zone} {kept} {current_token()}".encode()


@pytest.mark.parametrize("packing", ["br", "identity"])
def test_the_sheet_is_that_of_path_query_zone_choices_and_viewer(packing: str) -> None:
    cookies = {"Cookie": f"{KNOWN_ZONE['Cookie']}; kept=a%3Db"}
    with served(asked_for) as site:
        answer = site.get("/first_sheet/open_orders?tab=all", {**cookies, "Accept-Encoding": packing})
    assert answer.text == "/open_orders tab=all Europe/Berlin a%3Db hers"
    assert answer.headers.get("Content-Encoding", "identity") == packing


def test_no_cache_keeps_it_and_no_page_runs_it_as_a_script() -> None:
    with served(asked_for) as site:
        headers = site.get("/first_sheet/", KNOWN_ZONE).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/first_sheet/alerts", KNOWN_ZONE), ("/first_sheet/", {}), ("/first_sheet/%2e%2e", KNOWN_ZONE)],
)
def test_a_page_without_a_sheet_or_a_time_zone_gets_none(path: str, headers: dict[str, str]) -> None:
    with served(asked_for) as site:
        assert (site.get(path, headers).status_code, site.get(path, headers).text) == (204, "")


def test_a_failure_is_no_sheet() -> None:
    def fail(*_: str) -> bytes:
        raise ValueError("secret words")

    with served(fail) as site:
        answer = site.get("/first_sheet/", KNOWN_ZONE)
    assert (answer.status_code, answer.text) == (204, "")
