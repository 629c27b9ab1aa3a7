"""Direct rows: the rows of a listed call that ccxt does not unify, in the shape of ccxt's rows."""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.exact import text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath, rows_in

# The types of markets as ccxt names them, by ours.
_CCXT_TYPES = {"linear": "swap", "inverse": "swap"}


def direct_rows(gateway: Gateway, response: Any, list_at: ListPath, market_type: str) -> list[dict[str, Any]]:
    """Each row with its unified symbol; the venue's parser reads the rest. Raises BadPayload without the list."""
    return [direct_row(gateway, row, market_type) for _, row in rows_in(response, list_at)]


def direct_row(gateway: Gateway, row: Any, market_type: str) -> dict[str, Any]:
    """One row with its unified symbol, as an open one."""
    name = text(row, "symbol") if isinstance(row, Mapping) else None
    symbol = None if name is None else gateway.symbol_of(name, _CCXT_TYPES.get(market_type, market_type))
    return {"info": row, "symbol": symbol, "status": "open"}
