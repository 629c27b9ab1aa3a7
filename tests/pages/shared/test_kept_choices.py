"""Choices that a browser keeps: every page and the first frame obey them, and an address wins over them."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from pages.components.bar.model import KEPT, KEPT_COOKIE
from pages.components.sheet.sheet import sheet_script
from pages.first_frame.render import render
from tests.factories import valuation
from tests.pages.conftest import Pages, again, look_again, words_of
from tests.pages.drawn_tables import bar_of
from tests.pages.events import send
from tests.pages.factories import configured, seen

AMOUNT = "$1,234"
HIDING = "hide_amounts=true"
KeepChoices = Callable[[str], None]


@pytest.fixture
def keeps(monkeypatch: pytest.MonkeyPatch) -> KeepChoices:
    """A function that gives the browser a cookie."""

    def keep(choices: str) -> None:
        monkeypatch.setattr(ContextProxy, "cookies", {KEPT_COOKIE: quote(choices)})

    return keep


@pytest.fixture
def filled(pages: Pages) -> Pages:
    seen(pages.writer, configured(pages.writer), worth=valuation("1234"))
    return pages


def frame(kept: str, query: str = "") -> str:
    look_again()
    return render("/", query, "UTC", quote(kept))


def is_hidden(app: AppTest) -> bool:
    return "••••" in words_of(app) and AMOUNT not in words_of(app)


def test_kept_hiding_counts_on_a_page_that_opens_without_it_in_the_address(filled: Pages, keeps: KeepChoices) -> None:
    assert not is_hidden(filled.app())
    keeps(HIDING)
    assert is_hidden(filled.app())
    assert not is_hidden(filled.app(hide_amounts="false"))


def test_the_first_frame_hides_amounts_that_are_to_be_hidden(filled: Pages) -> None:
    """Also after the same frame was drawn with them."""
    assert AMOUNT in frame("")
    assert AMOUNT not in frame(HIDING)
    assert "••••" in frame(HIDING)
    assert AMOUNT in frame(HIDING, "hide_amounts=false")
    assert AMOUNT in frame("")


def test_amounts_once_hidden_come_back_by_a_choice_alone(filled: Pages) -> None:
    app = send(filled.app(), "bar", "hide_amounts", "true")
    del app.query_params["hide_amounts"]  # as Back does, and a link without it
    assert is_hidden(again(app))
    assert not is_hidden(send(app, "bar", "hide_amounts", "false"))


def test_amounts_that_a_browser_hides_are_shown_by_a_choice(filled: Pages, keeps: KeepChoices) -> None:
    keeps(HIDING)
    app = send(filled.app(), "bar", "hide_amounts", "false")
    assert not is_hidden(app)
    assert "hide_amounts" not in app.query_params


def test_a_kept_currency_is_the_default_of_addresses_and_another_stands_in_them(
    filled: Pages, keeps: KeepChoices
) -> None:
    keeps("currency=EUR")
    app = filled.app()
    assert (bar_of(app)["currency"], "currency" in app.query_params) == ("EUR", False)
    send(app, "bar", "currency", "USD")
    assert (bar_of(app)["currency"], app.query_params["currency"]) == ("USD", "USD")
    del app.query_params["currency"]  # Back goes to what the viewer saw
    assert bar_of(again(app))["currency"] == "EUR"


@pytest.mark.parametrize("kept", ["currency=XYZ&as_of=2020-01-01", "=;&&=%zz" + "a" * 9000])
def test_a_cookie_that_nobody_wrote_changes_nothing(filled: Pages, keeps: KeepChoices, kept: str) -> None:
    plain = frame("")
    assert frame(kept).partition("data-age")[0] == plain.partition("data-age")[0]
    keeps(kept)
    app = filled.app()
    assert not is_hidden(app)
    assert bar_of(app)["currency"] == "USD"


def test_the_script_of_the_bar_keeps_what_the_pages_read() -> None:
    """The names stood in the script a second time."""
    assert f"const KEPT = {json.dumps(KEPT)};" in sheet_script()
    assert f'const KEPT_COOKIE = "{KEPT_COOKIE}";' in sheet_script()
    assert sheet_script().count(KEPT_COOKIE) == 1
