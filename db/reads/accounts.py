"""Which accounts are there?"""

from sqlalchemy import Connection, text

from domain.snapshot import Account
from domain.sources import Source


def read_accounts(connection: Connection) -> tuple[Account, ...]:
    """All accounts ever configured, by name; those no longer configured say so."""
    rows = connection.execute(text(_ACCOUNTS)).mappings()
    return tuple(Account(**{**row, "sources": tuple(map(Source, row["sources"]))}) for row in rows)


_ACCOUNTS = """
SELECT id, name, exchange, sources, refresh_seconds, base_currency, is_demo, is_configured
FROM account
ORDER BY name
"""
