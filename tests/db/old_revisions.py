"""A database at an old revision, filled from one of the present schema."""

import io

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from db.fill_sums import WORTH_COLUMNS
from db.schema import metadata
from db.upgrade import MIGRATIONS

# {new name: old name} of the renamed columns in sums of fills.
OLD_SUM_NAMES = {
    name: old_name for old_name, name in ScriptDirectory(str(MIGRATIONS)).get_revision("0009").module.RENAMED
}


COUNTED = {"ended_sum", "returned_order"}


def copy_tables(here: Engine, there: Engine, tables: set[str]) -> None:
    """Copy these tables with the columns that exist in the target.

    Truncate all other tables of the origin, but for the counts that an upgrade works out from the rest.
    """
    with here.begin() as source, there.begin() as target:
        others = [table.name for table in metadata.sorted_tables if table.name not in tables | COUNTED]
        for name in others:
            source.execute(text(f"TRUNCATE {name} CASCADE"))
        for table in [table for table in metadata.sorted_tables if table.name in tables]:
            target.execute(text(f"DELETE FROM {table.name}"))  # the mode of sign-in, which a migration wrote
            columns_there = {column["name"] for column in inspect(target).get_columns(table.name)}
            for unknown in (column for column in table.columns if column.name not in columns_there and column.nullable):
                source.execute(text(f"UPDATE {table.name} SET {unknown.name} = NULL"))
            if "valued" in table.columns and "valued" not in columns_there:
                zeros = ", ".join(f"{name} = 0, {name}_unknown = fills" for name in WORTH_COLUMNS)
                source.execute(text(f"UPDATE {table.name} SET valued = 0, {zeros}"))
            is_renamed = table.name in ("fill_day", "fill_month") and "realised_by_market" not in columns_there
            old_names = OLD_SUM_NAMES if is_renamed else {}
            names = {column.name: old_names.get(column.name, column.name) for column in table.columns}
            names = {name: name_there for name, name_there in names.items() if name_there in columns_there}
            rows = io.StringIO()
            source.connection.cursor().copy_expert(
                f"COPY (SELECT {', '.join(names)} FROM {table.name}) TO STDOUT", rows
            )
            rows.seek(0)
            # Functions of triggers may come with a later revision than their triggers.
            target.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
            target.connection.cursor().copy_expert(f"COPY {table.name} ({', '.join(names.values())}) FROM STDIN", rows)
            target.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
            for identity in (column.name for column in table.columns if column.identity is not None):
                target.execute(text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{identity}'), "
                    f"(SELECT max({identity}) FROM {table.name}))"
                ))  # fmt: skip
