"""The first sheet: what a session of the same viewer draws, without a session."""

import json
import re

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app import PAGES
from pages.first_frame.visit import sheet_bytes
from pages.first_frame.words import TITLES
from pages.live.recipes import OPEN_PAGES
from tests.factories import balance, valuation
from tests.pages.conftest import Pages, look_again
from tests.pages.drawn_tables import bar_of, contents_of, sheet_of
from tests.pages.factories import configured, seen


@pytest.fixture
def held(pages: Pages) -> Pages:
    seen(pages.writer, configured(pages.writer), worth=valuation("1234"), balances=[balance("USD", "1234")])
    return pages


def visited(path: str, query: str = "", zone: str = "Europe/Berlin", kept: str = "") -> bytes:
    look_again()
    return sheet_bytes(PAGES, path, query, zone, kept)


def undated(data: bytes) -> list[str]:
    """The pieces of a sheet without the moment of the look, and without ages, which grow meanwhile."""
    pieces = [json.dumps(piece) for piece in contents_of(data)]
    return [re.sub(r'(data-at=."|"(at|latest|value)": "?)[\d:T-]+|\d+ s(?= old|<)', r"\1", piece) for piece in pieces]


def test_it_is_the_sheet_of_a_session(held: Pages) -> None:
    """A session without a browser has the zone UTC."""
    in_session = sheet_of(held.app(currency="EUR"))
    assert undated(visited("overview", "currency=EUR", "UTC")) == undated(in_session)
    assert "$1,234" in str(undated(visited("overview")))


def test_it_knows_the_pages_of_the_viewer_and_the_time_zone(held: Pages) -> None:
    bar = contents_of(visited("overview"))[0][3]
    assert bar["pages"] == bar_of(held.app())["pages"]
    assert "Europe/Berlin" in bar["zone_words"]


@pytest.mark.parametrize("path", sorted(TITLES))
def test_each_page_that_the_browser_asks_for_has_a_sheet(held: Pages, path: str) -> None:
    assert visited(path.strip("/") or "overview")


def test_a_time_zone_that_does_not_exist_is_utc(held: Pages) -> None:
    assert "zone, UTC" in contents_of(visited("overview", zone="Europe"))[0][3]["zone_words"]


def test_address_and_kept_choices_are_obeyed(held: Pages) -> None:
    assert "1,234" not in str(undated(visited("overview", "hide_amounts=true")))
    assert "1,234" not in str(undated(visited("overview", kept="hide_amounts%3Dtrue")))
    assert "1,234" in str(undated(visited("overview", "hide_amounts=false", kept="hide_amounts%3Dtrue")))


def test_nothing_of_the_visit_stays(held: Pages) -> None:
    """No page that the stream would renew, and no session in the thread, which the next viewer uses."""
    before = len(OPEN_PAGES._pages)
    assert visited("overview")
    assert len(OPEN_PAGES._pages) == before
    assert get_script_run_ctx(suppress_warning=True) is None


def test_without_a_database_there_is_none(pages: Pages) -> None:
    pages.wire.cut()
    assert visited("overview") == b""
