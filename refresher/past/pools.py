"""Pools: works out what fills gained over all markets of a coin, for every coin that is traded in several quotes."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Engine

from db.reads.candles import read_candle_version
from db.reads.pools import TradedCoin, read_traded_coins
from db.reads.profits import read_book_fills
from db.writes.pools import write_pool
from domain.fills import Fill
from domain.movements import may_go_short
from domain.pools import Pool, PoolResult, quote_rate_of, unit_of
from domain.profit import in_order
from domain.snapshot import Account
from refresher.past.fill_parts import (
    After,
    Pair,
    RatesAt,
    fee_pairs,
    fee_rate,
    read_rates_of,
    work_in_parts,
)


class _Unvalued(Exception):
    """Markets of which a fill cannot be valued in the pool's currency."""

    def __init__(self, symbols: frozenset[str]) -> None:
        super().__init__(f"no price of the time of some fill of {', '.join(sorted(symbols))}")
        self.symbols = symbols


class Pools:
    """The pools of one account. As with books, a part holds one connection at a time and none while it is computed."""

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer

    def work_out(self, goes_on: Callable[[], bool]) -> int:
        """Bring every pool up to its fills in parts, for as long as `goes_on` says; how many fills were counted."""
        with self._writer.connect() as connection:
            candles = read_candle_version(connection, self._account.venue)
            traded = read_traded_coins(connection, self._account.id)
        return sum(self._work_out(coin, candles, goes_on) for coin in traded)

    def _work_out(self, coin: TradedCoin, candles: str, goes_on: Callable[[], bool]) -> int:
        """A market with a fill that cannot be valued is taken out, and the pool begun again without it."""
        known = None if self._is_to_be_begun(coin, candles) else coin
        if known is not None and not known.is_behind:
            return 0
        apart = frozenset() if known is None else known.unpooled
        while True:
            try:
                return self._bring_up(coin, known, apart, known.candles if known else candles, goes_on)
            except _Unvalued as error:
                known, apart = None, apart | error.symbols

    def _is_to_be_begun(self, coin: TradedCoin, candles: str) -> bool:
        former, now = (coin.unit, coin.method, coin.candles), (unit_of(coin.quotes), self._account.cost_method, candles)
        return coin.state is None or coin.is_overtaken or former != now

    def _bring_up(
        self,
        coin: TradedCoin,
        known: TradedCoin | None,
        apart: frozenset[str],
        candles: str,
        goes_on: Callable[[], bool],
    ) -> int:
        """Count in what follows what is known; from the start where nothing is. Raises _Unvalued."""
        unit, method = unit_of(coin.quotes), self._account.cost_method
        symbols = [symbol for symbol in coin.symbols if symbol not in apart]
        pool = None if known is None or known.state is None else Pool.from_state(known.state)

        def count(fills: Sequence[Fill], rates: RatesAt, is_first: bool) -> int:
            nonlocal pool
            pool = pool or Pool.opened(unit, method, may_go_short(fills[0]))
            results = _taken(pool, fills, rates)
            state = {**pool.state(), "apart": sorted(apart), "candles": candles}
            return write_pool(
                self._writer, self._account.id, coin.coin, symbols, results, state, method, from_start=is_first
            )

        return work_in_parts(None if known is None else known.last, partial(self._read, symbols, unit), count, goes_on)

    def _read(self, symbols: Sequence[str], unit: str, after: After, most: int) -> tuple[Sequence[Fill], RatesAt]:
        """The next part of a pool, all its markets together, and what their currencies were worth at its moments."""
        with self._writer.connect() as connection:
            of_markets = [
                fill for symbol in symbols for fill in read_book_fills(connection, self._account, symbol, after, most)
            ]
            fills = in_order(of_markets)[:most]
            return fills, read_rates_of(connection, self._account.venue, fills, partial(_pairs, unit))


def _pairs(unit: str, fill: Fill) -> Sequence[Pair]:
    """The currencies of which a fill wants to be told what they were worth in each other."""
    quote = () if fill.quote in (None, unit) else ((fill.quote or "", unit),)
    return (*quote, *fee_pairs(fill))


def _taken(pool: Pool, part: Sequence[Fill], rates: RatesAt) -> Sequence[PoolResult]:
    """What the fills of a part did. Raises _Unvalued before any of them is counted."""
    worths = [
        quote_rate_of(
            fill.quote, pool.unit, rates[pair][fill.at] if (pair := (fill.quote or "", pool.unit)) in rates else None
        )
        for fill in part
    ]
    if unvalued := frozenset(fill.symbol for fill, worth in zip(part, worths, strict=True) if not worth.rate):
        raise _Unvalued(unvalued)
    return [pool.apply(fill, worth, fee_rate(fill, rates)) for fill, worth in zip(part, worths, strict=True)]
