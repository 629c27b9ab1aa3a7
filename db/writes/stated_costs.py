"""Write the costs that the owner states for deposits. The next work on the coin books notices what changed."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from db.locks import lock_history_writes
from domain.stated_cost import StatedCost


def write_stated_costs(engine: Engine, account_id: int, costs: Sequence[StatedCost]) -> None:
    """Make these the stated costs of an account. All others are forgotten."""
    rows = [
        {
            "account_id": account_id,
            "key": stated.key,
            "cost": stated.cost,
            "currency": stated.currency,
            "acquired_at": stated.acquired_at,
        }
        for stated in costs
    ]
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        connection.execute(text(_FORGET), {"account_id": account_id, "keys": [stated.key for stated in costs]})
        if rows:
            connection.execute(text(_UPSERT), rows)


_FORGET = "DELETE FROM stated_cost WHERE account_id = :account_id AND key <> ALL (CAST(:keys AS text[]))"

_UPSERT = """
INSERT INTO stated_cost (account_id, key, cost, currency, acquired_at)
VALUES (:account_id, :key, :cost, :currency, :acquired_at)
ON CONFLICT (account_id, key) DO UPDATE SET
    cost = excluded.cost, currency = excluded.currency, acquired_at = excluded.acquired_at
"""
