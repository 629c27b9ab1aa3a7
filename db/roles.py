"""Roles: Postgres enforces what the refresher may write, what pages may read and what the sign-in layer may do.

There are three group roles without login. Each process logs in as a member of one of them and can become no other
role. The owner migrates and may do all that the writer may.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.row_security import secure_rows
from db.schema import metadata
from db.settings import DatabaseConfigurationError

WRITER = "stillframe_writer"
READER = "stillframe_reader"
SIGN_IN = "stillframe_auth"

# The only tables that pages may write to, and only by INSERT. A page states only these columns of an edit, so that it
# cannot file one as applied.
REQUESTS, EDITS = "refresh_request", "edit_request"
# The tables that pages may not read: the salt of fingerprints, hashes of passwords and tokens, and who may see what.
SECRETS = ("key_salt", "sign_in_mode", "viewer", "viewer_account", "session", "api_token", "sign_in_attempt")

# The schema of Procrastinate's tables. Pages may not even name them.
QUEUE = "queue"


def ensure_roles(connection: Connection) -> None:
    """Create the group roles, with the owner as a writer. Safe to repeat and to run concurrently.

    Roles belong to the whole cluster, so a migration of another database may create them at the same time.

    Raises DatabaseConfigurationError with the SQL for an administrator if the owner may not create roles.
    """
    try:
        for role in (WRITER, READER, SIGN_IN):
            with connection.begin_nested():
                connection.execute(text(_CREATE.format(role=role)))
        with connection.begin_nested():
            connection.execute(text(_JOIN.format(role=WRITER)))
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != "42501":  # insufficient_privilege
            raise
        user = connection.execute(text("SELECT quote_ident(current_user)")).scalar_one()
        creates = " ".join(f"CREATE ROLE {role} NOLOGIN;" for role in (WRITER, READER, SIGN_IN))
        raise DatabaseConfigurationError(
            (
                "DATABASE_URL's user may not create roles: let an administrator run "
                f"`{creates} GRANT {WRITER} TO {user};`",
            )
        ) from error


def grant(connection: Connection) -> None:
    """Grant each role its rights in the database of the connection, and revoke all others."""
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    for statement in (*_GRANTS, *grants_of_database(database)):
        connection.execute(text(statement))
    if connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar():
        connection.execute(text(_NO_LARGE_OBJECTS))
    secure_rows(connection, READER, WRITER, SIGN_IN)
    if connection.execute(text("SELECT to_regnamespace(:queue) IS NOT NULL"), {"queue": QUEUE}).scalar():
        for statement in _QUEUE_GRANTS:
            connection.execute(text(statement))


def grants_of_database(name: str) -> list[str]:
    """Grants on the database with this quoted name. A clone of a template does not inherit them."""
    return [
        f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {WRITER}",
        f"GRANT CONNECT ON DATABASE {name} TO {READER}, {SIGN_IN}",
    ]


_CREATE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- created concurrently
END $$
"""

# The row policies of the writer hold for the owner only if it inherits the rights of the writer.
_JOIN = """
DO $$ BEGIN
    IF NOT pg_has_role(current_user, '{role}', 'USAGE') THEN GRANT {role} TO CURRENT_USER; END IF;
EXCEPTION WHEN unique_violation THEN NULL;
END $$
"""

# Everybody may create large objects, unless a superuser takes the right away.
_NO_LARGE_OBJECTS = """
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_open(oid, integer),
    lo_put(oid, bigint, bytea), lo_unlink(oid), lowrite(integer, bytea) FROM PUBLIC
"""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))


_ALL = f"{READER}, {WRITER}, {SIGN_IN}"

_QUEUE_GRANTS = [
    f"REVOKE ALL ON SCHEMA {QUEUE} FROM PUBLIC, {READER}",
    f"GRANT USAGE ON SCHEMA {QUEUE} TO {WRITER}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {QUEUE} TO {WRITER}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {QUEUE} TO {WRITER}",
    f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {QUEUE} TO {WRITER}",
]

_GRANTS = [
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA public TO {_ALL}",
    f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {_ALL}",
    f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {WRITER}",
    f"GRANT INSERT, UPDATE, DELETE ON {_listed(metadata.tables)} TO {WRITER}",
    # The writer reads the last value of the price sequence. INSERT needs no right on an identity sequence.
    f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {WRITER}",
    f"GRANT SELECT ON {_listed(metadata.tables.keys() - set(SECRETS))}, alembic_version TO {READER}",
    f"GRANT INSERT ON {REQUESTS} TO {READER}",
    f"GRANT INSERT (account_id, kind, payload) ON {EDITS} TO {READER}",
    # The sign-in layer reads no account data. It adds to the audit and cannot change it.
    f"GRANT SELECT ON sign_in_mode, viewer, api_token, alembic_version TO {SIGN_IN}",
    f"GRANT UPDATE (used_at) ON api_token TO {SIGN_IN}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON session, sign_in_attempt TO {SIGN_IN}",
    f"GRANT INSERT ON audit TO {SIGN_IN}",
    # Tables that are added between two migrations: pages get no right, because they have no row policy yet.
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {READER}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WRITER}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO {WRITER}",
]
