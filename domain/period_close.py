"""Recorded periods: the figures of a calendar month or year once it was over, and what later changed them.

    January    recorded on 2 February    gain 120.00
               known on 9 February       gain 132.34    corrected by +12.34: 1 late transfer

The recorded figures and all corrections together are the figures as they are known now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

from domain.lots import EXACT

# A deposit counts once it was credited, and prices around a moment arrive until an hour after it.
SETTLES_AFTER = timedelta(days=1)
FRACTION = "time-weighted return"
# The cause of changed figures that were recorded before evidence was kept.
OTHERWISE = "a completed fee, a stated cost or a price of then"
# Nothing of the period itself changed.
INHERITED = "an event before it, or a price of its holdings"
_CAUSES = {
    "fees": "a completed fee",
    "transfers": "a changed transfer",
    "values": "a price of then",
    "costs": "a stated cost",
    "method": "another cost method",
}
# Figures recorded before periods had one rule (domain/periods.py) say so when they are corrected.
BOUNDS = "recorded by the earlier rule of periods, so rows at its begin and its end may count otherwise now"


class PeriodKind(StrEnum):
    """The length of a recorded period."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The figures of a period by name, in the base currency (the return is a fraction). None is unknown.

    `is_half_open` is false for figures of an earlier rule of periods. `evidence` has a fingerprint of each kind of
    fact behind the figures. Two of them tell which kind changed.
    """

    amounts: Mapping[str, Decimal | None]
    fills: int
    transfers: int
    is_half_open: bool = True
    evidence: Mapping[str, str] = field(default_factory=dict, compare=False)

    def as_json(self) -> Mapping[str, Any]:
        amounts = {name: None if amount is None else str(amount) for name, amount in self.amounts.items()}
        return {
            "amounts": amounts,
            "fills": self.fills,
            "transfers": self.transfers,
            "half_open": self.is_half_open,
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_json(cls, figures: Mapping[str, Any]) -> "PeriodFigures":
        """The figures that `as_json` wrote."""
        amounts = {name: None if text is None else Decimal(text) for name, text in figures["amounts"].items()}
        is_half_open, evidence = figures.get("half_open", False), figures.get("evidence", {})
        return cls(amounts, figures["fills"], figures["transfers"], is_half_open, evidence)


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """One figure of a period before and after a correction. None is unknown."""

    name: str
    was: Decimal | None
    now: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """None where one of them is unknown."""
        with localcontext(EXACT):
            return None if self.was is None or self.now is None else self.now - self.was


@dataclass(frozen=True, slots=True)
class PeriodCorrection:
    """News about a recorded period that came at `known_at`."""

    known_at: datetime
    was: PeriodFigures
    now: PeriodFigures
    cause: str

    @property
    def changed(self) -> Sequence[ChangedFigure]:
        """The figures that changed."""
        names = dict.fromkeys((*self.was.amounts, *self.now.amounts))
        pairs = [ChangedFigure(name, self.was.amounts.get(name), self.now.amounts.get(name)) for name in names]
        return [figure for figure in pairs if figure.was != figure.now]


@dataclass(frozen=True, slots=True)
class RecordedPeriod:
    """A period of one account with the figures that were recorded once, and the corrections since."""

    account_id: int
    kind: PeriodKind
    since: datetime
    until: datetime
    currency: str
    recorded_at: datetime
    figures: PeriodFigures
    corrections: Sequence[PeriodCorrection] = ()
    changes: int = field(default=0, compare=False)  # how often its books were worked out again

    @property
    def name(self) -> str:
        """As in 2026-03, or 2026."""
        return f"{self.since:%Y-%m}" if self.kind is PeriodKind.MONTH else f"{self.since:%Y}"

    @property
    def latest(self) -> PeriodFigures:
        """The figures after all corrections."""
        return self.corrections[-1].now if self.corrections else self.figures

    def as_of(self, at: datetime) -> "RecordedPeriod":
        """The period with the corrections that were known at a moment."""
        return replace(self, corrections=tuple(c for c in self.corrections if c.known_at <= at))


def periods_over(first: datetime, now: datetime) -> Iterator[tuple[PeriodKind, datetime, datetime]]:
    """The calendar months and years (UTC) from that of `first` on that are over and settled, the oldest first."""
    for kind in PeriodKind:
        since = _begin_of(kind, first.astimezone(UTC))
        while (until := _end_of(kind, since)) + SETTLES_AFTER <= now:
            yield kind, since, until
            since = until


def cause_of(was: PeriodFigures, now: PeriodFigures) -> str:
    """Why figures changed, as in "2 late fills, 1 late transfer". Counts of two rules do not compare."""
    if was.is_half_open != now.is_half_open:
        return BOUNDS
    counts = {"fill": now.fills - was.fills, "transfer": now.transfers - was.transfers}
    words = [f"{count} late {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count > 0]
    return ", ".join(words) or _changed_evidence(was.evidence, now.evidence)


def _changed_evidence(was: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which kinds of facts changed. A changed fee or transfer has another value too, so that is not named beside it."""
    if not was or not now:
        return OTHERWISE
    changed = [kind for kind in _CAUSES if was.get(kind) != now.get(kind)]
    if "values" in changed and {"fees", "transfers"} & set(changed):
        changed.remove("values")
    return ", ".join(_CAUSES[kind] for kind in changed) or INHERITED


def _begin_of(kind: PeriodKind, at: datetime) -> datetime:
    return datetime(at.year, at.month if kind is PeriodKind.MONTH else 1, 1, tzinfo=UTC)


def _end_of(kind: PeriodKind, since: datetime) -> datetime:
    if kind is PeriodKind.YEAR:
        return datetime(since.year + 1, 1, 1, tzinfo=UTC)
    return datetime(since.year + since.month // 12, since.month % 12 + 1, 1, tzinfo=UTC)
