"""Whole windows: whatever an exchange makes of a question, no stretch passes for known that lacks something."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.connection.errors import BadPayload
from exchanges.connection.windows import Window
from exchanges.unified.complete_windows import whole_windows
from exchanges.venues._shared.full_answers import Keeps, PageLimit, RangeRows
from tests.factories import NOON, later

WEEK = timedelta(days=7)
UNTIL = NOON + timedelta(days=20)


@dataclass
class Exchange:
    """A list of moments, told as the fields say: `most` at once, or fewer where so many are asked for."""

    moments: Sequence[datetime]
    heeds_since: bool
    heeds_until: bool
    keeps: Keeps
    most: int = 20
    heeds_limit: bool = True
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __call__(self, since: datetime, until: datetime, limit: int) -> RangeRows:
        self.asked.append((since, until))
        assert len(self.asked) < 100 + 40 * len(self.moments), "it goes on asking"
        told = [
            at
            for at in sorted(self.moments)
            if (at >= since or not self.heeds_since) and (at < until or not self.heeds_until)
        ]
        size = min(limit, self.most) if self.heeds_limit else self.most
        told = told[:size] if self.keeps is Keeps.OLDEST else told[-size:]
        return RangeRows(list(told), tuple(told), len(told))


def walked(exchange: Exchange, habit: PageLimit | None = None) -> tuple[list[Window[list[Any]]], bool]:
    """The windows, and whether they reach the end."""
    windows: list[Window[list[Any]]] = []
    try:
        for window in whole_windows(NOON, UNTIL, WEEK, habit or PageLimit(100), exchange):
            windows.append(window)
    except BadPayload:
        return windows, False
    return windows, True


def within(window: Window[list[Any]], moments: Sequence[datetime]) -> list[datetime]:
    return sorted(at for at in moments if window.since <= at < window.until)


HABITS = [(since, until, keeps) for since in (True, False) for until in (True, False) for keeps in Keeps]
moments = st.lists(
    st.integers(-400_000, 2_000_000).map(lambda ms: later(ms * 0.9))  # days before and after, none in the same moment
    | st.sampled_from([later(7), later(7.5), later(8), later(90_000)]),  # some in the same one
    max_size=150,
)


@given(moments, st.sampled_from(HABITS), st.booleans(), st.sampled_from([10, 20, 25]), st.booleans(), st.data())
def test_a_range_that_counts_as_read_is_complete(
    truth: list[datetime],
    told: tuple[bool, bool, Keeps],
    heeds_limit: bool,
    most: int,
    is_declared: bool,
    data: st.DataObject,
) -> None:
    """Whatever an exchange heeds, whether its limit is declared or found out, and when it is asked a second time."""
    habit = PageLimit(most, is_sure=True) if is_declared else PageLimit(100)
    past = data.draw(st.integers(0, len(truth)))
    for known in (sorted(truth)[:past], truth):
        exchange = Exchange([at for at in known if at < UNTIL], *told, most, heeds_limit)
        windows, is_whole = walked(exchange, habit)
        assert all(before.until == after.since for before, after in pairwise(windows))
        assert not windows or windows[0].since == NOON
        assert not is_whole or windows[-1].until == UNTIL
        for window in windows:
            kept, there_is = within(window, window.content), within(window, exchange.moments)
            assert set(kept) <= set(there_is)
            assert window.is_cut or kept == there_is


@pytest.mark.parametrize(("since", "until", "keeps"), HABITS)
def test_every_readable_execution_is_read(since: bool, until: bool, keeps: Keeps) -> None:
    """Three hundred executions, twenty at once: what the exchange tells in one way or another is read."""
    truth = [later(3600 * hour) for hour in range(-100, 300)]
    windows, is_whole = walked(Exchange(truth, since, until, keeps))
    told = [at for window in windows for at in within(window, window.content)]
    missing = [window for window in windows if window.is_cut]
    if (since and until) or (since and keeps is Keeps.OLDEST) or (until and keeps is Keeps.NEWEST):
        assert (told, missing, is_whole) == ([at for at in truth if at >= NOON], [], True)
    elif keeps is Keeps.NEWEST:
        assert (told, is_whole) == (truth[-20:], True)
        assert [(window.since, window.until > truth[-20]) for window in missing] == [(NOON, True)]
    else:
        assert (told, missing, is_whole) == ([], [], False)


@pytest.mark.parametrize(("since", "until", "keeps"), [(True, False, Keeps.OLDEST), (False, True, Keeps.NEWEST)])
def test_the_kept_end_of_a_list_is_detected_even_if_the_limit_is_ignored(
    since: bool, until: bool, keeps: Keeps
) -> None:
    truth = [later(3600 * hour) for hour in range(-100, 300)]
    windows, _ = walked(Exchange(truth, since, until, keeps, heeds_limit=False))
    assert [at for window in windows for at in within(window, window.content)] == [at for at in truth if at >= NOON]
    assert not any(window.is_cut for window in windows)


def test_a_list_of_the_newest_rows_is_recognised_after_one_more_row() -> None:
    """An exchange that ignores both range and limit shows its choice in no other way."""
    exchange, habit = (
        Exchange([later(n) for n in range(25)], False, False, Keeps.NEWEST, heeds_limit=False),
        PageLimit(100),
    )
    windows, is_whole = walked(exchange, habit)
    assert not is_whole
    assert [at for window in windows for at in within(window, window.content)] == [later(n) for n in range(5, 25)]
    exchange.moments = [later(n) for n in range(26)]
    windows = list(whole_windows(later(20), UNTIL, WEEK, habit, exchange))
    assert [at for window in windows for at in within(window, window.content)] == [later(n) for n in range(20, 26)]
    assert not any(window.is_cut for window in windows)


def test_a_millisecond_with_too_many_rows_hides_no_other_row() -> None:
    truth = [*[later(50)] * 30, *(later(n) for n in range(60, 200))]
    for since, until, keeps in HABITS[:2]:
        windows, is_whole = walked(Exchange(truth, since, until, keeps))
        cut = [window for window in windows if window.is_cut]
        assert is_whole
        assert all(window.since <= later(51) and window.until <= later(52) for window in cut)
        assert cut
        told = [at for window in windows for at in within(window, window.content)]
        assert [at for at in told if at > later(50)] == truth[30:]


def test_a_second_with_too_many_rows_is_skipped_if_ranges_start_at_whole_seconds() -> None:
    """Thirty in one second, twenty at once: the second is cut, what comes after it is told."""
    truth = [later(100 + n / 100) for n in range(30)] + [later(n) for n in range(102, 150)]

    def ask(since: datetime, until: datetime, limit: int) -> RangeRows:
        return Exchange(truth, True, False, Keeps.OLDEST)(since.replace(microsecond=0), until, limit)

    windows = list(whole_windows(NOON, UNTIL, WEEK, PageLimit(20, Keeps.OLDEST), ask))
    assert [(window.since, window.until) for window in windows if window.is_cut] == [
        (later(100.19), later(100.191)), (later(100.191), later(101)),
    ]  # fmt: skip
    told = [at for window in windows if not window.is_cut for at in within(window, window.content)]
    assert told == [*truth[:19], *truth[30:]]


def test_many_rows_take_about_one_request_a_page() -> None:
    """No answer is thrown away where the oldest are kept, and few are where the newest are."""
    truth = [later(60 * n) for n in range(2000)]
    for keeps, most in ((Keeps.OLDEST, 110), (Keeps.NEWEST, 330)):
        exchange = Exchange(truth, True, True, keeps)
        walked(exchange)
        assert 100 <= len(exchange.asked) < most
