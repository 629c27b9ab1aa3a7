"""Pools: works out what fills gained over all markets of a coin, for every coin that is traded in several quotes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from db.reads.pools import TradedCoin, read_traded_coins
from db.reads.profits import read_book_fills
from db.reads.rates import read_rates_at
from db.writes.pools import write_pool
from domain.fills import Fill
from domain.movements import may_go_short
from domain.pools import Pool, PoolResult, unit_of, worth_of
from domain.prices import Rates
from domain.profit import in_order
from domain.snapshot import Account
from refresher.history.turns import turn

FILLS_A_PART = 5000

_Rates = Mapping[tuple[str, str], Mapping[datetime, Rates]]


class Pools:
    """The pools of one account. As with books, a part holds one connection at a time and none while it is computed."""

    def __init__(self, account: Account, writer: Engine) -> None:
        self._account = account
        self._writer = writer

    def work_out(self, goes_on: Callable[[], bool]) -> int:
        """Bring every pool up to its fills in parts, for as long as `goes_on` says; how many fills were counted."""
        with self._writer.connect() as connection:
            traded = read_traded_coins(connection, self._account.id)
        return sum(self._work_out(coin, goes_on) for coin in traded)

    def _work_out(self, coin: TradedCoin, goes_on: Callable[[], bool]) -> int:
        unit = unit_of(coin.quotes)
        from_start = (
            coin.state is None or coin.is_overtaken or coin.unit != unit or coin.method is not self._account.cost_method
        )
        if not from_start and not coin.is_behind:
            return 0
        pool = Pool.from_state(coin.state) if coin.state is not None and not from_start else None
        after, counted = None if from_start else coin.last, 0
        while True:
            with turn(goes_on):
                part, rates = self._read(coin.symbols, unit, after)
                if not part:
                    return counted
                pool = pool or Pool.opened(unit, self._account.cost_method, may_go_short(part[0]))
                results = [_taken(pool, fill, rates) for fill in part]
                counted += write_pool(
                    self._writer, self._account.id, coin.coin, coin.symbols, results, pool.state(),
                    self._account.cost_method, from_start=after is None,
                )  # fmt: skip
            after = part[-1].at, part[-1].key
            if len(part) < FILLS_A_PART or not goes_on():
                return counted

    def _read(
        self, symbols: Sequence[str], unit: str, after: tuple[datetime, str] | None
    ) -> tuple[Sequence[Fill], _Rates]:
        """The next part of a pool, all its markets together, and what their currencies were worth at its moments."""
        with self._writer.connect() as connection:
            told = [
                fill
                for symbol in symbols
                for fill in read_book_fills(connection, self._account, symbol, after, FILLS_A_PART)
            ]
            part = in_order(told)[:FILLS_A_PART]
            moments: dict[tuple[str, str], list[datetime]] = defaultdict(list)
            for fill in part:
                for pair in _pairs(fill, unit):
                    moments[pair].append(fill.at)
            venue = self._account.venue
            return part, {pair: read_rates_at(connection, venue, *pair, at) for pair, at in moments.items()}


def _pairs(fill: Fill, unit: str) -> Sequence[tuple[str, str]]:
    """The currencies of which a fill wants to be told what they were worth in each other."""
    pairs = [] if fill.quote in (None, unit) else [(fill.quote or "", unit)]
    if fill.quote is not None and fill.fee_currency not in (None, fill.base, fill.quote):
        pairs.append((fill.fee_currency or "", fill.quote))
    return pairs


def _taken(pool: Pool, fill: Fill, rates: _Rates) -> PoolResult:
    told = {pair: rates[pair][fill.at] for pair in _pairs(fill, pool.unit)}
    worth = worth_of(fill.quote, pool.unit, told.get((fill.quote or "", pool.unit)))
    fee = (fill.fee_currency or "", fill.quote or "")
    return pool.take(fill, worth, told[fee].rate(*fee) if fee in told else None)
