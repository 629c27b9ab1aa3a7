"""Roles: what the refresher and the pages may do in the database, granted anew after each migration."""

from sqlalchemy import Connection, text

from db.engine import READER_ROLE, WRITER_ROLE

# Roles belong to the whole cluster: two databases that are prepared at once must not trip over each other.
_CREATE = """
DO $$
BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$
"""

_GRANTS = f"""
GRANT {READER_ROLE}, {WRITER_ROLE} TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO {READER_ROLE}, {WRITER_ROLE};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {READER_ROLE}, {WRITER_ROLE};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER_ROLE};
GRANT INSERT ON refresh_request TO {READER_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WRITER_ROLE};
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {WRITER_ROLE};
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {WRITER_ROLE};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""  # noqa: S608 - role names from code

_TEMPORARY = """
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {writer}', current_database());
END
$$
"""


def grant_roles(connection: Connection) -> None:
    """Make the roles and give them exactly their rights on every table that exists now."""
    for role in (READER_ROLE, WRITER_ROLE):
        connection.execute(text(_CREATE.format(role=role)))
    for statement in _GRANTS.strip().split(";\n"):
        connection.execute(text(statement.rstrip(";")))
    connection.execute(text(_TEMPORARY.format(writer=WRITER_ROLE)))
