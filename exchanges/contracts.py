"""Questions and answers: what the refresher wants of an account, and what an exchange said."""

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
    """How one account of one exchange is reached. Its repr shows no secret.

    `base_url` replaces the origin of every URL of the exchange, paths stay. `budget_seconds` bounds each fetch with
    all its retries and pauses; `budgets` overrides it by kind of source.
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
    markets: frozenset[str] = frozenset()  # the only ones that are asked ("spot", "linear"); none: all of them


@dataclass(frozen=True, slots=True)
class Wanted:
    """What prices are wanted for: assets held or owed, symbols ordered or held, currencies to show values in.

    Symbols may be unified ones or the exchange's own.
    """

    assets: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    display_currencies: frozenset[str] = frozenset({"USD", "EUR", "BTC"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one source.

    With balances also comes what the exchange states: the worth of the whole account, or the equity of some wallets.
    """

    success: Success[Any]
    stated: Valuation | None = None
    equities: tuple[StatedEquity, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One answer about the past: everything there is of [since, until), as far as it was understood."""

    rows: tuple[Row, ...]
    since: datetime
    until: datetime
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a key may do; None cannot be told here, and `note` says so in plain words. Never probed by trading."""

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How an exchange was reached: the round trip, and how far its clock is ahead of ours (None: it does not say)."""

    latency: timedelta
    clock_ahead: timedelta | None


class HistoryReader(Protocol):
    """Reads the past of one account of one exchange. Blocking; every method raises an ExchangeError."""

    @property
    def kinds(self) -> tuple[SourceKind, ...]:
        """What is told: fills, transfers, endings."""
        ...

    @property
    def unread_transfers(self) -> frozenset[TransferKind]:
        """The kinds of transfers that may exist on this exchange and that what is asked does not tell."""
        ...

    def calls(self, kind: SourceKind, wanted: Wanted) -> tuple[Source, ...]:
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
        """Orders that ended in [since, until): what those lists say in which these orders, which left, would stand;
        without any, the lists of the book that can be asked without naming a market."""
        ...

    def tells_of(self, order: Order) -> bool:
        """Whether this order can be asked for by itself, so that `fetch_order` does not ask in vain."""
        ...

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """What the exchange says of one order that left the open list; None where it knows none such."""
        ...


class AccountReader(Protocol):
    """Reads one account of one exchange. Blocking; every method raises an ExchangeError."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that this exchange offers."""
        ...

    @property
    def least_seconds(self) -> Mapping[Source, float]:
        """Sources that cost much of the exchange's rate limit, and the least seconds between two requests of each."""
        ...

    def fetch(self, source: Source, wanted: Wanted) -> Answer:
        """Ask one source, within its budget, retries included."""
        ...

    @property
    def past(self) -> "HistoryReader | None":
        """Reads fills, transfers and endings; None where the exchange tells nothing of the past."""
        ...

    @property
    def not_readable(self) -> frozenset[SourceKind]:
        """What may exist on this exchange and cannot be read there: trigger orders, for instance."""
        ...

    def permissions(self) -> Permissions:
        """What the key may do, as far as the exchange tells."""
        ...

    def reach(self) -> Reach:
        """Ask something public and measure: for checking a connection and the clock."""
        ...

    def fetch_candles(self, symbol: str, timeframe: str, since: datetime, until: datetime) -> tuple[Candle, ...]:
        """Candles of a unified symbol that begin in [since, until), oldest first. Asks for no later ones."""
        ...

    def fetch_stated_history(self, since: datetime) -> tuple[tuple[datetime, Decimal], ...]:
        """What the exchange says the account was worth in the past, oldest first, in its stated currency."""
        ...

    def probe(self) -> None:
        """Let the next refresh ask also what is being asked gently after failures: a person wants to know."""
        ...

    def close(self) -> None:
        """Let go of idle connections; a call under way ends by itself, at its deadline at the latest."""
        ...
