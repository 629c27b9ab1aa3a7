"""Write the costs that the owner states for deposits. The next work on the coin books notices what changed."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from db.locks import lock_history_writes
from domain.stated_cost import CostOrigin, StatedCost


def write_stated_costs(engine: Engine, account_id: int, costs: Sequence[StatedCost]) -> None:
    """Make these the costs that the configuration states for an account. Its former ones are forgotten."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        connection.execute(text(_FORGET), {"account_id": account_id, "keys": [stated.key for stated in costs]})
        if costs:
            connection.execute(text(_UPSERT), [_row(account_id, stated, CostOrigin.CONFIGURATION) for stated in costs])


def write_entered_cost(engine: Engine, account_id: int, stated: StatedCost) -> None:
    """Write a cost that was entered in the app. It takes the place of the one entered before."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        connection.execute(text(_UPSERT), _row(account_id, stated, CostOrigin.APP))


def delete_entered_cost(engine: Engine, account_id: int, key: str) -> bool:
    """Take back a cost that was entered in the app. False if there was none."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        return connection.execute(text(_DELETE), {"account_id": account_id, "key": key}).rowcount == 1


def _row(account_id: int, stated: StatedCost, origin: CostOrigin) -> dict[str, object]:
    return {
        "account_id": account_id,
        "key": stated.key,
        "cost": stated.cost,
        "currency": stated.currency,
        "acquired_at": stated.acquired_at,
        "origin": origin.value,
    }


_FORGET = """
DELETE FROM stated_cost
WHERE account_id = :account_id AND origin = 'configuration' AND key <> ALL (CAST(:keys AS text[]))
"""

_DELETE = "DELETE FROM stated_cost WHERE account_id = :account_id AND origin = 'app' AND key = :key"

_UPSERT = """
INSERT INTO stated_cost (account_id, key, cost, currency, acquired_at, origin)
VALUES (:account_id, :key, :cost, :currency, :acquired_at, :origin)
ON CONFLICT (account_id, key, origin) DO UPDATE SET
    cost = excluded.cost, currency = excluded.currency, acquired_at = excluded.acquired_at
"""
