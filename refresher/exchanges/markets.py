"""Markets: what is traded on an exchange, loaded once and shared by all accounts on it."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.markets import MarketType
from refresher.exchanges.errors import ExchangeError
from refresher.exchanges.listings import Listings

# Instruments are listed and delisted daily at most; until then an unknown one is read off its name.
KEEP_SECONDS = 6 * 3600.0
# A failure to load is remembered for so long: the sources of one refresh do not each try again.
FAILED_SECONDS = 30.0
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


# By the exchange's own symbol.
Markets = Mapping[str, Market]


@dataclass(slots=True)
class _Loaded:
    markets: Markets = field(default_factory=dict)
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class SharedMarkets:
    """The markets of every exchange that this process reads. Thread-safe; one for the process.

    Of Crypto.com only our small records are kept, not ccxt's dictionaries of tens of megabytes.
    """

    clock: Callable[[], float] = time.monotonic
    listings: Listings = field(default_factory=Listings)  # of the exchanges that are read through ccxt
    _loaded: dict[tuple[str, str | None], _Loaded] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, exchange: str, base_url: str | None, load: Callable[[], Markets]) -> Markets:
        """The markets of one exchange; loaded by the first who asks, while the others wait, but not for long.

        Never fails: without an answer, what was loaded before stands, and what is unknown is read off its name.
        """
        with self._lock:
            loaded = self._loaded.setdefault((exchange, base_url), _Loaded())
        if not loaded.lock.acquire(timeout=LOAD_SECONDS):
            return loaded.markets
        try:
            if self.clock() >= loaded.until:
                self._load(loaded, load)
        finally:
            loaded.lock.release()
        return loaded.markets

    def _load(self, loaded: _Loaded, load: Callable[[], Markets]) -> None:
        try:
            markets = load()
        except ExchangeError:
            markets = {}
        if markets:
            loaded.markets = markets
        loaded.until = self.clock() + (KEEP_SECONDS if markets else FAILED_SECONDS)
