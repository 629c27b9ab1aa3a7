"""A market for benchmarks: prices that move as those of coins do, and an account of usual size in it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from domain.balances import Balance
from domain.positions import Position
from domain.prices import Price
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from domain.standing_prices import standing_prices
from domain.valuation import Valuation
from tests.factories import balance, position, valuation

YEAR = timedelta(days=365)
# Names and yearly volatilities of coins of all kinds: large ones move by half in a year, small ones by more than all.
COINS = {
    "BTC": 0.5, "ETH": 0.65, "SOL": 0.8, "XRP": 0.8, "CRO": 0.9, "ADA": 0.9, "DOGE": 1.0, "LINK": 0.9, "AVAX": 1.0,
    "DOT": 0.9, "LTC": 0.7, "ATOM": 0.9, "NEAR": 1.1, "UNI": 1.0, "AAVE": 1.0, "SUI": 1.2, "PEPE": 1.5, "SHIB": 1.2,
}  # fmt: skip
PERPETUALS = ("BTC", "ETH", "SOL", "XRP")
DIGITS = 6  # that an exchange states of a price


@dataclass
class Market:
    """The prices of a venue. Each step moves them along a random walk of the given volatilities."""

    random: Random
    more_symbols: int = 0
    at: dict[str, float] = field(default_factory=dict)
    change: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*COINS, *(f"{a}{b}{n}" for n, (a, b) in enumerate(zip("QWXYZJ" * 99, "ZKJV" * 99, strict=False)))]
        for coin in names[: len(COINS) + self.more_symbols]:
            self.at[coin] = 10 ** self.random.uniform(-4, 5)
            self.change[coin] = self.random.uniform(-0.05, 0.05)

    def move(self, passed: timedelta) -> None:
        """Move every price."""
        for coin, last in self.at.items():
            step = self.random.gauss(0, COINS.get(coin, 1.0)) * math.sqrt(passed / YEAR)
            self.at[coin] = last * math.exp(step)
            self.change[coin] += step

    def prices(self) -> tuple[Price, ...]:
        """The tickers as an exchange states them, with books and marks."""
        spot = (self._ticker(f"{coin}/USD", coin, None) for coin in self.at)
        contracts = (self._ticker(f"{coin}/USD:USD", coin, 1.0002) for coin in PERPETUALS)
        return (*spot, *contracts)

    def last(self, coin: str) -> Decimal:
        """The last price of a coin."""
        return _rounded(self.at[coin])

    def _ticker(self, symbol: str, coin: str, mark: float | None) -> Price:
        at = self.at[coin] * (mark or 1)
        return Price(
            symbol, coin, "USD", _rounded(at), _rounded(at * 0.9999), _rounded(at * 1.0001),
            None if mark is None else _rounded(at * 1.00005), Decimal(f"{self.change[coin]:.4f}"), Decimal(9000000),
        )  # fmt: skip


def observations(
    account: Account,
    market: Market,
    since: datetime,
    count: int,
    recorded: dict[str, Price] | None = None,
    step: timedelta = timedelta(seconds=30),
) -> Iterator[Observation]:
    """An account of usual size: 12 balances that the exchange values, 4 positions, and moving prices."""
    recorded = {} if recorded is None else recorded
    for n in range(count):
        market.move(step)
        rows = standing_prices(recorded, market.prices())
        recorded |= {price.symbol: price for price in rows}
        balances = tuple(_balance(market, coin) for coin in list(COINS)[:12])
        positions = tuple(_position(market, coin) for coin in PERPETUALS)
        results = {
            Source.BALANCES: Success(balances),
            Source.POSITIONS: Success(positions),
            Source.ORDERS: Success(()),
            Source.TRIGGERS: Success(()),
            Source.PRICES: Success(rows),
        }
        value = sum((row.market_value or Decimal(0) for row in balances), Decimal(0))
        yield Observation(account, since + n * step, results, _worth(value), 412)


def _balance(market: Market, coin: str) -> Balance:
    value = (market.last(coin) * 3).quantize(Decimal("0.00000001"))
    return balance(coin, "3", market_value=value, collateral_value=value * Decimal("0.9"), max_withdrawal=Decimal(3))


def _position(market: Market, coin: str) -> Position:
    mark = _rounded(market.at[coin] * 1.00025)
    held = position(f"{coin}/USD:USD", amount="2", mark_price=mark, unrealised_pnl=mark * 2 - 1)
    return replace(held, raw={})


def _worth(value: Decimal) -> Valuation:
    return valuation(
        str(value), computed_value=value + 1, cash=value, gross=value * 2, borrowed=value, unrealised_pnl=value / 100,
        margin_balance=value * Decimal("0.97"), collateral=value * Decimal("0.98"), available=value * Decimal("0.6"),
        initial_margin=value * Decimal("0.3"), maintenance_margin=value * Decimal("0.15"),
    )  # fmt: skip


def _rounded(value: float) -> Decimal:
    places = max(0, DIGITS - 1 - math.floor(math.log10(value)))
    return Decimal(f"{value:.{places}f}")
