"""Snapshots: what one account looked like at one refresh, whole, with the age of each part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.balances import Balance
from domain.cost_method import CostMethod
from domain.history import LONGEST_RUN, TRANSFERS_EVERY
from domain.orders import Order
from domain.positions import Position
from domain.prices import Price, Rates
from domain.sources import HISTORY_KINDS, ORDER_KINDS, Failure, Source, SourceKind, SourceState, Success
from domain.transfers import TransferKind
from domain.valuation import Valuation, ValueOrigin


def venue_of(exchange: str, origin: str | None) -> str:
    """The name under which prices of an exchange are kept, or those of what answers in its place."""
    return exchange if origin is None else f"{exchange} ({origin})"


@dataclass(frozen=True, slots=True)
class Account:
    """One set of credentials on one exchange, never the credentials."""

    id: int
    name: str
    exchange: str
    sources: tuple[Source, ...]
    refresh_seconds: int
    base_currency: str
    is_demo: bool = False
    is_configured: bool = True
    history: tuple[Source, ...] = ()  # what is asked at its own pace beside the refreshes: fills, transfers, endings
    history_seconds: int = 60
    not_readable: frozenset[SourceKind] = frozenset()  # what this exchange has and Stillframe cannot read there
    unread_transfers: frozenset[TransferKind] = frozenset()  # kinds that exist there and that its transfers do not tell
    cost_method: CostMethod = CostMethod.AVERAGE
    display_currencies: tuple[str, ...] = ()  # what its prices are asked in, beside its own
    origin: str | None = None  # what answers in the exchange's place: "demo", "testnet", an address; None: itself
    # Sources that cost much of the exchange's rate limit, and the least seconds between two requests of each.
    least_seconds: tuple[tuple[Source, int], ...] = ()

    @property
    def venue(self) -> str:
        """Where its prices come from: those of a stand-in are never taken for those of the exchange."""
        return venue_of(self.exchange, self.origin)

    @property
    def expected(self) -> timedelta:
        """How often each source of its refreshes is expected to succeed."""
        return timedelta(seconds=self.refresh_seconds)

    @property
    def hides_orders(self) -> bool:
        """Whether orders may stand at its exchange that cannot be read there."""
        return any(kind in ORDER_KINDS for kind in self.not_readable)

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Everything that is asked of its exchange."""
        return (*self.sources, *self.history)

    @property
    def reads_fills(self) -> bool:
        """Whether its fills are asked for."""
        return any(source.kind is SourceKind.FILLS for source in self.history)

    @property
    def reads_transfers(self) -> bool:
        """Whether its transfers are asked for."""
        return any(source.kind is SourceKind.TRANSFERS for source in self.history)

    def as_of_refresh(self, refresh: "Refresh") -> "Account":
        """This account as it was when a refresh was taken: how fresh a past moment was is judged by what was expected
        then, so that a past that was seen hourly is fresh an hour long, and an hour without any refresh is not.

        What is asked beside the refreshes is told of a past moment up to its refresh: expected no more often than that.
        """
        every = refresh.expected_seconds
        if every is None:
            return self
        return replace(
            self,
            refresh_seconds=every,
            history_seconds=max(every, self.history_seconds),
            least_seconds=tuple(refresh.intervals.items()),
        )

    def expected_interval(self, source: Source) -> timedelta:
        """How often a source is expected to succeed; of the past, when a run had much to read besides."""
        asked = self.request_interval(source)
        return asked + LONGEST_RUN if source.kind in HISTORY_KINDS else asked

    def request_interval(self, source: Source) -> timedelta:
        """How often a source is asked: at each refresh, or at each so many where it is asked less often."""
        if source.kind not in HISTORY_KINDS:
            return self.expected * max(1, -(-dict(self.least_seconds).get(source, 0) // self.refresh_seconds))
        runs = TRANSFERS_EVERY if source.kind is SourceKind.TRANSFERS else 1
        return timedelta(seconds=self.history_seconds) * runs


@dataclass(frozen=True, slots=True)
class Observation:
    """What one refresh learned of one account: a result for every source that was asked.

    Sources in `not_due` were not asked, because they are asked less often: what is known of them stands, with its own
    age. `valuation` is None when it could not be established from what this refresh saw (balances or positions failed);
    the previous one is then carried forward.
    """

    account: Account
    taken_at: datetime
    results: Mapping[Source, Success[Any] | Failure]
    valuation: Valuation | None
    duration_ms: int = 0
    not_due: frozenset[Source] = frozenset()

    def rows(self, source: Source) -> tuple[Any, ...] | None:
        """The rows of a source that succeeded; None of one that failed or was not asked."""
        result = self.results.get(source)
        return result.rows if isinstance(result, Success) else None


_COMPUTED_FROM = (Source.BALANCES, Source.POSITIONS, Source.PRICES)


@dataclass(frozen=True, slots=True)
class Refresh:
    """The record of one refresh: what the account was worth and which sources were carried forward."""

    account_id: int
    taken_at: datetime
    duration_ms: int
    valuation: Valuation | None
    # Only the sources whose last attempt did not succeed, with the as-of of their last success (None: never).
    carried: Mapping[Source, datetime | None] = field(default_factory=dict)
    # Only the sources of whose last success some rows were not understood: how many.
    unreadable: Mapping[Source, int] = field(default_factory=dict)
    expected_seconds: int | None = None  # how often the account was to be refreshed then; None: not kept
    # Only the sources that were expected less often than the account was refreshed: every so many seconds.
    intervals: Mapping[Source, int] = field(default_factory=dict)
    # Only the sources that were not asked because they were not due, with the as-of of their last success.
    not_due: Mapping[Source, datetime] = field(default_factory=dict)

    def as_of(self, source: Source) -> datetime | None:
        """The moment of the last success of a source, as this refresh knew it."""
        return self.carried.get(source, self.not_due.get(source, self.taken_at))

    @property
    def older(self) -> frozenset[Source]:
        """The sources of which what is shown is older than this refresh."""
        return frozenset((*self.carried, *self.not_due))

    @property
    def worth_as_of(self) -> datetime | None:
        """The moment of which the valuation tells; None while there is none.

        A stated worth is as old as the balances that state it; a computed one as its oldest part, prices included.
        """
        if self.valuation is None:
            return None
        stated = self.valuation.origin is ValueOrigin.STATED
        parts = [self.as_of(s) for s in ((Source.BALANCES,) if stated else _COMPUTED_FROM)]
        return None if None in parts else min(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one account looked like at `refresh.taken_at`; failed sources carried forward, each with its own as-of."""

    account: Account
    refresh: Refresh
    balances: tuple[Balance, ...]
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]  # unified: normal and trigger orders in one list, each once
    prices: Mapping[str, Price]  # by unified symbol
    sources: Mapping[Source, SourceState]

    def knows(self, sources: Iterable[Source]) -> bool:
        """Whether each of these sources has ever succeeded: what was never seen is unknown, not empty."""
        return all((state := self.sources.get(s)) is not None and state.as_of is not None for s in sources)


def rates_of(snapshots: Iterable[Snapshot]) -> Rates:
    """The rates by the prices of all these snapshots."""
    return Rates(price for snapshot in snapshots for price in snapshot.prices.values())
