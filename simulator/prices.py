"""How prices move: one factor for the whole market and one for each coin, rounded to ticks at the end.

The only module that knows floats: what leaves it are whole numbers of ticks.
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
# Stray prices (a stablecoin off its peg, a book off its fair price) find back within about so many seconds.
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
        index = {coin.name: place for place, coin in enumerate(coins)}
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
        """Prices of every book, in ticks, from the coins' prices of one moment."""
        return _whole(np.exp(logs[self.bases] - logs[self.quotes] + stray) / self.ticks)


def _whole(scaled: Floats) -> Ticks:
    ticks: Ticks = np.clip(np.rint(scaled), 1, _LARGEST).astype(np.int32)
    return ticks


class Walk:
    """Prices from now on: moved ahead by any number of seconds at a time."""

    def __init__(self, shape: _Shape, coins: Sequence[Coin], logs: Floats, stray: Floats, seed: int) -> None:
        self._shape = shape
        self._coins = {coin.name: place for place, coin in enumerate(coins)}
        self._logs = logs
        self._anchors = shape.levels.copy()
        self._stray = stray
        self._random = np.random.default_rng(seed)

    def step(self, seconds: float) -> list[int]:
        """Prices so many seconds later, in ticks, one for each book."""
        shape = self._shape
        market, *_ = self._random.standard_normal(1)
        own = self._random.standard_normal(len(shape.daily))
        moves = shape.daily * (shape.beta * market + np.sqrt(1 - shape.beta**2) * own)
        kept = math.exp(-seconds / _RETURN)
        fresh = math.sqrt(1 - kept * kept)
        self._logs = np.where(
            shape.steady,
            self._anchors + (self._logs - self._anchors) * kept + shape.daily * fresh * own,
            self._logs + moves * math.sqrt(seconds / _DAY),
        )
        noise = self._random.standard_normal(len(shape.wobbles))
        self._stray = self._stray * kept + shape.wobbles * fresh * noise
        return self.ticks()

    def ticks(self) -> list[int]:
        """Prices as they are, in ticks, one for each book."""
        prices: list[int] = self._shape.quantised(self._logs, self._stray).tolist()
        return prices

    def shift(self, coin: str, ratio: float) -> None:
        """Make a coin so many times as dear in all its books."""
        self._logs[self._coins[coin]] += math.log(ratio)
        self._anchors[self._coins[coin]] += math.log(ratio)


def past_and_walk(coins: Sequence[Coin], books: Sequence[Instrument], minutes: int, seed: int) -> tuple[Ticks, Walk]:
    """A past of so many minutes that ends at today's usual prices, books x minutes in ticks, and the walk from then."""
    shape = _Shape.of(coins, books)
    random = np.random.default_rng(seed)
    logs = _paths(shape, minutes, random)
    past = np.empty((len(books), minutes), dtype=np.int32)
    stray = np.zeros(len(books))
    for place, wobble in enumerate(shape.wobbles):
        path = logs[shape.bases[place]] - logs[shape.quotes[place]]
        if wobble:
            strayed = _strayed(random.standard_normal(minutes)) * wobble
            path = path + strayed
            stray[place] = strayed[-1]
        past[place] = _whole(np.exp(path) / shape.ticks[place])
    return past, Walk(shape, coins, logs[:, -1].copy(), stray, seed + 1)


def _paths(shape: _Shape, minutes: int, random: np.random.Generator) -> Floats:
    """The coins' dollar prices by the minute, as logarithms: coins x minutes."""
    logs = random.standard_normal((len(shape.daily), minutes))
    # The whole market has restless days and quiet ones.
    mood = np.repeat(np.exp(0.35 * random.standard_normal(minutes // 1440 + 1)), 1440)[:minutes]
    market = random.standard_normal(minutes) * mood
    for place, own in enumerate(logs):
        beta, daily = shape.beta[place], shape.daily[place]
        if shape.steady[place]:
            logs[place] = shape.levels[place] + _strayed(own) * daily
        else:
            path = np.cumsum((beta * market + math.sqrt(1 - beta**2) * own) * (daily * math.sqrt(60 / _DAY)))
            logs[place] = path - path[-1] + shape.levels[place]
    return logs


def _strayed(noise: Floats) -> Floats:
    """Noise that lingers for half an hour, of deviation 1."""
    window = int(_RETURN / 60)
    sums = np.cumsum(np.concatenate([np.zeros(window), noise]))
    lingering: Floats = (sums[window:] - sums[:-window]) / math.sqrt(window)
    return lingering
