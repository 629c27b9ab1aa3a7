"""The protocols AccountReader and HistoryReader, their parameters and results."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from domain.candles import Candle
from domain.endings import EndedOrder
from domain.fills import Fill
from domain.orders import Order
from domain.sources import Source, SourceKind, Success, Unreadable
from domain.transfers import Transfer, TransferKind
from domain.valuation import StatedEquity, Valuation

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class AccountConnection:
    """The address, key and limits of one account. The repr shows no secret.

    `base_url` replaces the origin of every URL of the exchange, paths stay. `budget_seconds` is the time limit of each
    fetch with all its retries and pauses. `budgets` overrides it by kind of source.
    """

    name: str
    exchange: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)
    base_url: str | None = None
    budget_seconds: float = 8.0
    budgets: Mapping[SourceKind, float] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)  # ccxt's, where an exchange needs some ("uta")
    markets: frozenset[str] = frozenset()  # the only markets to read ("spot", "linear"), empty for all


@dataclass(frozen=True, slots=True)
class AccountScope:
    """The assets held or owed, the symbols held or ordered, and the display currencies of an account.

    They decide the prices and the histories to request. Symbols may be unified or the exchange's own.
    """

    assets: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    display_currencies: frozenset[str] = frozenset({"USD", "EUR", "BTC"})


@dataclass(frozen=True, slots=True)
class SourceResult:
    """The rows of one source.

    Balances also bring the exchange's own valuation of the account, or the equity of single wallets.
    """

    success: Success[Any]
    stated: Valuation | None = None
    equities: tuple[StatedEquity, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The complete rows of [since, until), with those that could not be read."""

    rows: tuple[Row, ...]
    since: datetime
    until: datetime
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Permissions:
    """A key's permissions. None: unknown, and `note` says so in plain words. Never probed by trading."""

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The round trip of a request, and how far the exchange's clock is ahead of ours (None: not stated)."""

    latency: timedelta
    clock_ahead: timedelta | None


class HistoryReader(Protocol):
    """Reads the history of one account of one exchange. Blocking. Every method raises an ExchangeError."""

    @property
    def kinds(self) -> tuple[SourceKind, ...]:
        """The kinds of history that the exchange offers: fills, transfers, endings."""
        ...

    @property
    def unread_transfers(self) -> frozenset[TransferKind]:
        """Kinds of transfers that may exist on this exchange but that none of the requests returns."""
        ...

    def calls(self, kind: SourceKind, scope: AccountScope) -> tuple[Source, ...]:
        """The calls that together make up the fills or transfers: one for each symbol where the exchange wants one."""
        ...

    def fetch_fills(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Fill]]:
        """The executions of [since, until) in pages that follow one another without a gap, oldest first."""
        ...

    def fetch_transfers(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Transfer]]:
        """The movements of [since, until) in pages that follow one another without a gap, oldest first."""
        ...

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """Orders that ended in [since, until), from the lists that can contain `orders`, which left the open list.

        With no orders, only those order book lists are read that need no symbol.
        """
        ...

    def can_fetch_order(self, order: Order) -> bool:
        """True if the exchange can return this order by its id."""
        ...

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """The exchange's state of one order that left the open list. None if it does not know the order."""
        ...


class AccountReader(Protocol):
    """Reads one account of one exchange. Blocking. Every method raises an ExchangeError."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that this exchange offers."""
        ...

    @property
    def least_seconds(self) -> Mapping[Source, float]:
        """Sources that cost much of the exchange's rate limit, and the least seconds between two requests of each."""
        ...

    def fetch(self, source: Source, scope: AccountScope) -> SourceResult:
        """Ask one source, within its budget, retries included."""
        ...

    @property
    def history(self) -> "HistoryReader | None":
        """The reader of fills, transfers and endings. None if the exchange offers no history."""
        ...

    @property
    def not_readable(self) -> frozenset[SourceKind]:
        """Kinds that may exist on this exchange but cannot be read, such as trigger orders."""
        ...

    def coin_units(self) -> Mapping[str, Decimal]:
        """The smallest amount of each coin that can be sold on a spot market, as far as the exchange states it."""
        ...

    def permissions(self) -> Permissions:
        """The key's permissions, as far as the exchange states them."""
        ...

    def measure_round_trip(self) -> RoundTrip:
        """Ask something public and measure: for checking a connection and the clock."""
        ...

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the exchange's clock is ahead of ours, by the last response of this process. None: not stated."""
        ...

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        """Candles of a unified symbol that begin in [since, until), oldest first. Asks for no later ones."""
        ...

    def fetch_stated_history(self, since: datetime) -> tuple[tuple[datetime, Decimal], ...]:
        """The account values that the exchange states for past times, oldest first, in its stated currency."""
        ...

    def probe(self) -> None:
        """Let open circuit breakers try one request at the next refresh, because a person asked."""
        ...

    def close(self) -> None:
        """Close idle connections. A running request ends at its deadline at the latest."""
        ...
