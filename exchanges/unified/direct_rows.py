"""Direct rows: the rows of a listed call that ccxt does not unify, in the shape of ccxt's rows."""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.exact import text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath, check_list, rows_in

# The types of markets as ccxt names them, by ours.
_CCXT_TYPES = {"linear": "swap", "inverse": "swap"}


def direct_rows(gateway: Gateway, response: Any, list_at: ListPath, market_type: str) -> list[dict[str, Any]]:
    """Each row with its unified symbol; the venue's parser reads the rest. Raises BadPayload without the list."""
    check_list(response, list_at)
    return [direct_row(gateway, row, market_type) for _, row in rows_in(response, list_at)]


def direct_row(gateway: Gateway, row: Any, market_type: str) -> dict[str, Any]:
    """One row as an open one, with its unified symbol and what ccxt knows of its market."""
    name = text(row, "symbol") if isinstance(row, Mapping) else None
    market = {} if name is None else gateway.market_named(name, _CCXT_TYPES.get(market_type, market_type))
    return {"info": row, "symbol": market.get("symbol"), "status": "open", "market": market}
