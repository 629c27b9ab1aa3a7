"""Snapshots: the full state of one account at one refresh, with the age of each source.

An Account is the configuration of one set of credentials. An Observation is the result of one refresh before it is
stored. A Refresh is the stored record of it. A Snapshot is read back: the state that was current at a refresh.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.balances import Balance
from domain.cost_method import CostMethod
from domain.history import CONFIRM_EVERY, LONGEST_RUN
from domain.open_orders import OpenOrders
from domain.orders import Order
from domain.positions import Position
from domain.prices import Price, Rates
from domain.sources import HISTORY_KINDS, ORDER_KINDS, Failure, Source, SourceKind, SourceState, Success
from domain.transfers import TransferKind
from domain.valuation import Valuation, ValueOrigin


def venue_of(exchange: str, origin: str | None) -> str:
    """The key of stored prices: the exchange, and the origin in brackets if it is not the exchange itself."""
    return exchange if origin is None else f"{exchange} ({origin})"


@dataclass(frozen=True, slots=True)
class Account:
    """The configuration of one account on one exchange, without its credentials."""

    id: int
    name: str
    exchange: str
    sources: tuple[Source, ...]
    refresh_seconds: int
    base_currency: str
    is_demo: bool = False
    is_configured: bool = True
    history: tuple[Source, ...] = ()  # sources read beside the refreshes: fills, transfers, endings
    history_seconds: int = 60
    not_readable: frozenset[SourceKind] = frozenset()  # exist there, but Stillframe cannot read them
    unread_transfers: frozenset[TransferKind] = frozenset()  # exist there, but its transfer lists leave them out
    cost_method: CostMethod = CostMethod.AVERAGE
    display_currencies: tuple[str, ...] = ()  # further currencies that prices are read for
    origin: str | None = None  # "demo", "testnet" or a base URL. None: the exchange itself
    # Sources that use up much of the rate limit, each with the least seconds between two requests.
    least_seconds: tuple[tuple[Source, int], ...] = ()
    settles: str = ""  # when its exchange pays open profit of contracts into the wallet, in words
    fills_count_from_settlement: bool = False  # fills state their profit since then, and a ledger lists settlements

    @property
    def venue(self) -> str:
        """The key of its prices. Prices of a demo, testnet or other base URL are kept apart from the exchange's."""
        return venue_of(self.exchange, self.origin)

    @property
    def expected(self) -> timedelta:
        """The interval between two refreshes."""
        return timedelta(seconds=self.refresh_seconds)

    @property
    def hides_orders(self) -> bool:
        """True if some kind of open order on its exchange cannot be read."""
        return any(kind in ORDER_KINDS for kind in self.not_readable)

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """The sources of its refreshes and of its history."""
        return (*self.sources, *self.history)

    @property
    def reads_fills(self) -> bool:
        """True if its fills are read."""
        return any(source.kind is SourceKind.FILLS for source in self.history)

    @property
    def reads_transfers(self) -> bool:
        """True if its transfers are read."""
        return any(source.kind is SourceKind.TRANSFERS for source in self.history)

    def as_of_refresh(self, refresh: "Refresh") -> "Account":
        """The account with the refresh intervals in force at that refresh. Freshness of the past uses these.

        So an hourly refreshed past is fresh for an hour, and a missed refresh still shows as a gap. History sources are
        known up to the refresh only, so their interval is at least as long as the refresh interval.
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
        """The longest normal time between two successes of a source. A history run may take LONGEST_RUN in addition."""
        interval = self.request_interval(source)
        return interval + LONGEST_RUN if source.kind in HISTORY_KINDS else interval

    def request_interval(self, source: Source) -> timedelta:
        """The longest planned time between two requests of a source.

        It is a multiple of the refresh interval. History is requested after changes, and at least once in
        `CONFIRM_EVERY` history intervals.
        """
        if source.kind not in HISTORY_KINDS:
            return self.expected * max(1, -(-dict(self.least_seconds).get(source, 0) // self.refresh_seconds))
        return timedelta(seconds=self.history_seconds) * CONFIRM_EVERY


@dataclass(frozen=True, slots=True)
class Observation:
    """The result of one refresh of one account, with a result for every requested source.

    Sources in `not_due` were not requested this time. Their last rows stay current, with their own age. `valuation` is
    None if balances or positions failed. Then the previous valuation is carried forward.
    """

    account: Account
    taken_at: datetime
    results: Mapping[Source, Success[Any] | Failure]
    valuation: Valuation | None
    duration_ms: int = 0
    not_due: frozenset[Source] = frozenset()

    def rows(self, source: Source) -> tuple[Any, ...] | None:
        """The rows of a source that succeeded. None if it failed or was not requested."""
        result = self.results.get(source)
        return result.rows if isinstance(result, Success) else None


_COMPUTED_FROM = (Source.BALANCES, Source.POSITIONS, Source.PRICES)


@dataclass(frozen=True, slots=True)
class Refresh:
    """The stored record of one refresh: the valuation, and the sources that are older than it."""

    account_id: int
    taken_at: datetime
    duration_ms: int
    valuation: Valuation | None
    # The sources whose last attempt failed, with the time of their last success (None: never).
    carried: Mapping[Source, datetime | None] = field(default_factory=dict)
    # The sources with rows that could not be parsed, with the number of these rows.
    unreadable: Mapping[Source, int] = field(default_factory=dict)
    expected_seconds: int | None = None  # the refresh interval of that time. None: not recorded
    # The sources that were requested less often than at each refresh, with their interval in seconds.
    intervals: Mapping[Source, int] = field(default_factory=dict)
    # The sources that were not due at this refresh, with the time of their last success.
    not_due: Mapping[Source, datetime] = field(default_factory=dict)

    def as_of(self, source: Source) -> datetime | None:
        """The time of the last success of a source, at or before this refresh."""
        return self.carried.get(source, self.not_due.get(source, self.taken_at))

    @property
    def older(self) -> frozenset[Source]:
        """The sources whose rows are older than this refresh."""
        return frozenset((*self.carried, *self.not_due))

    @property
    def worth_as_of(self) -> datetime | None:
        """The time that the valuation is of. None without a valuation.

        A stated value is as old as the balances. A computed one is as old as its oldest source, prices included.
        """
        if self.valuation is None:
            return None
        stated = self.valuation.origin is ValueOrigin.STATED
        moments = [self.as_of(source) for source in ((Source.BALANCES,) if stated else _COMPUTED_FROM)]
        return None if None in moments else min(moment for moment in moments if moment is not None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of one account at `refresh.taken_at`. Sources that failed are carried forward, with their own age."""

    account: Account
    refresh: Refresh
    balances: tuple[Balance, ...]
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]  # unified: normal and trigger orders in one list, each once
    prices: Mapping[str, Price]  # by unified symbol
    sources: Mapping[Source, SourceState]
    # The same orders by symbol, as read from the database. The snapshot of the next refresh is made from them.
    open_orders: OpenOrders | None = field(default=None, compare=False, repr=False)

    def knows(self, sources: Iterable[Source]) -> bool:
        """True if each of these sources has succeeded before. A source that never did is unknown, not empty."""
        return all((state := self.sources.get(s)) is not None and state.as_of is not None for s in sources)


def rates_by_account(snapshots: Iterable[Snapshot]) -> dict[str, Rates]:
    """The rates of each account from its own prices, by name."""
    return {snapshot.account.name: rates_of([snapshot]) for snapshot in snapshots}


def rates_of(snapshots: Iterable[Snapshot]) -> Rates:
    """The rates from the prices of these snapshots."""
    return Rates(price for snapshot in snapshots for price in snapshot.prices.values())
