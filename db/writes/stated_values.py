"""Write past net values from the exchange's own records."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Engine, text


def write_stated_values(
    engine: Engine, account_id: int, values: Sequence[tuple[datetime, Decimal]], currency: str
) -> int:
    """Write net values in `currency`. Returns how many were new. Stored moments stay unchanged."""
    with engine.begin() as connection:
        written = connection.execute(
            text("""
                INSERT INTO stated_value (account_id, at, net_value, currency)
                SELECT :account_id, at, net_value, :currency
                FROM unnest(CAST(:moments AS timestamptz[]), CAST(:amounts AS numeric[])) AS remembered (at, net_value)
                ON CONFLICT (account_id, at) DO NOTHING
            """),
            {
                "account_id": account_id,
                "currency": currency,
                "moments": [at for at, _ in values],
                "amounts": [amount for _, amount in values],
            },
        )
    return written.rowcount
