"""Read the size of the database and its growth."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.engine import free_bytes
from db.schema import metadata


@dataclass(frozen=True, slots=True)
class TableSize:
    """One table with its indexes, in bytes.

    `rows_estimate` is the planner's. Before the first ANALYZE Postgres counts itself. None is unknown.
    """

    name: str
    rows_estimate: int | None
    bytes: int


@dataclass(frozen=True, slots=True)
class DatabaseSize:
    """Sizes in bytes, tables largest first. Growth is the mean since the first refresh, None in the first half day.

    `free` is the free space on the disk of the embedded database, None with a database elsewhere.
    """

    bytes: int
    tables: tuple[TableSize, ...]
    first_at: datetime | None
    growth_per_day: int | None
    free: int | None = None

    @property
    def growth_per_year(self) -> int | None:
        """The bytes that a year adds at this rate."""
        return None if self.growth_per_day is None else self.growth_per_day * 365


def read_sizes(connection: Connection) -> DatabaseSize:
    """The current sizes."""
    names = list(metadata.tables)
    tables = tuple(TableSize(*row) for row in connection.execute(text(_TABLES), {"names": names}))
    size, first_at, days = connection.execute(text(_DATABASE)).one()
    used = sum(table.bytes for table in tables)
    growth = round(used / float(days)) if days and days >= 0.5 else None
    return DatabaseSize(size, tables, first_at, growth, free_bytes())


_TABLES = """
SELECT relname,
       CASE WHEN reltuples >= 0 THEN CAST(reltuples AS bigint)
            WHEN pg_stat_get_live_tuples(oid) > 0 OR pg_relation_size(oid) = 0 THEN pg_stat_get_live_tuples(oid) END,
       pg_total_relation_size(oid)
FROM pg_class
WHERE relname = ANY (:names) AND relkind IN ('r', 'p') AND relnamespace = CAST(current_schema() AS regnamespace)
ORDER BY pg_total_relation_size(oid) DESC, relname
"""

_DATABASE = """
SELECT pg_database_size(current_database()), first_at, CAST(extract(epoch FROM now() - first_at) / 86400 AS numeric)
FROM (SELECT min(taken_at) AS first_at FROM (
    SELECT (SELECT min(taken_at) FROM refresh WHERE account_id = account.id) AS taken_at FROM account
) AS firsts) AS first
"""
