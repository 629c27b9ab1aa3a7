"""Read the currencies of an account's fills and fees."""

from sqlalchemy import Connection, text


def read_fill_currencies(connection: Connection, account_id: int) -> frozenset[str]:
    """All known quote and fee currencies, from the monthly sums (few rows)."""
    return frozenset(connection.execute(text(_CURRENCIES), {"account_id": account_id}).scalars())


_CURRENCIES = """
SELECT quote FROM fill_month WHERE account_id = :account_id AND quote <> ''
UNION
SELECT fee_currency FROM fill_month WHERE account_id = :account_id AND fee_currency <> ''
"""
