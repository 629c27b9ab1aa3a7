"""Markets: what is traded on an exchange, loaded once and shared by all accounts on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.markets import MarketType
from exchanges.connection.clock import Clock
from exchanges.connection.errors import BadPayload, ExchangeError
from exchanges.connection.market_tables import Listings
from exchanges.connection.pacing import SharedLimits

# Nobody waits longer than this for the markets: what is held is worth more than how it is spelt.
LOAD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Market:
    """One instrument of an exchange; base and quote are None where nothing tells them."""

    exchange_symbol: str
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    base: str | None
    quote: str | None
    market_type: MarketType
    contract_size: Decimal | None = None  # of a linear contract in base units, of an inverse one in quote units
    is_inverse: bool = False
    units_a_contract: Decimal = Decimal(1)  # where the exchange states amounts in units: so many are one contract
    is_active: bool = True  # False: the exchange lists it as closed, halted or not yet open


# By the exchange's own symbol.
Markets = Mapping[str, Market]


@dataclass(slots=True)
class SharedMarkets:
    """The markets of every exchange that this process reads, and their rate limits. Thread-safe; one for the process.

    Of Crypto.com only our small records are kept, not ccxt's dictionaries of tens of megabytes.
    """

    clock: Clock = field(default_factory=Clock)
    limits: SharedLimits = field(init=False)  # what each exchange lets through
    listings: Listings[Mapping[str, Any]] = field(init=False)  # of those that are read through ccxt
    _records: Listings[Markets] = field(init=False)

    def __post_init__(self) -> None:
        self.limits = SharedLimits(self.clock)
        self.listings, self._records = self._new_listings(), self._new_listings()

    def _new_listings(self) -> Listings[Any]:
        return Listings(self.clock.now, lambda load: self.clock.start(load, "load-markets"), self.clock.wait)

    def of(self, exchange: str, base_url: str | None, load: Callable[[], Markets]) -> Markets:
        """The markets of one exchange; loaded for the first who asks, while the others wait, but not for long.

        Never fails: without an answer, what was loaded before stands, and what is unknown is read off its name.
        """

        def some() -> Markets:
            if not (markets := load()):
                raise BadPayload("the exchange lists none")
            return markets

        try:
            return self._records.of(exchange, base_url, some, LOAD_SECONDS)
        except ExchangeError:
            return {}
