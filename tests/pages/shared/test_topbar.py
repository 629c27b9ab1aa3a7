"""The top bar: one error is told once, and a time stands once in a row."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.markets import Side
from domain.sources import Failure, FailureKind
from tests.factories import fill, transfer, valuation
from tests.pages.conftest import Pages, look_again, words_of
from tests.pages.drawn_tables import payloads_of
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
    assert next(e for e in app.get("html") if "sf-lights" in e.proto.body).proto.body.count("he key was refused") == 1
    sources = payloads_of(app, "age")[0]["sources"]
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


def test_a_choice_of_an_account_is_a_chip_for_few_accounts_and_a_list_for_many(pages: Pages) -> None:
    with_past(pages.writer, "a", "b")
    assert pages.app(account="b").button_group(key="account").value == ["b"]
    with_past(pages.writer, "a", "b", "c", "d")
    look_again()
    assert pages.app(account="b").multiselect(key="account").value == ["b"]


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
    (age,) = payloads_of(pages.app(), "age")
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
