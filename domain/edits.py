"""Edits: what a viewer asks to be changed. A page files an edit, the refresher applies or refuses it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EditKind(StrEnum):
    """The subject of an edit. Its payload depends on it (docs/api.md)."""

    COST = "cost"  # the cost of a deposit: {deposit, cost, currency, acquired}. A cost of None takes it back
    TAX_CLOSE = "tax_close"  # a tax year is closed: {year, zone, currency, method}
    RULE = "rule"  # a rule is written, changed or removed: {name, text, ..., remove}
    WATCH = "watch"  # a market is watched or not: {venue, symbol, remove}
    MUTE = "mute"  # messages are held: {scope, target, minutes}. Zero minutes end a mute
    ACKNOWLEDGE = "acknowledge"  # a firing alert sends no reminders: {alert}
    TEST_CHANNEL = "test_channel"  # a test message is sent: {channel}


class EditState(StrEnum):
    """How far an edit is."""

    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Edit:
    """One filed edit. `kind` is as it was filed, also where no refresher knows it. `payload` is not validated yet."""

    id: int
    account_id: int | None
    kind: str
    payload: Any  # JSON: an object, if the page is ours
    filed_at: datetime
    state: EditState = EditState.PENDING
    answer: str | None = None
    applied_at: datetime | None = None  # applied or refused
    filed_by: str | None = None  # the viewer, None for the local one


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of an edit in a sentence: the change, or the reason of the refusal."""

    state: EditState
    answer: str


def applied(answer: str) -> Verdict:
    return Verdict(EditState.APPLIED, answer)


def refused(answer: str) -> Verdict:
    return Verdict(EditState.REFUSED, answer)
