"""A clock that was ahead: no page calls a moment of the future fresh, and Status says what was done."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from db.writes.clock_repairs import set_aside_future
from domain.clock_repairs import ClockRepair
from pages.shared.formats import age_text
from pages.status.view import clock_text
from tests.factories import NOON, later
from tests.pages.conftest import Pages, words_of
from tests.pages.factories import ago, configured, seen
from tests.pages.status.test_page import figure, opened, row

UTC_ZONE = ZoneInfo("UTC")


def test_a_refresh_of_the_future_is_shown_as_stale(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), ago(hours=-2))
    words = words_of(opened(pages))
    assert figure(words, "Sources fresh") == "0 of 5"
    assert "Stale" in row(words, "Orders")
    assert "The last refresh lies in the future: a clock was wrong." in words


def test_status_says_that_refreshes_of_the_future_were_set_aside(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(minutes=5))
    seen(pages.writer, account, ago(hours=-2))
    set_aside_future(pages.writer, account, datetime.now(UTC))
    words = words_of(opened(pages))
    assert "The clock of the refresher was ahead by up to 1 h 59 min." in words
    assert "1 refresh of the future was set aside" in words


def test_the_words_count_the_refreshes() -> None:
    repair = ClockRepair(NOON, later(7200), 12)
    assert clock_text(repair, UTC_ZONE, NOON) == (
        "The clock of the refresher was ahead by up to 2 h. At 12:00:00 UTC 12 refreshes of the future were set aside. "
        "Refreshes go on since then."
    )


def test_an_age_in_the_future_is_negative() -> None:
    assert [age_text(timedelta(seconds=seconds)) for seconds in (-7200, -16, -15, 0)] == ["−2 h", "−16 s", "0 s", "0 s"]
