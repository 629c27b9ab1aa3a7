"""Prices: tickers of symbols, and rates between currencies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property, lru_cache

from domain.currency_graph import PREFERRED, CurrencyGraph, MarketPrice, Rate, is_comparable
from domain.money import DOLLARS

# Currencies that past prices are read for, besides the two that a rate is wanted between.
BRIDGES = PREFERRED
# A book without trades counts only if its spread is at most this fraction of the bid.
WIDEST_SPREAD = Decimal("0.1")
_COARSE = Context(prec=1)


@dataclass(frozen=True, slots=True)
class Price:
    """The ticker of one symbol. None is unknown (a field of a ticker may be null), never zero."""

    symbol: str
    base: str
    quote: str
    last: Decimal | None
    bid: Decimal | None = None
    ask: Decimal | None = None
    mark: Decimal | None = None
    change_24h: Decimal | None = None  # a fraction: 0.05 is up five per cent
    # Volume of 24 hours in the quote currency, to one digit. It only ranks books, and should rarely change.
    volume: Decimal | None = None
    is_active: bool = True  # False: the exchange lists the market as closed or halted

    @property
    def best(self) -> Decimal | None:
        """The last trade, else the mark, else the middle of the book. None for a closed market.

        Without a trade in 24 hours the last one may be months old. Then only the book and the mark count.
        """
        last = self.last if self.last is not None and self.last > 0 else None
        if last is not None and self.is_active and self.volume != 0:
            return last  # of nearly all prices, so it comes first
        if self.is_halted:
            return None
        mark = self.mark if self.mark is not None and self.mark > 0 else None
        if self.volume == 0:
            return self._middle if self._has_live_book else mark
        return last or mark or self._middle

    @property
    def is_halted(self) -> bool:
        """True for a closed market, and for one without a trade in 24 hours, a live book or a mark."""
        has_mark = self.mark is not None and self.mark > 0
        return not self.is_active or (self.volume == 0 and not self._has_live_book and not has_mark)

    @property
    def _middle(self) -> Decimal | None:
        if self.bid is not None and self.ask is not None and 0 < self.bid <= self.ask:
            return (self.bid + self.ask) / 2
        return None

    @property
    def _has_live_book(self) -> bool:
        if self._middle is None or self.bid is None or self.ask is None:
            return False
        return self.ask - self.bid <= self.bid * WIDEST_SPREAD


def volume_of(in_quote: Decimal | None, in_base: Decimal | None, price: Decimal | None) -> Decimal | None:
    """The volume of a Price, from the one stated in the quote currency, else in the base currency. None is unknown."""
    volume = in_quote
    if not volume and in_base is not None and price is not None:
        volume = in_base * price
    return None if volume is None or volume < 0 else _COARSE.plus(volume)


def is_spot(symbol: str) -> bool:
    """True for the unified symbol of a spot market. Contracts name their settlement currency after a colon."""
    return ":" not in symbol


def _is_perpetual(symbol: str) -> bool:
    """True for the unified symbol of a perpetual contract. Its price follows that of its coin."""
    return not is_spot(symbol) and "-" not in symbol.partition(":")[2]


class Rates:
    """Rates between currencies by known prices. None if no book joins two currencies.

    Liquid books count, closed markets never (see domain/currency_graph.py). Dollar coins that no book joins count as
    one dollar each, and `find` names them.
    """

    def __init__(self, prices: Iterable[Price]) -> None:
        self._prices = tuple(prices)
        self._cache: dict[tuple[str, str], Rate | None] = {}

    def rate(self, base: str, quote: str) -> Decimal | None:
        """Units of `quote` for one `base`."""
        rate = self.find(base, quote)
        return None if rate is None else rate.value

    def market_rate(self, base: str, quote: str) -> Decimal | None:
        """Units of `quote` for one `base`. None if the rate would need an assumed dollar."""
        rate = self.find(base, quote)
        return None if rate is None or rate.assumed else rate.value

    def find(self, base: str, quote: str) -> Rate | None:
        """Units of `quote` for one `base`, with the assumptions of the rate."""
        if (base, quote) not in self._cache:
            self._cache[base, quote] = self._graph.rate(base, quote)
        return self._cache[base, quote]

    def contract_price(self, symbol: str) -> Decimal | None:
        """The price of a contract by its own symbol: the mark, else the best price."""
        price = next((price for price in self._prices if price.symbol == symbol), None)
        if price is None or not price.is_active:
            return None
        return price.mark if price.mark is not None and price.mark > 0 else price.best

    @cached_property
    def _graph(self) -> CurrencyGraph:
        return _graph_of(self._prices)


# Several functions of a page build rates from the same prices, and so do the fills of one hour.
@lru_cache(maxsize=32)
def _graph_of(prices: tuple[Price, ...]) -> CurrencyGraph:
    spot, contracts = [], []
    for price in prices:
        if (best := price.best) is not None:
            book = MarketPrice(price.symbol, price.base, price.quote, best, price.volume)
            if is_spot(price.symbol):
                spot.append(book)
            elif _is_perpetual(price.symbol):
                contracts.append(book)
    return CurrencyGraph(spot, contracts)


def assumed_words(assumed: Iterable[str]) -> str:
    """The assumed dollars in words, as in "assumed: 1 USDT = 1 USD". Empty if nothing is assumed."""
    equations = ", ".join(f"1 {coin} = 1 USD" for coin in assumed)
    return f"assumed: {equations}" if equations else ""


def price_of_coin(prices: Mapping[str, Price], asset: str) -> Price | None:
    """The best price row of a coin: its liquid spot book in dollars, the real dollar first."""
    books = [p for p in prices.values() if p.base == asset and p.quote in DOLLARS and p.best is not None]
    books = [p for p in books if is_spot(p.symbol)] or books
    volumes = [Decimal(-1) if p.volume is None else p.volume for p in books]
    liquid = [p for p, volume in zip(books, volumes, strict=True) if is_comparable(volume, max(volumes))]
    order = {"USD": 0, "USDT": 1, "USDC": 2}
    return min(liquid, key=lambda p: (order.get(p.quote, 3), p.symbol), default=None)
