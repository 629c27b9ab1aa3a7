"""Rates of a past moment: by the prices of its own minute, else by the nearest ones within an hour, else unknown.

A price that was seen is known from the refresh that saw it first to the one that saw it last without a change:

    EUR/USD   1.10 ├───────────────────────────────┤ seen at 9:00, confirmed until 14:00
    BTC/USD              ·         ·         ·       open and close of candles of one hour, at 10:00, 11:00, 12:00

At 11:20 the euro is known by the minute, and bitcoin by the price of 11:00, twenty minutes away.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.candles import Candle
from domain.currency_graph import Rate
from domain.prices import Price, Rates

# The distance of the farthest price that still counts. Also the length of the candles that a backfill reads.
FARTHEST = timedelta(hours=1)
# Most prices change at the begin of a span, so that one rate holds throughout it.
SPAN, INSTANT = timedelta(minutes=15), timedelta(microseconds=1)
_LENGTHS = {"1m": timedelta(minutes=1), "1h": timedelta(hours=1)}
TIMEFRAMES = tuple(_LENGTHS)
_NOW = timedelta(0)


class RateSource(StrEnum):
    """How the rate of a moment was found, the most certain first."""

    SAME = "same"  # the currency itself
    MINUTE = "minute"  # a price that was seen then, or the candle of one minute
    NEAR = "near"  # the nearest price within an hour
    ASSUMED = "assumed"  # a dollar coin without a price counts as one dollar
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KnownPrice:
    """A price that was known from `since` to `until`, both included."""

    price: Price
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class FoundRate:
    """Units of one currency for one of another at a moment. `at` is the time of its price, the oldest of several."""

    value: Decimal | None
    source: RateSource
    at: datetime | None = None


def known_of_candle(candle: Candle, base: str, quote: str) -> tuple[KnownPrice, ...]:
    """The prices of a candle: its open for the whole of a minute, else its open and its close at its two ends."""
    first, last = (Price(candle.symbol, base, quote, price) for price in (candle.open, candle.close))
    end = candle.at + _LENGTHS[candle.timeframe]
    if candle.timeframe == "1m":
        return (KnownPrice(first, candle.at, end - timedelta(microseconds=1)),)
    return KnownPrice(first, candle.at, candle.at), KnownPrice(last, end, end)


class RatesOfMoment(Rates):
    """The rates of one moment.

    `exact` are the prices of its minute. `near` are the others, each with the time at which it is nearest.
    """

    def __init__(self, exact: Sequence[Price], near: Sequence[tuple[Price, datetime]]) -> None:
        super().__init__((*exact, *(price for price, _ in near)))
        self._exact = Rates(exact) if exact else None
        self._times = {price.symbol: at for price, at in near}
        self._found: dict[tuple[str, str], tuple[Rate | None, FoundRate]] = {}

    def find(self, base: str, quote: str) -> Rate | None:
        """Units of `quote` for one `base`. The prices of the minute come first."""
        return self._stage(base, quote)[0]

    def found(self, base: str, quote: str, at: datetime) -> FoundRate:
        """As `find`, with the way it was found. `at` is the moment, which is also the time of prices of its minute."""
        rate, result = self._stage(base, quote)
        is_of_minute = result.at is None and rate is not None and rate.symbols
        return FoundRate(result.value, result.source, at) if is_of_minute else result

    def _stage(self, base: str, quote: str) -> tuple[Rate | None, FoundRate]:
        if (base, quote) not in self._found:
            rate, source = self._stage_of(base, quote)
            symbols = () if rate is None or source is RateSource.MINUTE else rate.symbols
            oldest = min((self._times[symbol] for symbol in symbols if symbol in self._times), default=None)
            self._found[base, quote] = rate, FoundRate(None if rate is None else rate.value, source, oldest)
        return self._found[base, quote]

    def _stage_of(self, base: str, quote: str) -> tuple[Rate | None, RateSource]:
        if base == quote:
            return Rate(Decimal(1)), RateSource.SAME
        exact = None if self._exact is None else self._exact.find(base, quote)
        if exact is not None and not exact.assumed and exact.contract is None:
            return exact, RateSource.MINUTE
        near = super().find(base, quote)
        # A contract prices a coin only where no spot book does, also not one that was seen a little earlier or later.
        if exact is not None and not exact.assumed and (near is None or near.contract is not None or near.assumed):
            return exact, RateSource.MINUTE
        if near is not None and not near.assumed:
            return near, RateSource.NEAR
        return near, RateSource.UNKNOWN if near is None else RateSource.ASSUMED


class _Prices:
    """The known prices of one symbol from one kind of record, in the order of time."""

    def __init__(self, known: Iterable[KnownPrice]) -> None:
        self.known = sorted(known, key=lambda price: (price.since, price.until))
        self._since = [price.since for price in self.known]

    def nearest(self, at: datetime) -> tuple[timedelta, int]:
        """The distance to the nearest price and its number. The earlier one of two. -1: there is none."""
        number = bisect_right(self._since, at) - 1
        distance = timedelta.max
        if number >= 0:
            until = self.known[number].until
            distance = at - until if at > until else _NOW
        if distance and number + 1 < len(self.known) and (ahead := self._since[number + 1] - at) < distance:
            return ahead, number + 1
        return distance, number


# The kind of record of a symbol, the number of the price in it, and its side: exact (0), earlier (-1) or later (1).
_Choice = tuple[int, int, int]


class PriceHistory:
    """The known prices around some moments, and the rates of each moment."""

    def __init__(self, seen: Iterable[KnownPrice], candles: Iterable[KnownPrice] = ()) -> None:
        kinds = _by_symbol(seen), _by_symbol(candles)
        self._symbols = [
            [_Prices(by_symbol[symbol]) for by_symbol in kinds if symbol in by_symbol]
            for symbol in sorted({*kinds[0], *kinds[1]})
        ]
        # Many moments have the same nearest prices, often all of a span of time.
        self._spans: dict[datetime, RatesOfMoment | None] = {}
        self._busy = {
            _span_of(time)
            for prices in (prices for symbol in self._symbols for prices in symbol)
            for recorded in prices.known
            for time in (recorded.since, recorded.until)
            if time != _span_of(time)
        }
        self._cache: dict[tuple[_Choice | None, ...], RatesOfMoment] = {}

    def at(self, at: datetime) -> RatesOfMoment:
        """The rates of a moment."""
        span = _span_of(at)
        return (None if at == span else self.within(span)) or self._at(at)

    def within(self, span: datetime) -> RatesOfMoment | None:
        """The rates of every moment after the begin of a span and before its end. None if they are not the same."""
        if span in self._busy:
            return None
        if span not in self._spans:
            # No price begins or ends in between: if both ends have the same prices, all of the span has them.
            first, last = self._at(span + INSTANT), self._at(span + SPAN - INSTANT)
            self._spans[span] = first if first is last else None
        return self._spans[span]

    def _at(self, at: datetime) -> RatesOfMoment:
        key = tuple(_choice(kinds, at) for kinds in self._symbols)
        if key not in self._cache:
            self._cache[key] = self._rates(key)
        return self._cache[key]

    def found(self, base: str, quote: str, at: datetime) -> FoundRate:
        """Units of `quote` for one `base` at a moment, with the way it was found."""
        return self.at(at).found(base, quote, at)

    def _rates(self, key: Iterable[_Choice | None]) -> RatesOfMoment:
        exact: list[Price] = []
        near: list[tuple[Price, datetime]] = []
        for kinds, choice in zip(self._symbols, key, strict=True):
            if choice is None:
                continue
            kind, number, side = choice
            nearest = kinds[kind].known[number]
            if side:
                near.append((nearest.price, nearest.until if side < 0 else nearest.since))
            else:
                exact.append(nearest.price)
        return RatesOfMoment(exact, near)


def _span_of(at: datetime) -> datetime:
    """The begin of the span of a moment."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _by_symbol(prices: Iterable[KnownPrice]) -> Mapping[str, Sequence[KnownPrice]]:
    """Prices by symbol, without those of halted markets."""
    by_symbol: dict[str, list[KnownPrice]] = defaultdict(list)
    for price in prices:
        if price.price.best is not None:
            by_symbol[price.price.symbol].append(price)
    return by_symbol


def _choice(kinds: Sequence[_Prices], at: datetime) -> _Choice | None:
    """The nearest price of a symbol: prices that were seen win over candles at the same distance."""
    kind, (nearest, number) = 0, kinds[0].nearest(at)
    if nearest and len(kinds) > 1:
        distance, other = kinds[1].nearest(at)
        if distance < nearest:
            nearest, kind, number = distance, 1, other
    if nearest > FARTHEST:
        return None
    side = 0 if not nearest else -1 if kinds[kind].known[number].until < at else 1
    return kind, number, side
