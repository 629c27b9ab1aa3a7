"""Benchmarks: how else the money of the begin would have done, without any trade, deposit or withdrawal since.

    BTC, ETH              all of it in that coin
    what I held then      the quantities of the begin, each at the price of the day
    a basket              shares of the begin, as in 60 % BTC, 40 % ETH, never balanced again

Each is a growth since the begin as a fraction, so that it compares with the time-weighted return. A moment at which
one of the prices is unknown has no value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from domain.lots import EXACT
from domain.sums import sum_if_known

COINS = ("BTC", "ETH")
HELD = "held"
# Coins of a basket, and its share of each: 1 in all.
Basket = Mapping[str, Decimal]
MOST_COINS = 20
_SHARE = re.compile(r"(?:(?P<percent>\d{1,3}(?:\.\d{1,6})?)\s*%\s*)?(?P<coin>[A-Za-z0-9]{1,20})", re.ASCII)

# The prices of one asset at each moment, in one currency. None is unknown.
Prices = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The growth since the first moment, at each moment. None is unknown. `name` is a coin or HELD."""

    name: str
    moments: tuple[datetime, ...]
    fractions: tuple[Decimal | None, ...]

    @property
    def fraction(self) -> Decimal | None:
        """The growth until the last moment."""
        return self.fractions[-1] if self.fractions else None


def of_coin(name: str, moments: Sequence[datetime], prices: Prices) -> Benchmark:
    """A coin held from the first moment."""
    return Benchmark(name, tuple(moments), _growth(prices))


def parse_basket(words: str) -> Basket:
    """A basket from words as in "60 % BTC, 40 % ETH". Coins without shares have equal ones. Raises ValueError."""
    shares = [_SHARE.fullmatch(share.strip()) for share in words.split(",")]
    matches = [match for match in shares if match is not None]
    coins = [match["coin"].upper() for match in matches]
    if len(matches) < len(shares) or len(coins) > MOST_COINS or len(set(coins)) < len(coins):
        raise ValueError("a basket names each coin once, as in 60 % BTC, 40 % ETH")
    percents = [Decimal(match["percent"]) for match in matches if match["percent"] is not None]
    if not percents:
        return dict.fromkeys(coins, Decimal(1) / len(coins))
    if len(percents) < len(coins) or sum(percents) != 100 or not all(percents):
        raise ValueError("the shares of a basket add up to 100 %")
    return {coin: percent / 100 for coin, percent in zip(coins, percents, strict=True)}


def basket_name(basket: Basket) -> str:
    """A basket in words, as in "60 % BTC, 40 % ETH"."""
    return ", ".join(
        f"{(share * 100).quantize(Decimal('0.01')).normalize():f} % {coin}" for coin, share in basket.items()
    )


def of_basket(moments: Sequence[datetime], basket: Basket, prices: Mapping[str, Prices]) -> Benchmark:
    """Each coin bought at the first moment for its share of the money, and held."""
    growths = {coin: _growth(prices[coin]) for coin in basket}
    fractions: list[Decimal | None] = []
    for number in range(len(moments)):
        parts = [(share, growths[coin][number]) for coin, share in basket.items()]
        fractions.append(sum_if_known(None if growth is None else share * growth for share, growth in parts))
    return Benchmark(basket_name(basket), tuple(moments), tuple(fractions))


def of_held(moments: Sequence[datetime], quantities: Mapping[str, Decimal], prices: Mapping[str, Prices]) -> Benchmark:
    """The quantities of the first moment. Assets without a price there were in no total, and are left out."""
    counted = {asset: quantity for asset, quantity in quantities.items() if prices[asset][0] is not None}
    values: list[Decimal | None] = []
    for number in range(len(moments)):
        worths = [_worth(quantity, prices[asset][number]) for asset, quantity in counted.items()]
        with localcontext(EXACT):
            values.append(sum_if_known(worths))
    return Benchmark(HELD, tuple(moments), _growth(values))


def _worth(quantity: Decimal, price: Decimal | None) -> Decimal | None:
    return None if price is None else quantity * price


def _growth(values: Prices) -> tuple[Decimal | None, ...]:
    first = values[0] if values else None
    if first is None or first <= 0:
        return tuple(None for _ in values)
    return tuple(None if value is None else value / first - 1 for value in values)
