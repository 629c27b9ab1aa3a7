"""Rules as their owners keep them: the text, its subjects, timing and channels, and where it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.alert_states import Timing

HELD, WATCHED, EVERY = "held", "watched", "all"


class Severity(StrEnum):
    """How much an alert matters, least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    def reaches(self, least: "Severity") -> bool:
        """True if it matters at least as much as `least`."""
        order = list(Severity)
        return order.index(self) >= order.index(least)


class RuleOrigin(StrEnum):
    """The place where a rule was written. Only rules of the app can be changed in the app."""

    CONFIGURATION = "configuration"
    APP = "app"
    BUILT_IN = "built_in"


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """The content of a rule.

    `subjects` are "held", "watched" or "all", or names: symbols, coins, order ids, sources. `accounts` are names, all
    that the owner sees if empty. `channels` are names, all if empty. `resolves` is a rule text of its own, None for the
    opposite of `text`.
    """

    name: str
    text: str
    subjects: tuple[str, ...] = (HELD,)
    accounts: tuple[str, ...] = ()
    resolves: str | None = None
    timing: Timing = field(default_factory=Timing)
    severity: Severity = Severity.WARNING
    channels: tuple[str, ...] = ()
    is_enabled: bool = True

    def as_json(self) -> dict[str, Any]:
        """The definition as it is stored. Spans are seconds."""
        return {
            "name": self.name,
            "text": self.text,
            "subjects": list(self.subjects),
            "accounts": list(self.accounts),
            "resolves": self.resolves,
            "for": int(self.timing.for_.total_seconds()),
            "keep_for": int(self.timing.keep_for.total_seconds()),
            "severity": self.severity.value,
            "channels": list(self.channels),
            "enabled": self.is_enabled,
        }


def definition_from(row: Mapping[str, Any]) -> RuleDefinition:
    """The definition that `as_json` stored."""
    timing = Timing(timedelta(seconds=row["for"]), timedelta(seconds=row["keep_for"]))
    return RuleDefinition(
        name=row["name"],
        text=row["text"],
        subjects=tuple(row["subjects"]),
        accounts=tuple(row["accounts"]),
        resolves=row["resolves"],
        timing=timing,
        severity=Severity(row["severity"]),
        channels=tuple(row["channels"]),
        is_enabled=row["enabled"],
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A stored rule. `error` and `put_off_until` are set after an evaluation that raised."""

    id: int
    owner: str | None
    definition: RuleDefinition
    origin: RuleOrigin
    version: int
    changed_at: datetime
    changed_by: str | None = None
    warning: str | None = None
    error: str | None = None
    put_off_until: datetime | None = None

    @property
    def name(self) -> str:
        return self.definition.name

    def is_put_off(self, now: datetime) -> bool:
        """True while it rests after an error."""
        return self.put_off_until is not None and now < self.put_off_until


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One definition that a rule had, and who wrote it when."""

    version: int
    definition: RuleDefinition
    changed_at: datetime
    changed_by: str | None
