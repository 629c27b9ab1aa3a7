"""Keeping the candles of one venue: what has closed since, then gaps, then what is missing before, newest first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import Engine

from db.reads.candles import read_candle_ranges, read_candles
from db.writes.candles import end_gap, write_candle_part
from domain.candle_ranges import CandleRange, MissingPart, newest_part, older_part, proven_range, stored_share
from domain.timeframes import length_of
from exchanges.connection.errors import ExchangeError, Permanent
from exchanges.contracts import AccountReader
from logs.lines import log
from refresher.process.clock import utc_now

# Requests of one run at most: candles are public, and refreshes of accounts come first.
MOST_REQUESTS = 30
# A market that fails is asked again after this pause, so that it does not use up the requests of all others.
_PAUSE = timedelta(minutes=15)
_LONG_PAUSE = timedelta(hours=6)
# Rules wait this long for the candles of a gap while requests for them fail.
_GAP_WAIT = timedelta(hours=1)
# Symbol and timeframe.
Key = tuple[str, str]
# Exchanges finish a candle seconds after its end.
_SETTLED_AFTER = timedelta(seconds=10)


@dataclass(slots=True)
class CandleKeeper:
    """The candles of one venue. `spans` say how far back each timeframe is kept."""

    venue: str
    reader: AccountReader
    writer: Engine
    spans: Mapping[str, timedelta]
    now: Callable[[], datetime] = utc_now
    most_requests: int = MOST_REQUESTS
    _paused: dict[Key, datetime] = field(default_factory=dict)
    _newest_paused: dict[Key, datetime] = field(default_factory=dict)
    _past_paused: dict[Key, datetime] = field(default_factory=dict)
    # How far back requests have gone that brought no candle.
    _searched: dict[Key, datetime] = field(default_factory=dict)
    # When each open gap was first met, with its begin.
    _gaps: dict[Key, tuple[datetime, datetime]] = field(default_factory=dict)

    def keep(self, symbols: Iterable[str], may_continue: Callable[[], bool]) -> int:
        """Fetch missing candles of these markets. Returns the number of requests made."""
        now = self.now() - _SETTLED_AFTER
        keys = [(symbol, timeframe) for symbol in sorted(set(symbols)) for timeframe in self.spans]
        with self.writer.connect() as connection:
            ranges = read_candle_ranges(connection, self.venue)
        self._end_old_gaps(keys, ranges, now)
        requests = 0
        for missing in self._parts(keys, ranges, now):
            if requests >= self.most_requests or not may_continue():
                break
            self._fetch(missing, ranges)
            requests += 1
        return requests

    def stored_share(self, symbols: Iterable[str]) -> float:
        """How far the past of these markets is stored, 0 to 1. Candles that cannot be had count as missing."""
        now = self.now() - _SETTLED_AFTER
        with self.writer.connect() as connection:
            ranges = read_candle_ranges(connection, self.venue)
        shares = [
            stored_share(ranges.get((symbol, timeframe)), span, now)
            for symbol in set(symbols)
            for timeframe, span in self.spans.items()
        ]
        return sum(shares) / len(shares) if shares else 1.0

    def ended_markets(self, symbols: Iterable[str]) -> int:
        """The number of these markets whose older candles the exchange did not return when they were requested."""
        ended = {symbol for symbol, timeframe in self._searched if timeframe in self.spans}
        return len(ended & set(symbols))

    def _parts(self, keys: list[Key], ranges: Mapping[Key, CandleRange], now: datetime) -> Iterable[MissingPart]:
        """All parts that are due: what closed since comes first, then the past of each market in turn."""
        due = [key for key in keys if self._paused.get(key, now) <= now]
        may_be_new = [key for key in due if self._newest_paused.get(key, now) <= now]
        newest = [missing for key in may_be_new if (missing := newest_part(*key, ranges.get(key), now)) is not None]
        yield from sorted(newest, key=lambda missing: length_of(missing.timeframe))
        # `ranges` grows while parts are fetched, so the past continues from what was just stored.
        yield from self._parts_of_gaps(due, ranges, now)
        for turn in zip_longest(*([key] * self.most_requests for key in due)):
            for key in turn:
                recorded = ranges.get(key) if key is not None else None
                missing = None if recorded is None else self._older_part(recorded, now)
                if missing is not None:
                    yield missing

    def _parts_of_gaps(
        self, keys: Iterable[Key], ranges: Mapping[Key, CandleRange], now: datetime
    ) -> Iterable[MissingPart]:
        """The parts of gaps, newest first: rules wait for them."""
        for key in keys:
            while (recorded := ranges.get(key)) is not None and recorded.gap_since is not None:
                missing = self._older_part(recorded, now)
                if missing is None:
                    break
                yield missing

    def _end_old_gaps(self, keys: Iterable[Key], ranges: dict[Key, CandleRange], now: datetime) -> None:
        """Wait no longer for gaps that begin before what is kept, or whose candles failed to come for too long."""
        for key in keys:
            recorded = ranges.get(key)
            if recorded is None or recorded.gap_since is None:
                continue
            begin, met_at = self._gaps.get(key, (recorded.gap_since, now))
            self._gaps[key] = (recorded.gap_since, met_at if begin == recorded.gap_since else now)
            is_too_old = recorded.gap_since < now - self.spans[recorded.timeframe]
            if is_too_old or now - self._gaps[key][1] > _GAP_WAIT:
                self._end_gap(key, ranges)

    def _end_gap(self, key: Key, ranges: dict[Key, CandleRange]) -> None:
        recorded = ranges.get(key)
        if recorded is not None and recorded.gap_since is not None:
            end_gap(self.writer, self.venue, recorded)
            ranges[key] = replace(recorded, gap_since=None)
            log().warning("the candles of a gap are missing", venue=self.venue, symbol=recorded.symbol,
                          timeframe=recorded.timeframe, since=recorded.gap_since, until=recorded.since)  # fmt: skip

    def _older_part(self, recorded: CandleRange, now: datetime) -> MissingPart | None:
        key = (recorded.symbol, recorded.timeframe)
        if max(self._paused.get(key, now), self._past_paused.get(key, now)) > now:
            return None
        before = min(recorded.since, self._searched.get(key, recorded.since))
        return older_part(recorded, before, self.spans[recorded.timeframe], now)

    def _fetch(self, missing: MissingPart, ranges: dict[Key, CandleRange]) -> None:
        key, length = (missing.symbol, missing.timeframe), length_of(missing.timeframe)
        try:
            # The candle after the part proves that the response reaches its end.
            received = self.reader.fetch_candles(
                missing.symbol, missing.timeframe, missing.since, missing.until + length
            )
        except ExchangeError as error:
            if isinstance(error, Permanent):  # an exchange may refuse a past that it does not have
                (self._paused if missing.is_newest else self._past_paused)[key] = self.now() + _LONG_PAUSE
                if not missing.is_newest:
                    self._end_gap(key, ranges)
            else:
                self._paused[key] = self.now() + _PAUSE
            log().warning("candles could not be fetched", venue=self.venue, symbol=missing.symbol,
                          timeframe=missing.timeframe, error=str(error))  # fmt: skip
            return
        candles = [candle for candle in received if missing.since <= candle.at <= missing.until]
        opened = [candle.at for candle in candles]
        before, now = ranges.get(key), self.now() - _SETTLED_AFTER
        after = proven_range(before, missing, opened, self._is_joined(before, missing, opened), now)
        if after is None or after == before:
            self._pause_after_nothing(
                missing, is_new=before is None, is_empty=not any(at < missing.until for at in opened)
            )
        if after is not None:
            if before is not None and after.since != before.since:
                self._searched.pop(key, None)
            if before is not None and after.since > before.until:  # a past that is new, and may be had
                self._past_paused.pop(key, None)
            stored = [candle for candle in candles if candle.at < missing.until]
            ranges[key] = write_candle_part(self.writer, self.venue, after, stored)
        if not missing.is_newest and (after is None or after == before):
            self._end_gap(key, ranges)

    def _is_joined(self, recorded: CandleRange | None, missing: MissingPart, opened: Sequence[datetime]) -> bool:
        """True if nothing can be missing between the stored candles and these: the stored one beside them came too.

        A range without a candle at its end gives no such proof.
        """
        if recorded is None:
            return True
        beside = missing.since if missing.is_newest else missing.until
        if beside in opened or (not missing.is_newest and beside < recorded.since):
            return True
        if missing.is_newest and opened and opened[0] <= recorded.until:
            return True
        closed_at = beside + length_of(missing.timeframe)
        with self.writer.connect() as connection:
            return not read_candles(connection, self.venue, missing.symbol, missing.timeframe, beside, closed_at)

    def _pause_after_nothing(self, missing: MissingPart, is_new: bool, is_empty: bool) -> None:
        """Ask again soon for a late candle. Older candles may not exist: ask for those before them much later."""
        key = (missing.symbol, missing.timeframe)
        if missing.is_newest:
            pause = _PAUSE if is_new else min(length_of(missing.timeframe) / 3, _PAUSE)
            self._newest_paused[key] = self.now() + pause
            return
        self._past_paused[key] = self.now() + _LONG_PAUSE
        if is_empty:
            self._searched[key] = missing.since
