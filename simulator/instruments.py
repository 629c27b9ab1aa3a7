"""The tradable instruments: coins with their usual price and volatility, and their books."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cached_property

PERPETUAL = "PERPETUAL_SWAP"
SPOT = "CCY_PAIR"


@dataclass(frozen=True, slots=True)
class Coin:
    """A currency.

    `level` is its price in dollars today, `daily` its volatility per day, `beta` its correlation with the market (0 to
    1), and `turnover` the dollars traded per day. Steady coins swing around their level.
    """

    name: str
    full_name: str
    level: float
    daily: float = 0.0
    beta: float = 0.0
    turnover: float = 0.0
    haircut: str = "0"
    is_steady: bool = False


@dataclass(frozen=True)
class Instrument:
    """One book.

    `tick` is the step of its price and `lot` the step of its quantities. `wobble` is the relative deviation of its
    price from the dollar prices of its coins.
    """

    name: str
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    kind: str = SPOT
    wobble: float = 0.0
    spread: int = 1  # between bid and last, and last and ask, in ticks

    @cached_property
    def is_perpetual(self) -> bool:
        """True for a contract. Its trades move no coin."""
        return self.kind == PERPETUAL

    def price(self, ticks: int) -> Decimal:
        """The price for a number of ticks, in the quote currency."""
        return self.tick * ticks

    def ticks(self, price: Decimal) -> int:
        """The nearest price on the grid, in ticks, at least one."""
        return max(1, int((price / self.tick).to_integral_value()))

    def lots(self, quantity: Decimal) -> Decimal:
        """A quantity rounded down to the lot size."""
        return ((quantity / self.lot).to_integral_value(rounding=ROUND_DOWN) * self.lot).quantize(self.lot)


COINS = (
    Coin("USD", "US Dollar", 1.0),
    Coin("USDT", "Tether", 0.9994, 0.0006, 0, 4e8, "0.02", True),
    Coin("USDC", "USD Coin", 0.9999, 0.0004, 0, 1e8, "0.01", True),
    Coin("EUR", "Euro", 1.16, 0.004, 0.1, 6e7, "0.02"),
    Coin("BTC", "Bitcoin", 95_000, 0.021, 0.90, 9e8, "0.05"),
    Coin("ETH", "Ethereum", 3_300, 0.029, 0.88, 6e8, "0.05"),
    Coin("SOL", "Solana", 185, 0.036, 0.80, 2e8, "0.10"),
    Coin("CRO", "Cronos", 0.11, 0.032, 0.70, 3e7, "0.20"),
    Coin("XRP", "XRP", 2.30, 0.033, 0.75, 2e8, "0.10"),
    Coin("ADA", "Cardano", 0.82, 0.036, 0.80, 6e7, "0.15"),
    Coin("DOGE", "Dogecoin", 0.24, 0.040, 0.75, 9e7, "0.20"),
    Coin("LINK", "Chainlink", 20.5, 0.037, 0.80, 5e7, "0.15"),
    Coin("AVAX", "Avalanche", 34, 0.038, 0.80, 4e7, "0.15"),
    Coin("LTC", "Litecoin", 104, 0.030, 0.75, 3e7, "0.15"),
    Coin("DOT", "Polkadot", 5.4, 0.036, 0.80, 2e7, "0.20"),
    Coin("SHIB", "Shiba Inu", 0.000_008, 0.042, 0.70, 4e7, "0.30"),
)


def _book(name: str, tick: str, lot: str, wobble: float = 0.0, kind: str = SPOT) -> Instrument:
    if kind == PERPETUAL:
        base, quote = name.removesuffix("-PERP")[:-3], "USD"
    else:
        base, quote = name.split("_")
    return Instrument(name, base, quote, Decimal(tick), Decimal(lot), kind, wobble)


def _dollar_and_tether(coin: str, tick: str, lot: str) -> tuple[Instrument, Instrument]:
    return _book(f"{coin}_USD", tick, lot), _book(f"{coin}_USDT", tick, lot, 0.0003)


INSTRUMENTS = (
    *_dollar_and_tether("BTC", "0.01", "0.00001"),
    *_dollar_and_tether("ETH", "0.01", "0.0001"),
    *_dollar_and_tether("SOL", "0.01", "0.001"),
    *_dollar_and_tether("CRO", "0.00001", "1"),
    *_dollar_and_tether("XRP", "0.00001", "1"),
    *_dollar_and_tether("ADA", "0.00001", "1"),
    *_dollar_and_tether("DOGE", "0.00001", "1"),
    *_dollar_and_tether("LINK", "0.001", "0.01"),
    *_dollar_and_tether("AVAX", "0.001", "0.01"),
    *_dollar_and_tether("SHIB", "0.0000000001", "1"),
    _book("LTC_USD", "0.01", "0.001"),
    _book("DOT_USD", "0.0001", "0.1"),
    _book("USDT_USD", "0.00001", "0.01"),
    _book("USDC_USD", "0.00001", "0.01"),
    _book("BTC_EUR", "0.01", "0.00001", 0.0003),
    _book("USDT_EUR", "0.00001", "0.01", 0.0003),
    _book("BTCUSD-PERP", "0.1", "0.0001", 0.0004, PERPETUAL),
    _book("ETHUSD-PERP", "0.01", "0.001", 0.0004, PERPETUAL),
)


def by_name(instruments: Iterable[Instrument] = INSTRUMENTS) -> dict[str, Instrument]:
    """The books by their names."""
    return {instrument.name: instrument for instrument in instruments}
