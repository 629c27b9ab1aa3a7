"""In which currencies were the fills of an account, and their fees, ever paid?"""

from sqlalchemy import Connection, text


def read_fill_currencies(connection: Connection, account_id: int) -> frozenset[str]:
    """Quote and fee currencies, those that are known; read off the months, which are few."""
    return frozenset(connection.execute(text(_CURRENCIES), {"account_id": account_id}).scalars())


_CURRENCIES = """
SELECT quote FROM fill_month WHERE account_id = :account_id AND quote <> ''
UNION
SELECT fee_currency FROM fill_month WHERE account_id = :account_id AND fee_currency <> ''
"""
