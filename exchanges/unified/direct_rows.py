"""Direct rows: the rows of a listed call that ccxt does not unify, in the shape of ccxt's rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from exchanges.connection.exact import text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath, check_list, rows_in

# The types of markets as ccxt names them, by ours.
_CCXT_TYPES = {"linear": "swap", "inverse": "swap"}


def direct_rows(
    gateway: Gateway,
    response: Any,
    list_at: ListPath,
    market_type: str,
    rows_of: Callable[[Any], Iterable[Any]] | None = None,
) -> list[dict[str, Any]]:
    """Each row with its unified symbol, for the venue's parser. Raises BadPayload without the list.

    `rows_of` extracts the rows from a list element that holds several.
    """
    check_list(response, list_at)
    elements = [element for _, element in rows_in(response, list_at)]
    rows = elements if rows_of is None else [row for element in elements for row in rows_of(element)]
    return [direct_row(gateway, row, market_type) for row in rows]


def direct_row(gateway: Gateway, row: Any, market_type: str) -> dict[str, Any]:
    """One row, marked as open, with its unified symbol and ccxt's fields of its market."""
    name = text(row, "symbol") if isinstance(row, Mapping) else None
    market = {} if name is None else gateway.market_named(name, _CCXT_TYPES.get(market_type, market_type))
    return {"info": row, "symbol": market.get("symbol"), "status": "open", "market": market}
