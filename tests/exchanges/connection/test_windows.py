"""Windows: the whole of a stretch, oldest first, without a gap, whatever an answer can hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exchanges.connection.windows import Window, in_windows, timestamp_text
from tests.factories import NOON, later

WEEK = timedelta(days=7)


class Listed:
    """A list of times that returns the newest few within a window. `finest` is its time resolution."""

    def __init__(self, moments: list[datetime], most: int) -> None:
        self.moments, self.most, self.asked = moments, most, 0

    def __call__(self, since: datetime, until: datetime) -> tuple[list[datetime], int]:
        self.asked += 1
        told = [at for at in self.moments if since <= at < until][-self.most :]
        return told, len(told)


def walked(
    listed: Callable[..., tuple[list[datetime], int]], until: datetime, most: int
) -> list[Window[list[datetime]]]:
    return list(in_windows(NOON, until, WEEK, most, listed))


@given(st.lists(st.integers(0, 3_000_000), max_size=120, unique=True), st.integers(2, 9))
def test_every_row_is_returned_once_and_in_order(seconds: list[int], most: int) -> None:
    moments = sorted(later(second) for second in seconds)
    until = NOON + timedelta(days=35)
    windows = walked(Listed(moments, most), until, most)
    assert [at for window in windows for at in window.content] == moments
    assert (windows[0].since, windows[-1].until) == (NOON, until)
    assert all(before.until == after.since for before, after in pairwise(windows))
    assert all(window.until - window.since <= WEEK for window in windows)
    assert not any(window.is_cut for window in windows)


def test_a_millisecond_with_too_many_rows_is_marked_as_truncated() -> None:
    listed = Listed([later(100)] * 12, 10)
    windows = walked(listed, later(200), 10)
    (cut,) = [window for window in windows if window.is_cut]
    assert cut.since <= later(100) < cut.until
    assert cut.until - cut.since < timedelta(milliseconds=1)
    assert windows[-1].until == later(200)
    assert listed.asked < 120


def test_a_quiet_history_takes_one_request_a_week() -> None:
    listed = Listed([], 100)
    assert len(walked(listed, NOON + timedelta(days=31), 100)) == listed.asked == 5


def test_windows_grow_again_after_a_busy_range() -> None:
    crowd = [later(second) for second in range(1000, 1100)]
    listed = Listed(crowd, 10)
    walked(listed, NOON + timedelta(days=28), 10)
    assert listed.asked < 75


def test_timestamps_are_milliseconds_and_nanoseconds_only_if_finer() -> None:
    assert timestamp_text(datetime(2026, 1, 1, tzinfo=UTC)) == "1767225600000"
    assert timestamp_text(datetime(2026, 1, 1, 0, 0, 0, 62, tzinfo=UTC)) == "1767225600000062000"
