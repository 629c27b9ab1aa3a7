"""Cases of transfers: deposits, withdrawals, funding, interest and rebates as exchanges send them.

A pending deposit is no money yet, and a failed withdrawal is no loss, so both keep their status. Rows that fills or
other lists return are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.exchanges.harness import Case

TIME = 1764000000000  # milliseconds
ISO_TIME = "2025-11-24T16:00:00.000Z"


def plain_rows(rows: Sequence[Any]) -> Any:
    return list(rows)


def data_rows(rows: Sequence[Any]) -> Any:
    return {"code": "0", "msg": "", "data": list(rows)}


def transfer_case(
    name: str,
    source: str,
    path: str,
    rows: Sequence[Any],
    transfers: Sequence[Mapping[str, Any]],
    wrap: Callable[[Sequence[Any]], Any] = plain_rows,
    method: str = "GET",
    unreadable: int = 0,
) -> Case:
    return Case(name, f"transfers:{source}", path, rows, transfers, method=method, wrap=wrap, unreadable=unreadable)


def transfer(kind: str, asset: str, amount: str, status: str = "done", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "asset": asset, "amount": amount, "status": status, **more}


def status_case(
    source: str,
    path: str,
    row: Callable[[int, str], Any],
    statuses: Mapping[str, str],
    expected: Mapping[str, Any],
    wrap: Callable[[Sequence[Any]], Any] = plain_rows,
) -> Case:
    """One row of (number, word) for each documented word, and the status that it stands for. At most nine."""
    rows = [row(number, word) for number, word in enumerate(statuses, 1)]
    transfers = [{**expected, "status": status} for status in statuses.values()]
    return transfer_case("statuses that ccxt passes on", source, path, rows, transfers, wrap)
