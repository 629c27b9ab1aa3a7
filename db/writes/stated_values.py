"""Stated values: an account's worth before Stillframe first looked, as the exchange remembers it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Engine, text


def write_stated_values(
    engine: Engine, account_id: int, values: Sequence[tuple[datetime, Decimal]], currency: str
) -> int:
    """Write what the exchange remembers, in `currency`; how many moments were new. Known moments stay as they are."""
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
