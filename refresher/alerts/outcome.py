"""The result of evaluating one rule for one subject: its changes are computed when they are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.live import Evaluated
from domain.alerts import SubjectKey
from domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Result:
    """`changes` may raise, and then the rule is put off.

    `at` is the newest moment that is evaluated with it. An event that is older than `late_after` when it is evaluated
    came late.
    """

    rule: Rule
    subject: SubjectKey
    account_id: int | None
    at: datetime
    changes: Callable[[], Sequence[Evaluated]]
    late_after: timedelta = timedelta.max

    def is_late(self, at: datetime, now: datetime) -> bool:
        """True if an event of a moment is no news any more."""
        return now - at > self.late_after
