"""Write the results of fills for the pool of their coin, and the state of the pool."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine

from db.writes.fill_results import ResultTables, write_results
from domain.cost_method import CostMethod
from domain.pools import PoolResult


def write_pool(
    engine: Engine,
    account_id: int,
    coin: str,
    symbols: Sequence[str],
    results: Sequence[PoolResult],
    state: Mapping[str, Any],
    method: CostMethod,
    *,
    from_start: bool,
) -> int:
    """Write the results of the next fills of a coin (see write_results). `symbols` are the markets in the pool."""
    scope = {"account_id": account_id, "coin": coin, "unit": state["unit"]}
    counted = {"symbols": list(symbols), "counted": len(results)}
    return write_results(engine, _TABLES, {**scope, **counted}, results, state, method, from_start=from_start)


# Under the lock: more fills since the previous state than were counted means that some arrived in the meantime.
_TABLES = ResultTables(
    results="fill_pool",
    states="pool_state",
    names=("coin", "unit"),
    columns=("key", "realised", "realised_before_fees", "held_after", "cost_after", "sold_unexplained", "is_assumed"),
    is_missed="""(
        SELECT count(*)
        FROM unnest(CAST(:symbols AS text[])) AS counted (symbol)
        JOIN fill ON fill.account_id = :account_id AND fill.symbol = counted.symbol
         AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
         AND (fill.at, fill.key) <= (last.at, last.key)
         AND (fill.at, fill.key) > (previous.last_at, previous.last_key)
    ) <> :counted""",
)
