"""Alerts: the state of a rule for one subject, its events, and the messages about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.alert_states import AlertState
from domain.rule_terms import Subject
from domain.rules import Severity


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """One thing that a rule is about. `place` is the venue of a market, else the name of the account.

    `name` is the symbol, coin, order key or source. It is empty for an account.
    """

    kind: Subject
    place: str
    name: str = ""

    def __str__(self) -> str:
        return "\t".join((self.kind.value, self.place, self.name))

    @property
    def label(self) -> str:
        """The subject in words: "BTC/USD", "main", "main BTC"."""
        if self.kind is Subject.MARKET:
            return self.name
        return f"{self.place} {self.name}".strip()


def subject_from(text: str) -> SubjectKey:
    """The subject that `str` wrote."""
    kind, position, name = text.split("\t", 2)
    return SubjectKey(Subject(kind), position, name)


class AlertEventKind(StrEnum):
    """A step of an alert. A reminder says that it still fires."""

    FIRED = "fired"
    RESOLVED = "resolved"
    REMINDER = "reminder"


class DeliveryState(StrEnum):
    """How far a message is. A held one will not be sent, and its reason is stored."""

    WAITING = "waiting"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"


class MuteScope(StrEnum):
    """The subject of a mute."""

    RULE = "rule"
    ALERT = "alert"
    SYMBOL = "symbol"
    ACCOUNT = "account"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Alert:
    """The state of one rule for one subject. `explanation` is the tree of the newest evaluation, as JSON."""

    id: int
    rule_id: int
    rule: str
    severity: Severity
    owner: str | None
    account_id: int | None
    subject: SubjectKey
    state: AlertState
    row_version: int
    evaluated_at: datetime
    changed_at: datetime
    explanation: Mapping[str, Any] | None = None
    reason: str | None = None
    reminded_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of an alert as far as an evaluation needs it. `evaluated_at` is None if its rule changed since."""

    id: int
    rule_id: int
    subject: SubjectKey
    state: AlertState
    row_version: int
    evaluated_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One event of an alert, with the values at its moment."""

    id: int
    alert_id: int
    rule: str
    severity: Severity
    account_id: int | None
    subject: SubjectKey
    event: AlertEventKind
    at: datetime
    rule_version: int
    explanation: Mapping[str, Any] | None = None

    @property
    def late_at(self) -> datetime | None:
        """When a late event was evaluated, because its candles arrived long after their close. None: in time."""
        return late_at_of(self.explanation)


def late_at_of(explanation: Mapping[str, Any] | None) -> datetime | None:
    """When a late event was evaluated, from its stored explanation. None: in time."""
    text = (explanation or {}).get("late_at")
    return None if text is None else datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one channel. `reason` says why it waits, was held or failed."""

    id: int
    channel: str
    event_id: int | None
    kind: str
    severity: Severity
    subject: str
    created_at: datetime
    due_at: datetime
    state: DeliveryState
    attempts: int
    reason: str | None = None
    message: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Messages about `target` are held until a moment. One alert is the rule `target` for its `subject`."""

    id: int
    owner: str | None
    scope: MuteScope
    target: str
    since: datetime
    until: datetime
    muted_by: str | None = None
    subject: SubjectKey | None = None

    @property
    def name(self) -> str:
        """The subject without the scope: "high", or for an alert "high (BTC/USD)"."""
        return muted_name(self.target, self.subject)

    @property
    def label(self) -> str:
        """The subject with the scope: "rule high", "alert high (BTC/USD)"."""
        return f"{self.scope.value} {self.name}"


def muted_name(target: str, subject: SubjectKey | None) -> str:
    """The subject of a mute, without its scope."""
    return target if subject is None else f"{target} ({subject.label})"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A configured channel without its address. `error` is set while it fails."""

    name: str
    owner: str | None
    service: str
    least_severity: Severity
    failing_since: datetime | None = None
    error: str | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchedMarket:
    """A market that its owner watches. `is_editable` is False for one of the configuration file."""

    id: int
    owner: str | None
    venue: str
    symbol: str
    added_at: datetime
    is_editable: bool = field(default=True)
