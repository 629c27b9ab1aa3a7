"""Price moves: one factor for the whole market and one per coin, rounded to ticks at the end.

No other module uses floats for prices. The results are whole numbers of ticks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.instruments import Coin, Instrument

Floats = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int32]

_DAY = 86_400.0
# Deviations (a stablecoin off its peg, a book off its fair price) decay within about this many seconds.
_RETURN = 1_800.0
_LARGEST = 2_000_000_000


@dataclass(frozen=True)
class _Shape:
    """The coins and books as arrays."""

    daily: Floats
    beta: Floats
    steady: npt.NDArray[np.bool_]
    levels: Floats  # logarithms of today's prices in dollars
    bases: npt.NDArray[np.intp]
    quotes: npt.NDArray[np.intp]
    wobbles: Floats
    ticks: Floats

    @staticmethod
    def of(coins: Sequence[Coin], instruments: Sequence[Instrument]) -> "_Shape":
        index = {coin.name: number for number, coin in enumerate(coins)}
        return _Shape(
            daily=np.array([coin.daily for coin in coins]),
            beta=np.array([coin.beta for coin in coins]),
            steady=np.array([coin.is_steady for coin in coins]),
            levels=np.log([coin.level for coin in coins]),
            bases=np.array([index[instrument.base] for instrument in instruments]),
            quotes=np.array([index[instrument.quote] for instrument in instruments]),
            wobbles=np.array([instrument.wobble for instrument in instruments]),
            ticks=np.array([float(instrument.tick) for instrument in instruments]),
        )

    def quantised(self, logs: Floats, stray: Floats) -> Ticks:
        """The price of every book in ticks, from the coin prices of one moment."""
        return _whole(np.exp(logs[self.bases] - logs[self.quotes] + stray) / self.ticks)


def _whole(scaled: Floats) -> Ticks:
    ticks: Ticks = np.clip(np.rint(scaled), 1, _LARGEST).astype(np.int32)
    return ticks


class Walk:
    """Prices from now on, moved ahead by any number of seconds at a time."""

    def __init__(self, shape: _Shape, coins: Sequence[Coin], logs: Floats, stray: Floats, seed: int) -> None:
        self._shape = shape
        self._coins = {coin.name: index for index, coin in enumerate(coins)}
        self._logs = logs
        self._anchors = shape.levels.copy()
        self._stray = stray
        self._random = np.random.default_rng(seed)
        self._is_still = False

    def stand_still(self) -> None:
        """Move no price from now on, except by `shift`."""
        self._is_still = True

    def step(self, seconds: float) -> list[int]:
        """The price of each book this many seconds later, in ticks."""
        if self._is_still:
            return self.ticks()
        shape = self._shape
        market, *_ = self._random.standard_normal(1)
        coin_moves = self._random.standard_normal(len(shape.daily))
        moves = shape.daily * (shape.beta * market + np.sqrt(1 - shape.beta**2) * coin_moves)
        kept = math.exp(-seconds / _RETURN)
        fresh = math.sqrt(1 - kept * kept)
        self._logs = np.where(
            shape.steady,
            self._anchors + (self._logs - self._anchors) * kept + shape.daily * fresh * coin_moves,
            self._logs + moves * math.sqrt(seconds / _DAY),
        )
        noise = self._random.standard_normal(len(shape.wobbles))
        self._stray = self._stray * kept + shape.wobbles * fresh * noise
        return self.ticks()

    def ticks(self) -> list[int]:
        """The current price of each book, in ticks."""
        prices: list[int] = self._shape.quantised(self._logs, self._stray).tolist()
        return prices

    def shift(self, coin: str, ratio: float) -> None:
        """Multiply a coin's price in all its books."""
        self._logs[self._coins[coin]] += math.log(ratio)
        self._anchors[self._coins[coin]] += math.log(ratio)


def past_and_walk(coins: Sequence[Coin], books: Sequence[Instrument], minutes: int, seed: int) -> tuple[Ticks, Walk]:
    """A price history that ends at today's usual prices (books x minutes, in ticks), and the walk from there."""
    shape = _Shape.of(coins, books)
    random = np.random.default_rng(seed)
    logs = _paths(shape, minutes, random)
    past = np.empty((len(books), minutes), dtype=np.int32)
    stray = np.zeros(len(books))
    for index, wobble in enumerate(shape.wobbles):
        path = logs[shape.bases[index]] - logs[shape.quotes[index]]
        if wobble:
            strayed = _strayed(random.standard_normal(minutes)) * wobble
            path = path + strayed
            stray[index] = strayed[-1]
        past[index] = _whole(np.exp(path) / shape.ticks[index])
    return past, Walk(shape, coins, logs[:, -1].copy(), stray, seed + 1)


def _paths(shape: _Shape, minutes: int, random: np.random.Generator) -> Floats:
    """The coins' dollar prices per minute, as logarithms: coins x minutes."""
    logs = random.standard_normal((len(shape.daily), minutes))
    # The whole market has volatile and quiet days.
    mood = np.repeat(np.exp(0.35 * random.standard_normal(minutes // 1440 + 1)), 1440)[:minutes]
    market = random.standard_normal(minutes) * mood
    for index, noise in enumerate(logs):
        beta, daily = shape.beta[index], shape.daily[index]
        if shape.steady[index]:
            logs[index] = shape.levels[index] + _strayed(noise) * daily
        else:
            path = np.cumsum((beta * market + math.sqrt(1 - beta**2) * noise) * (daily * math.sqrt(60 / _DAY)))
            logs[index] = path - path[-1] + shape.levels[index]
    return logs


def _strayed(noise: Floats) -> Floats:
    """Noise that decays over half an hour, with deviation 1."""
    window = int(_RETURN / 60)
    sums = np.cumsum(np.concatenate([np.zeros(window), noise]))
    lingering: Floats = (sums[window:] - sums[:-window]) / math.sqrt(window)
    return lingering
