"""Write the results of fills for the book of their symbol, and the state of the book."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Engine

from db.writes.fill_results import ResultTables, write_results
from domain.cost_method import CostMethod


class FillResult(Protocol):
    """The result of one fill for its book (domain.profit.Result). None is unknown, never zero."""

    @property
    def key(self) -> str: ...
    @property
    def realised(self) -> Decimal | None: ...
    @property
    def realised_before_fees(self) -> Decimal | None: ...
    @property
    def fee_value(self) -> Decimal | None: ...
    @property
    def held_after(self) -> Decimal: ...
    @property
    def cost_after(self) -> Decimal | None: ...
    @property
    def sold_unexplained(self) -> Decimal: ...


def write_profits(
    engine: Engine,
    account_id: int,
    symbol: str,
    results: Sequence[FillResult],
    state: Mapping[str, Any],
    method: CostMethod,
    *,
    from_start: bool,
) -> int:
    """Write the results of the next fills of a symbol (see write_results)."""
    scope = {"account_id": account_id, "symbol": symbol}
    return write_results(engine, _TABLES, scope, results, state, method, from_start=from_start)


# Under the lock: a fill up to the last one without a result arrived in the meantime.
_TABLES = ResultTables(
    results="fill_profit",
    states="book_state",
    names=("symbol",),
    columns=("key", "realised", "realised_before_fees", "fee_value", "held_after", "cost_after", "sold_unexplained"),
    of_fill="fill.symbol = :symbol",
    is_missed="""(
        SELECT count(*)
        FROM fill
        WHERE fill.account_id = :account_id AND fill.symbol = :symbol
          AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
          AND fill.at <= last.at AND fill.at > previous.last_at
    ) <> (
        SELECT count(*)
        FROM fill_profit AS profit
        WHERE profit.account_id = :account_id AND profit.symbol = :symbol
          AND profit.at <= last.at AND profit.at > previous.last_at
    )""",
)
