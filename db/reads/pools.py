"""Which coins of an account are traded in several quotes, what do their pools hold, and which are to be worked out?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from domain.cost_method import CostMethod
from domain.markets import MarketType

# What moves the coin in the wallet; contracts do not.
MOVES_THE_COIN = (MarketType.SPOT, MarketType.MARGIN, MarketType.UNKNOWN)


@dataclass(frozen=True, slots=True)
class TradedCoin:
    """A coin that was traded in several quotes, and how far its pool is worked out: what is None is not begun.

    `apart` are symbols that are in no pool, for want of a price of some fill's time; `candles` is what was known of
    prices when the pool was begun (read_candle_mark).
    """

    coin: str
    symbols: Sequence[str]
    quotes: Sequence[str]
    unit: str | None
    method: CostMethod | None
    last: tuple[datetime, str] | None  # time and key of the last fill that the state counts
    state: Mapping[str, Any] | None
    is_overtaken: bool
    is_behind: bool  # there is a fill after the last
    apart: frozenset[str] = frozenset()
    candles: str = ""


@dataclass(frozen=True, slots=True)
class HeldPool:
    """What the fills of all markets of a coin explain at a moment. `cost` is in `unit`, fees included; None unknown.

    The symbols in `apart` are no part of it: their books tell what they explain.
    """

    coin: str
    quantity: Decimal
    cost: Decimal | None
    unit: str
    apart: frozenset[str] = frozenset()


def read_traded_coins(connection: Connection, account_id: int) -> tuple[TradedCoin, ...]:
    """The coins that were traded in several quotes, by name; each symbol is one step down an index."""
    rows = connection.execute(text(_COINS), {"account_id": account_id, "types": [str(each) for each in MOVES_THE_COIN]})
    return tuple(
        TradedCoin(
            coin=row["coin"],
            symbols=tuple(row["symbols"]),
            quotes=tuple(row["quotes"]),
            unit=row["unit"],
            method=None if row["method"] is None else CostMethod(row["method"]),
            last=None if row["last_at"] is None else (row["last_at"], row["last_key"]),
            state=row["state"],
            is_overtaken=bool(row["is_overtaken"]),
            is_behind=row["is_behind"],
            apart=_apart(row["state"]),
            candles=(row["state"] or {}).get("candles", ""),
        )
        for row in rows.mappings()
    )


def read_pools(connection: Connection, account_id: int, as_of: datetime) -> tuple[HeldPool, ...]:
    """What each pool held at a moment, by coin, as far as it is worked out."""
    rows = connection.execute(text(_POOLS), {"account_id": account_id, "as_of": as_of})
    return tuple(
        HeldPool(coin, quantity, cost, unit, frozenset(apart or ())) for coin, quantity, cost, unit, apart in rows
    )


def _apart(state: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset((state or {}).get("apart", ()))


_COINS = """
WITH RECURSIVE step AS (
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id) AS symbol
    UNION ALL
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id AND symbol > step.symbol)
    FROM step
    WHERE symbol IS NOT NULL
), traded AS (
    SELECT step.symbol, told.base, told.quote
    FROM step
    CROSS JOIN LATERAL (
        SELECT base, quote, market_type FROM fill
        WHERE account_id = :account_id AND symbol = step.symbol AND base IS NOT NULL AND quote IS NOT NULL
        LIMIT 1
    ) AS told
    WHERE told.market_type = ANY (:types) AND step.symbol NOT LIKE '%:%'
), coin AS (
    SELECT base AS coin, array_agg(symbol ORDER BY symbol) AS symbols, array_agg(DISTINCT quote) AS quotes
    FROM traded
    GROUP BY base
    HAVING count(DISTINCT quote) > 1
)
SELECT coin.coin, coin.symbols, coin.quotes, pool.unit, pool.method, pool.last_at, pool.last_key, pool.state,
       pool.is_overtaken,
       EXISTS (
           SELECT FROM unnest(coin.symbols) AS own (symbol)
           JOIN fill ON fill.account_id = :account_id AND fill.symbol = own.symbol
            AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
            AND (fill.at, fill.key) > (pool.last_at, pool.last_key)
           WHERE NOT coalesce(pool.state->'apart', '[]') ? own.symbol
       ) AS is_behind
FROM coin
LEFT JOIN pool_state AS pool ON pool.account_id = :account_id AND pool.coin = coin.coin
ORDER BY coin.coin
"""

_POOLS = """
SELECT pool.coin, last.held_after, last.cost_after, last.unit, pool.state->'apart'
FROM pool_state AS pool
CROSS JOIN LATERAL (
    SELECT held_after, cost_after, unit
    FROM fill_pool
    WHERE account_id = :account_id AND coin = pool.coin AND at <= :as_of
    ORDER BY at DESC, key DESC
    LIMIT 1
) AS last
WHERE pool.account_id = :account_id
ORDER BY pool.coin
"""
