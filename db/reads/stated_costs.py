"""Read the costs that the owner stated for deposits."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from db.history_records import TRANSFER_COLUMNS, transfer_from
from domain.coin_books import Role
from domain.coin_events import Values, events_of_transfer
from domain.snapshot import Account
from domain.stated_cost import CostOrigin, StatedCost
from domain.transfers import Transfer


def read_stated_costs(connection: Connection, account: Account) -> Sequence[StatedCost]:
    """The stated costs of an account that count, by key of the deposit."""
    return list(read_costs_by_origin(connection, account))


def read_costs_by_origin(connection: Connection, account: Account) -> Mapping[StatedCost, CostOrigin]:
    """The stated costs that count and where each was stated, by key of the deposit."""
    rows = connection.execute(text(_COSTS), {"account_id": account.id})
    return {StatedCost(*values): CostOrigin(origin) for *values, origin in rows}


def read_coin_deposits(
    connection: Connection, account: Account, keys: Iterable[str], currency: str
) -> Mapping[str, Transfer]:
    """Those of these transfers that bring coins in from outside, in books of this currency, by key."""
    scope = {"account_id": account.id, "keys": list(keys)}
    rows = connection.execute(text(_DEPOSITS), scope) if scope["keys"] else ()
    transfers = [transfer_from((*row, {}), account.name, account.exchange) for row in rows]
    return {transfer.key: transfer for transfer in transfers if _is_deposit(transfer, currency)}


def _is_deposit(transfer: Transfer, currency: str) -> bool:
    events = events_of_transfer(transfer, Values(None), currency)
    return any(event.role is Role.DEPOSIT for event in events)


_COSTS = """
SELECT DISTINCT ON (key) key, cost, currency, acquired_at, origin
FROM stated_cost
WHERE account_id = :account_id
ORDER BY key, origin = 'configuration' DESC
"""

_DEPOSITS = f"""
SELECT {", ".join(TRANSFER_COLUMNS[:-1])}
FROM transfer
WHERE account_id = :account_id AND key = ANY(CAST(:keys AS text[]))
"""  # noqa: S608 - column names from code
