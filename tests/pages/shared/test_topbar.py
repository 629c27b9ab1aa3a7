"""The top bar: one error is told once, and a time stands once in a row."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.markets import Side
from domain.sources import Failure, FailureKind
from pages.shared.loaders import latest_refreshes
from tests.factories import fill, transfer, valuation
from tests.pages.conftest import Pages, look_again, words_of
from tests.pages.drawn_tables import bar_of, payloads_of
from tests.pages.events import send
from tests.pages.factories import configured, seen
from tests.pages.past import moved, traded, with_past

REFUSED = Failure(FailureKind.PERMANENT, "the key was refused")


def show_fills() -> None:
    from pages.fills.page import show_fills

    show_fills()


def show_transfers() -> None:
    from pages.transfers.page import show_transfers

    show_transfers()


def test_an_error_that_several_sources_share_is_told_once_by_the_badge(pages: Pages) -> None:
    account, now = configured(pages.writer), datetime.now(UTC)
    seen(pages.writer, account, now - timedelta(seconds=30))
    refused: dict[str, Any] = dict.fromkeys(("balances", "positions", "orders", "triggers", "prices"), REFUSED)
    seen(pages.writer, account, now - timedelta(seconds=1), **refused)
    app = pages.app()
    ages = bar_of(app)["badge"]["ages"]
    assert ages["lights"].count("he key was refused") == 1
    sources = ages["sources"]
    assert [is_failing for _, _, _, is_failing in sources].count(True) == 5


@pytest.mark.parametrize("show", [show_fills, show_transfers])
def test_a_time_stands_once_in_a_row_until_utc_is_chosen(pages: Pages, show: Callable[[], None]) -> None:
    (account,) = with_past(pages.writer)
    at = datetime.now(UTC) - timedelta(minutes=1)
    traded(pages.writer, account, [fill("1", Side.BUY, at=at)])
    moved(pages.writer, account, [transfer("deposit/1", at=at)])
    seen(pages.writer, account)
    columns = {column["key"]: column["is_shown"] for column in payloads_of(pages.page(show))[0]["columns"]}
    assert (columns["time"], columns["utc"]) == (True, False)


def test_accounts_are_chosen_and_left_out_again(pages: Pages) -> None:
    with_past(pages.writer, "a", "b")
    app = pages.app(account="b")
    assert (bar_of(app)["accounts"], bar_of(app)["chosen_accounts"]) == (["a", "b"], ["b"])
    send(app, "bar", "account", "a\nb")
    assert app.query_params["account"] == ["a", "b"]
    send(app, "bar", "account", "")
    assert "account" not in app.query_params
    assert bar_of(app)["chosen_accounts"] == []


def test_one_account_is_no_choice(pages: Pages) -> None:
    with_past(pages.writer, "a")
    assert bar_of(pages.app())["accounts"] == []


@pytest.mark.parametrize(
    ("name", "value", "default", "shown"),
    [
        ("currency", "EUR", "USD", lambda bar: bar["currency"]),
        ("hide_small", "true", "false", lambda bar: bar["settings"][0]["chosen"]),
        ("hide_amounts", "true", "false", lambda bar: bar["settings"][1]["chosen"]),
        ("colours", "Blue up", "Green up", lambda bar: bar["settings"][2]["chosen"]),
    ],
)
def test_a_choice_stands_in_the_address_and_a_default_does_not(
    pages: Pages, name: str, value: str, default: str, shown: Callable[[dict[str, Any]], str]
) -> None:
    with_past(pages.writer, "a")
    app = send(pages.app(), "bar", name, value)
    assert (app.query_params[name], shown(bar_of(app))) == (value, value)
    send(app, "bar", name, default)
    assert (name in app.query_params, shown(bar_of(app))) == (False, default)


def test_a_page_of_the_bar_is_led_to_with_the_choices(pages: Pages) -> None:
    with_past(pages.writer, "a")
    app = send(pages.app(currency="EUR"), "bar", "page", "fills")
    assert bar_of(app)["here"] == "fills"
    assert app.query_params["currency"] == "EUR"


def test_an_unknown_choice_of_a_link_is_told_once_and_leaves_the_address(pages: Pages) -> None:
    with_past(pages.writer, "a", "b")
    app = pages.app(currency="XYZ", account="c")
    told = [toast.value for toast in app.toast]
    assert [text.count("There is no account c") for text in told] == [1, 0]
    assert [text.count("XYZ, is not among") for text in told] == [0, 1]
    assert not {"currency", "account"} & set(app.query_params)


def test_a_link_leads_to_an_account_that_was_added_a_moment_ago(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    with_past(pages.writer, "a")
    app = pages.app()
    asked_at = latest_refreshes()._asked_at
    monkeypatch.setattr(latest_refreshes(), "_clock", lambda: asked_at)  # the last answer is fresh for ever
    with_past(pages.writer, "a", "b")
    app.query_params["account"] = "b"
    app.run()
    assert (app.query_params["account"], list(app.toast)) == ("b", [])
    assert bar_of(app)["chosen_accounts"] == ["b"]


def test_an_account_that_cannot_be_read_is_not_said_to_be_missing(pages: Pages) -> None:
    with_past(pages.writer, "a")
    pages.app()
    pages.wire.cut()
    told = [toast.value for toast in pages.app(account="b").toast]
    assert told == ["The database cannot be read, and it had no account b: a is shown."]


def test_several_accounts_have_a_line_each_with_value_and_age(pages: Pages) -> None:
    for account in with_past(pages.writer, "a", "b"):
        seen(pages.writer, account, datetime.now(UTC) - timedelta(seconds=3), worth=valuation("70"))
    words = words_of(pages.app())
    assert words.count('role="listitem"') == 2
    assert words.count('<span class="value">$70.00</span>') == 2
    assert '"value">$140.00<' in words
    look_again()
    assert 'role="listitem"' not in words_of(pages.app(account="a"))


def test_the_badge_tells_the_browser_when_each_source_turns_late_and_stale(pages: Pages) -> None:
    """An account every 30 s is late after two intervals and stale after six, as domain/freshness.py says."""
    (account,) = with_past(pages.writer)
    at = datetime.now(UTC) - timedelta(seconds=3)
    seen(pages.writer, account, at)
    age = bar_of(pages.app())["badge"]["ages"]
    assert age["live"] is True
    as_of, late_at, stale_at, is_failing = age["sources"][0]
    assert abs(as_of - at.timestamp() * 1000) <= 1
    assert (late_at - as_of, stale_at - as_of, is_failing) == (60_000, 180_000, False)


def test_the_band_of_the_past_names_the_recorded_moment(pages: Pages) -> None:
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC))
    words = words_of(pages.app(as_of="2026-03-01T12:00:30Z"))
    assert "<b>As of 1 Mar 2026, 12:00:07 UTC.</b>" in words
    assert "It is the last refresh up to 1 Mar 2026, 12:00:30 UTC." in words
