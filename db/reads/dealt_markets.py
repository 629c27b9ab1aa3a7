"""Read the markets and coins that accounts hold or have orders in now."""

from collections.abc import Sequence

from sqlalchemy import Connection, text


def read_dealt_symbols(connection: Connection, account_ids: Sequence[int]) -> frozenset[str]:
    """The symbols of all open orders and positions of these accounts."""
    return _found(connection, _SYMBOLS, account_ids)


def read_held_coins(connection: Connection, account_ids: Sequence[int]) -> frozenset[str]:
    """The assets of all balances of these accounts that are not zero."""
    return _found(connection, _COINS, account_ids)


def _found(connection: Connection, statement: str, account_ids: Sequence[int]) -> frozenset[str]:
    return frozenset(connection.execute(text(statement), {"ids": list(account_ids)}).scalars())


_SYMBOLS = """
SELECT symbol FROM order_version WHERE account_id = ANY(:ids) AND valid_to = 'infinity' AND symbol IS NOT NULL
UNION
SELECT symbol FROM position_version WHERE account_id = ANY(:ids) AND valid_to = 'infinity'
"""
_COINS = """
SELECT DISTINCT asset FROM balance_version WHERE account_id = ANY(:ids) AND valid_to = 'infinity' AND total <> 0
"""
