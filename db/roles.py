"""Roles: Postgres enforces what the refresher may write and what pages may read.

There are two group roles without login. A process logs in as the owner and sets its role, or its login is a member.
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.schema import metadata
from db.settings import DatabaseConfigurationError

WRITER = "stillframe_writer"
READER = "stillframe_reader"

# The only tables that pages may write to, and only by INSERT. Of an edit a page states these columns alone, so that it
# cannot file one as applied.
REQUESTS, EDITS = "refresh_request", "edit_request"
# The only table that pages may not read.
SALT = "key_salt"

# The schema of Procrastinate's tables. Pages may not even name them.
QUEUE = "queue"


def ensure_roles(connection: Connection) -> None:
    """Create both roles and grant them to the owner. Safe to repeat and to run concurrently.

    Roles belong to the whole cluster, so a migration of another database may create them at the same time.

    Raises DatabaseConfigurationError with the SQL for an administrator if the owner may not create roles.
    """
    try:
        for role in (WRITER, READER):
            with connection.begin_nested():
                connection.execute(text(_CREATE.format(role=role)))
                connection.execute(text(_JOIN.format(role=role)))
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != "42501":  # insufficient_privilege
            raise
        user = connection.execute(text("SELECT quote_ident(current_user)")).scalar_one()
        remedy = f"CREATE ROLE {WRITER} NOLOGIN; CREATE ROLE {READER} NOLOGIN; GRANT {WRITER}, {READER} TO {user};"
        raise DatabaseConfigurationError(
            (f"DATABASE_URL's user may not create roles: let an administrator run `{remedy}`",)
        ) from error


def grant(connection: Connection) -> None:
    """Grant each role its rights in the database of the connection, and revoke all others."""
    for statement in (*_GRANTS, *grants_of_database(connection)):
        connection.execute(text(statement))
    if connection.execute(text("SELECT to_regnamespace(:queue) IS NOT NULL"), {"queue": QUEUE}).scalar():
        for statement in _QUEUE_GRANTS:
            connection.execute(text(statement))


def grants_of_database(connection: Connection) -> list[str]:
    """Grants on the database itself. A clone of a template does not inherit them."""
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    return [
        f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {WRITER}",
        f"GRANT CONNECT ON DATABASE {name} TO {READER}",
    ]


_CREATE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- created concurrently
END $$
"""

# Since Postgres 16 the creator of a role may administer it, but needs a grant to SET it.
_JOIN = """
DO $$ BEGIN
    IF NOT pg_has_role(current_user, '{role}',
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
    THEN GRANT {role} TO CURRENT_USER; END IF;
EXCEPTION WHEN unique_violation THEN NULL;
END $$
"""

_TABLES = ", ".join(f'"{name}"' for name in sorted(metadata.tables))

_QUEUE_GRANTS = [
    f"REVOKE ALL ON SCHEMA {QUEUE} FROM PUBLIC, {READER}",
    f"GRANT USAGE ON SCHEMA {QUEUE} TO {WRITER}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {QUEUE} TO {WRITER}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {QUEUE} TO {WRITER}",
    f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {QUEUE} TO {WRITER}",
]

_GRANTS = [
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {WRITER}, {READER}",
    f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {WRITER}, {READER}",
    f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {WRITER}, {READER}",
    f"REVOKE SELECT ON {SALT} FROM {READER}",  # noqa: S608 - code alone
    f"GRANT INSERT, UPDATE, DELETE ON {_TABLES} TO {WRITER}",
    f"GRANT INSERT ON {REQUESTS} TO {READER}",
    f"GRANT INSERT (account_id, kind, payload) ON {EDITS} TO {READER}",
    # The writer reads the last value of the price sequence. INSERT needs no right on an identity sequence.
    f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {WRITER}",
    # For tables that a later migration adds.
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WRITER}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO {WRITER}",
]
