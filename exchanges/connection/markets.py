"""Markets: the instruments of an exchange, loaded once and shared by all its accounts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.markets import MarketType
from exchanges.connection.clock import Clock
from exchanges.connection.errors import BadPayload, ExchangeError
from exchanges.connection.market_tables import MarketTables
from exchanges.connection.pacing import SharedLimits

# Readers wait at most this long. Without the tables, base and quote come from the market's name.
LOAD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Market:
    """One instrument of an exchange. Base and quote are None if unknown.

    `quote` is the currency of the price. An option that settles in its base asset is priced in it (OKX, Get order
    list: `px`. Deribit, Contract introduction: inverse options).
    """

    exchange_symbol: str
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    base: str | None
    quote: str | None
    market_type: MarketType
    contract_size: Decimal | None = None  # of a linear contract in base units, of an inverse one in quote units
    is_inverse: bool = False
    # units of the base asset per contract, if the exchange states amounts in units
    units_a_contract: Decimal = Decimal(1)
    is_active: bool = True  # False: the exchange lists it as closed, halted or not yet open
    amount_step: Decimal | None = None  # the smallest difference of two amounts, if the exchange states it


# By the exchange's own symbol.
Markets = Mapping[str, Market]


@dataclass(slots=True)
class SharedMarkets:
    """The markets and rate limits of every exchange that this process reads. Thread-safe. One instance per process.

    Crypto.com's markets are kept as our small records instead of ccxt's dictionaries of tens of megabytes.
    """

    clock: Clock = field(default_factory=Clock)
    limits: SharedLimits = field(init=False)  # what each exchange lets through
    listings: MarketTables[Mapping[str, Any]] = field(init=False)  # of those that are read through ccxt
    _records: MarketTables[Markets] = field(init=False)

    def __post_init__(self) -> None:
        self.limits = SharedLimits(self.clock)
        self.listings, self._records = self._new_listings(), self._new_listings()

    def _new_listings(self) -> MarketTables[Any]:
        return MarketTables(self.clock.now, lambda load: self.clock.start(load, "load-markets"), self.clock.wait)

    def of(self, exchange: str, base_url: str | None, load: Callable[[], Markets]) -> Markets:
        """The markets of one exchange. The first caller loads them, others wait for a short time.

        Never fails. Without a response the last markets stay, and unlisted markets are read from their names.
        """

        def some() -> Markets:
            if not (markets := load()):
                raise BadPayload("the exchange lists none")
            return markets

        try:
            return self._records.of(exchange, base_url, some, LOAD_SECONDS)
        except ExchangeError:
            return {}
