"""Checks of a new connection: pages must not be able to write, and a pooler must not drop the settings."""

from typing import Any

from db.settings import DatabaseConfigurationError

POOLER = (
    "a pooler such as PgBouncer stands before the database and drops Stillframe's settings and locks: connect to "
    "Postgres itself. Each process keeps a small pool of its own (STILLFRAME_DB_READER_POOL_SIZE, _WRITER_POOL_SIZE)"
)


def connect_or_refuse(dialect: Any, _: object, arguments: Any, options: Any) -> Any:
    """Connect. Raises DatabaseConfigurationError if a pooler refuses the settings of the connection."""
    try:
        return dialect.connect(*arguments, **options)
    except dialect.dbapi.OperationalError as error:
        if "unsupported startup parameter" in str(error):
            raise DatabaseConfigurationError((POOLER,)) from error
        raise


def check_session(connection: Any, idle_seconds: int) -> None:
    """Check that the server took the settings of the connection. Raises DatabaseConfigurationError if it did not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
        seconds = cursor.fetchone()[0] / 1000
    connection.rollback()
    if seconds != idle_seconds:
        raise DatabaseConfigurationError((POOLER,))


def check_reader(connection: Any) -> None:
    """Check that the login of pages can become no other role and write nothing but refresh requests."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS)
        user, attributes, roles, tables = cursor.fetchone()
    connection.rollback()
    excess = [
        *(f"it is {attribute}" for attribute in attributes),
        *(f"it is a member of {role}" for role in roles),
        *(f"it may change {table}" for table in tables),
    ]
    if excess:
        raise DatabaseConfigurationError(
            (
                f"STILLFRAME_READER_URL: the login {user} has too many rights for pages ({'; '.join(excess[:3])}). "
                "Let an administrator run `CREATE ROLE stillframe_web LOGIN PASSWORD '...' IN ROLE stillframe_reader` "
                "and name that login",
            )
        )


_RIGHTS = """
SELECT current_user,
       array_remove(ARRAY[
           CASE WHEN rolsuper THEN 'a superuser' END,
           CASE WHEN rolcreaterole THEN 'allowed to create roles' END,
           CASE WHEN rolcreatedb THEN 'allowed to create databases' END,
           CASE WHEN rolreplication THEN 'allowed to replicate' END,
           CASE WHEN rolbypassrls THEN 'exempt from row-level security' END
       ], NULL),
       ARRAY(SELECT other.rolname::text FROM pg_roles AS other
             WHERE NOT me.rolsuper AND other.rolname NOT IN (current_user, 'stillframe_reader')
               AND pg_has_role(other.oid, 'MEMBER')),
       ARRAY(SELECT relname::text FROM pg_class
             WHERE NOT me.rolsuper AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
               AND (has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
                    OR has_any_column_privilege(oid, 'UPDATE')
                    OR has_any_column_privilege(oid, 'INSERT') AND relname NOT IN ('refresh_request', 'edit_request')))
FROM pg_roles AS me WHERE rolname = current_user
"""
