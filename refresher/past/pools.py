"""Pools: compute the realised profit of fills over all markets of a coin, for coins traded against several quotes."""

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
    """Markets with a fill that has no value in the pool's currency."""

    def __init__(self, symbols: frozenset[str]) -> None:
        super().__init__(f"no price of the time of some fill of {', '.join(sorted(symbols))}")
        self.symbols = symbols


class Pools:
    """The pools of one account. As with books, a part holds at most one connection, and none while it computes."""

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer

    def work_out(self, may_continue: Callable[[], bool]) -> int:
        """Bring every pool up to date in parts while `may_continue` allows. Returns the number of fills counted."""
        with self._writer.connect() as connection:
            candles = read_candle_version(connection, self._account.venue)
            traded = read_traded_coins(connection, self._account.id)
        return sum(self._work_out(coin, candles, may_continue) for coin in traded)

    def _work_out(self, coin: TradedCoin, candles: str, may_continue: Callable[[], bool]) -> int:
        """Bring one pool up to date. If a fill has no value, its market is excluded and the pool starts again without
        it.
        """
        counted = None if self._is_to_be_begun(coin, candles) else coin
        if counted is not None and not counted.is_behind:
            return 0
        excluded = frozenset() if counted is None else counted.unpooled
        while True:
            try:
                return self._bring_up(coin, counted, excluded, counted.candles if counted else candles, may_continue)
            except _Unvalued as error:
                counted, excluded = None, excluded | error.symbols

    def _is_to_be_begun(self, coin: TradedCoin, candles: str) -> bool:
        stored = coin.unit, coin.method, coin.candles
        current = unit_of(coin.quotes), self._account.cost_method, candles
        return coin.state is None or coin.is_overtaken or stored != current

    def _bring_up(
        self,
        coin: TradedCoin,
        counted: TradedCoin | None,
        excluded: frozenset[str],
        candles: str,
        may_continue: Callable[[], bool],
    ) -> int:
        """Count the fills after those of `counted`, or all fills if it is None. Raises _Unvalued."""
        unit, method = unit_of(coin.quotes), self._account.cost_method
        symbols = [symbol for symbol in coin.symbols if symbol not in excluded]
        pool = None if counted is None or counted.state is None else Pool.from_state(counted.state)

        def count(fills: Sequence[Fill], rates: RatesAt, is_first: bool) -> int:
            nonlocal pool
            pool = pool or Pool.opened(unit, method, may_go_short(fills[0]))
            results = _taken(pool, fills, rates)
            state = {**pool.state(), "apart": sorted(excluded), "candles": candles}
            return write_pool(
                self._writer, self._account.id, coin.coin, symbols, results, state, method, from_start=is_first
            )

        last = None if counted is None else counted.last
        return work_in_parts(last, partial(self._read, symbols, unit), count, may_continue)

    def _read(self, symbols: Sequence[str], unit: str, after: After, limit: int) -> tuple[Sequence[Fill], RatesAt]:
        """The next fills of a pool over all its markets, and the rates of their currencies at those times."""
        with self._writer.connect() as connection:
            candidates = [
                fill for symbol in symbols for fill in read_book_fills(connection, self._account, symbol, after, limit)
            ]
            fills = in_order(candidates)[:limit]
            return fills, read_rates_of(connection, self._account.venue, fills, partial(_pairs, unit))


def _pairs(unit: str, fill: Fill) -> Sequence[Pair]:
    """The currency pairs whose rates at the time of a fill are needed to value it."""
    quote = () if fill.quote in (None, unit) else ((fill.quote or "", unit),)
    return (*quote, *fee_pairs(fill))


def _taken(pool: Pool, fills: Sequence[Fill], rates: RatesAt) -> Sequence[PoolResult]:
    """The results of counting fills. Raises _Unvalued before it counts any of them."""
    worths = [
        quote_rate_of(
            fill.quote, pool.unit, rates[pair][fill.at] if (pair := (fill.quote or "", pool.unit)) in rates else None
        )
        for fill in fills
    ]
    if unvalued := frozenset(fill.symbol for fill, worth in zip(fills, worths, strict=True) if not worth.rate):
        raise _Unvalued(unvalued)
    return [pool.apply(fill, worth, fee_rate(fill, rates)) for fill, worth in zip(fills, worths, strict=True)]
