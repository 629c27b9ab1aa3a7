"""Keeping the candles of one venue: first what has closed since, then what is missing before, newest first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from sqlalchemy import Engine

from db.reads.candles import read_candle_ranges
from db.writes.candles import write_candle_part
from domain.candle_ranges import CandleRange, MissingPart, extended, newest_part, older_part, stored_share
from domain.timeframes import length_of
from exchanges.connection.errors import ExchangeError, Permanent
from exchanges.contracts import AccountReader
from logs.lines import log

# Requests of one run at most: candles are public, and refreshes of accounts come first.
MOST_REQUESTS = 30
# A market that fails is asked again after this pause, so that it does not use up the requests of all others.
_PAUSE = timedelta(minutes=15)
_LONG_PAUSE = timedelta(hours=6)
# Exchanges finish a candle seconds after its end.
_SETTLED_AFTER = timedelta(seconds=10)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class CandleKeeper:
    """The candles of one venue. `spans` say how far back each timeframe is kept."""

    venue: str
    reader: AccountReader
    writer: Engine
    spans: Mapping[str, timedelta]
    now: Callable[[], datetime] = utc_now
    most_requests: int = MOST_REQUESTS
    _paused: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def keep(self, symbols: Iterable[str], may_continue: Callable[[], bool]) -> int:
        """Fetch missing candles of these markets. Returns the number of requests made."""
        now = self.now() - _SETTLED_AFTER
        keys = [(symbol, timeframe) for symbol in sorted(set(symbols)) for timeframe in self.spans]
        with self.writer.connect() as connection:
            ranges = read_candle_ranges(connection, self.venue)
        requests = 0
        for section in self._parts(keys, ranges, now):
            if requests >= self.most_requests or not may_continue():
                break
            self._fetch(section, ranges)
            requests += 1
        return requests

    def stored_share(self, symbols: Iterable[str]) -> float:
        """How far the past of these markets is stored, 0 to 1. A market that pauses counts as far as it goes."""
        now = self.now() - _SETTLED_AFTER
        with self.writer.connect() as connection:
            ranges = read_candle_ranges(connection, self.venue)
        shares = [
            1.0
            if self._paused.get((symbol, timeframe), now) > now
            else stored_share(ranges.get((symbol, timeframe)), span, now)
            for symbol in set(symbols)
            for timeframe, span in self.spans.items()
        ]
        return sum(shares) / len(shares) if shares else 1.0

    def _parts(
        self, keys: list[tuple[str, str]], ranges: Mapping[tuple[str, str], CandleRange], now: datetime
    ) -> Iterable[MissingPart]:
        """All parts that are due: what closed since comes first, then the past of each market in turn."""
        due = [key for key in keys if self._paused.get(key, now) <= now]
        newest = [part for key in due if (part := newest_part(*key, ranges.get(key), now)) is not None]
        yield from sorted(newest, key=lambda part: length_of(part.timeframe))
        # `ranges` grows while parts are fetched, so the past continues from what was just stored.
        for turn in zip_longest(*([key] * self.most_requests for key in due)):
            for key in turn:
                recorded = ranges.get(key) if key is not None else None
                part = None if recorded is None else older_part(recorded, self.spans[recorded.timeframe], now)
                if part is not None and self._paused.get((part.symbol, part.timeframe), now) <= now:
                    yield part

    def _fetch(self, part: MissingPart, ranges: dict[tuple[str, str], CandleRange]) -> None:
        key = (part.symbol, part.timeframe)
        try:
            candles = self.reader.fetch_candles(part.symbol, part.timeframe, part.since, part.until)
        except ExchangeError as error:
            pause = _LONG_PAUSE if isinstance(error, Permanent) else _PAUSE
            self._paused[key] = self.now() + pause
            log().warning("candles could not be fetched", venue=self.venue, symbol=part.symbol,
                          timeframe=part.timeframe, error=str(error))  # fmt: skip
            return
        closed = [candle for candle in candles if part.since <= candle.at < part.until]
        if not closed and not part.is_newest:
            self._paused[key] = self.now() + _LONG_PAUSE  # the market was not listed yet
        ranges[key] = extended(ranges.get(key), part)
        write_candle_part(self.writer, self.venue, ranges[key], closed)
