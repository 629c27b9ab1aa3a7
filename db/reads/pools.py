"""Read coins that are traded in several quotes, and the state of their pools."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from domain.cost_method import CostMethod
from domain.markets import MarketType

# Market types that move the coin in the wallet. Contracts do not.
MOVES_THE_COIN = (MarketType.SPOT, MarketType.MARGIN, MarketType.UNKNOWN)


@dataclass(frozen=True, slots=True)
class TradedCoin:
    """A coin that was traded in several quotes, and how far its pool is worked out (None: not begun).

    `unpooled` are symbols outside the pool, because no price was known at the time of a fill. `candles` is the version
    of the candles at the start of the pool (read_candle_version).
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
    unpooled: frozenset[str] = frozenset()
    candles: str = ""


@dataclass(frozen=True, slots=True)
class HeldPool:
    """Quantity and cost explained by a coin's fills in all markets. `cost` is in `unit` with fees, None if unknown.

    Symbols in `unpooled` are not included. See their books.
    """

    coin: str
    quantity: Decimal
    cost: Decimal | None
    unit: str
    unpooled: frozenset[str] = frozenset()


def read_traded_coins(connection: Connection, account_id: int) -> tuple[TradedCoin, ...]:
    """The coins that were traded in several quotes, by name, with one index step per symbol."""
    rows = connection.execute(
        text(_COINS), {"account_id": account_id, "types": [str(market_type) for market_type in MOVES_THE_COIN]}
    )
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
            unpooled=_unpooled(row["state"]),
            candles=(row["state"] or {}).get("candles", ""),
        )
        for row in rows.mappings()
    )


def read_pools(connection: Connection, account_id: int, as_of: datetime) -> tuple[HeldPool, ...]:
    """The state of each pool at a moment, by coin, as far as it is worked out."""
    rows = connection.execute(text(_POOLS), {"account_id": account_id, "as_of": as_of})
    return tuple(
        HeldPool(coin, quantity, cost, unit, frozenset(unpooled or ())) for coin, quantity, cost, unit, unpooled in rows
    )


def _unpooled(state: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset((state or {}).get("apart", ()))


_COINS = """
WITH RECURSIVE step AS (
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id) AS symbol
    UNION ALL
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id AND symbol > step.symbol)
    FROM step
    WHERE symbol IS NOT NULL
), traded AS (
    SELECT step.symbol, sample.base, sample.quote
    FROM step
    CROSS JOIN LATERAL (
        SELECT base, quote, market_type FROM fill
        WHERE account_id = :account_id AND symbol = step.symbol AND base IS NOT NULL AND quote IS NOT NULL
        LIMIT 1
    ) AS sample
    WHERE sample.market_type = ANY (:types) AND step.symbol NOT LIKE '%:%'
), coin AS (
    SELECT base AS coin, array_agg(symbol ORDER BY symbol) AS symbols, array_agg(DISTINCT quote) AS quotes
    FROM traded
    GROUP BY base
    HAVING count(DISTINCT quote) > 1
)
SELECT coin.coin, coin.symbols, coin.quotes, pool.unit, pool.method, pool.last_at, pool.last_key, pool.state,
       pool.is_overtaken,
       EXISTS (
           SELECT FROM unnest(coin.symbols) AS pooled (symbol)
           JOIN fill ON fill.account_id = :account_id AND fill.symbol = pooled.symbol
            AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
            AND (fill.at, fill.key) > (pool.last_at, pool.last_key)
           WHERE NOT coalesce(pool.state->'apart', '[]') ? pooled.symbol
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
