"""The result of evaluating one rule for one subject: its changes are computed when they are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.live import Evaluated
from domain.alerts import SubjectKey
from domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Result:
    """`changes` may raise, and then the rule is put off."""

    rule: Rule
    subject: SubjectKey
    account_id: int | None
    at: datetime
    changes: Callable[[], Sequence[Evaluated]]
