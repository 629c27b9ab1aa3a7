"""Logins: the user names that processes connect with, each a member of one group role.

With a single DATABASE_URL the other logins follow from it. Their passwords are derived from the owner's password, so
they need no setting and nothing stores them. STILLFRAME_READER_URL and its siblings name other logins instead.
"""

import hashlib
from functools import lru_cache
from typing import Any

from psycopg2.extensions import encrypt_password
from sqlalchemy import URL, Connection, text

from db.roles import READER, SIGN_IN, WRITER

PAGES_LOGIN = "stillframe_pages"
REFRESHER_LOGIN = "stillframe_refresher"
SIGN_IN_LOGIN = "stillframe_sign_in"
LOGINS = {PAGES_LOGIN: READER, REFRESHER_LOGIN: WRITER, SIGN_IN_LOGIN: SIGN_IN}

# Marks a login that this module made. Others keep the password that an administrator gave them.
_DERIVED = "stillframe: its password follows from the password of the owner"
_ROUNDS = 100_000


def login_url(owner: URL, login: str) -> URL:
    """The URL of a login on the server of the owner. Without a password (peer, trust) it has none either."""
    password = None if owner.password is None else derived_password(owner.password, login)
    return owner.set(username=login, password=password)


@lru_cache(maxsize=16)
def derived_password(owner_password: str, login: str) -> str:
    """The password of a login, as 64 hex digits. It reveals nothing about a random password of the owner."""
    return hashlib.pbkdf2_hmac("sha256", owner_password.encode(), f"stillframe/{login}".encode(), _ROUNDS).hex()


def ensure_logins(connection: Connection, owner: URL) -> None:
    """Create the derived logins, and give them the password that follows from the owner's.

    An owner that may not create roles gets none: the processes then need URLs of their own.
    """
    if not connection.execute(text(_MAY_CREATE)).scalar():
        return
    for login, group in LOGINS.items():
        with connection.begin_nested():
            connection.execute(text(_CREATE.format(login=login, group=group, mark=_DERIVED)))
            is_derived = connection.execute(text(_MARK), {"login": login}).scalar() == _DERIVED
            if owner.password is not None and is_derived:
                _set_password(connection, login, derived_password(owner.password, login))


def _set_password(connection: Connection, login: str, password: str) -> None:
    # The verifier instead of the password, because a server may log statements.
    driver_connection: Any = connection.connection.driver_connection
    verifier = encrypt_password(password, login, driver_connection, "scram-sha-256")
    connection.exec_driver_sql(f"ALTER ROLE {login} PASSWORD '{verifier}'")


_MAY_CREATE = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
_MARK = "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = :login"
_CREATE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{login}') THEN
        CREATE ROLE {login} LOGIN IN ROLE {group};
        COMMENT ON ROLE {login} IS '{mark}';
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- created concurrently
END $$
"""
