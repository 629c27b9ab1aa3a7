"""Go on after the clock was ahead: set aside refreshes of the future, once the clock is known to be right.

A refresh under a moment in the future refuses every later one. After one interval of refusals it is set aside, but only
if the exchange's clock agrees with ours. A clock that is behind would otherwise set aside the real present.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.writes.clock_repairs import set_aside_future
from domain.clock_repairs import ClockRepair
from domain.snapshot import Account
from logs.lines import log

# The exchange states its time to the second, and a response takes a moment.
AGREES_WITHIN = timedelta(seconds=60)


class FutureRefreshes:
    """The refusals of one account because of a refresh in the future."""

    def __init__(self, account: Account, writer: Engine, now: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._writer = writer
        self._now = now
        self._refused_since: float | None = None

    def accepted(self) -> None:
        """A refresh was written, so nothing of the future stands in the way."""
        self._refused_since = None

    def refused(self, moment: datetime, clock_ahead: timedelta | None) -> ClockRepair | None:
        """Note a refused refresh at `moment`. Returns what was set aside, None if it is too early or unsafe.

        `clock_ahead` is how far the exchange's clock is ahead of ours, None if it is unknown.
        """
        if self._refused_since is None:
            self._refused_since = self._now()
        if self._now() - self._refused_since < self._account.expected.total_seconds():
            return None
        if clock_ahead is None or abs(clock_ahead) > AGREES_WITHIN:
            stated = "unknown" if clock_ahead is None else f"{clock_ahead.total_seconds():+.0f} s from ours"
            log().warning(
                "the latest refresh is ahead of this machine's clock, and the exchange's clock does not confirm ours",
                account=self._account.name,
                exchange_clock=stated,
            )
            return None
        repair = set_aside_future(self._writer, self._account, moment)
        if repair is not None:
            log().warning(
                "refreshes of the future were set aside: the clock was ahead",
                account=self._account.name,
                refreshes=repair.refreshes,
                ahead_seconds=round(repair.ahead.total_seconds()),
            )
        return repair
