"""Shared tables: what ccxt says of an exchange, kept once for all its accounts."""

from typing import Any

# ccxt makes these tables anew for each object and changes none of them afterwards. They are most of its memory.
_TABLES = ("api", "exceptions", "httpExceptions", "ecdsaCurves", "ecdsaPrehashedAlgorithms")
_shared_tables: dict[tuple[type, str], Any] = {}


def share_tables(exchange: object) -> None:
    """Let all objects of one exchange have the same tables, where they are equal."""
    for name in _TABLES:
        table = vars(exchange).get(name)
        shared = _shared_tables.setdefault((type(exchange), name), table)
        if table is not shared and table == shared:
            setattr(exchange, name, shared)
