"""Viewers: who may see what, their sessions and tokens. The role of pages reads none of these tables.

Row-level security (db/row_security.py) finds the viewer by the SHA-256 of a token. Tokens themselves are not stored.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from db.schema_columns import NOW, account_id, metadata, moment, words


def _viewer() -> Column[object]:
    return Column("viewer", Text, ForeignKey("viewer.name", ondelete="CASCADE", onupdate="CASCADE"), nullable=False)


def _created_at() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=NOW)


# How people sign in. One row, which only writer and owner can change. 'off': everybody who connects sees everything.
sign_in_mode = Table(
    "sign_in_mode",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("mode", Text, nullable=False, server_default=text("'off'")),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("mode IN ('off', 'oidc', 'password', 'proxy')", name="mode"),
)

# A person. Removing the row ends the sessions and tokens. An administrator sees every account, Status and requests.
viewer = Table(
    "viewer",
    metadata,
    words("name"),
    Column("is_admin", Boolean, nullable=False, server_default=text("false")),
    # Argon2 of the password. NULL: this person signs in elsewhere.
    words("password_hash", nullable=True),
    _created_at(),
    PrimaryKeyConstraint("name"),
)

# The accounts that a viewer without administration may see.
viewer_account = Table(
    "viewer_account",
    metadata,
    account_id(),
    _viewer(),
    PrimaryKeyConstraint("account_id", "viewer"),
    Index(None, "viewer"),
)

# One signed-in browser. It counts until `expires_at`, unless it ended earlier.
session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _viewer(),
    _created_at(),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    moment("expires_at"),
    moment("ended_at", nullable=True),
    Index(None, "viewer"),
)

# A token for the API. Scopes: 'read' account data, 'status' for administrators, 'refresh' to request refreshes.
api_token = Table(
    "api_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _viewer(),
    words("label"),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{read}'::text[]")),
    _created_at(),
    moment("expires_at", nullable=True),
    moment("used_at", nullable=True),
    moment("revoked_at", nullable=True),
    CheckConstraint("scopes <@ '{read,status,refresh}'::text[]", name="scopes"),
    Index(None, "viewer"),
)

# One attempt to sign in, for limits by name and by address.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=NOW),
    words("viewer"),
    words("address"),
    Column("succeeded", Boolean, nullable=False),
    Index(None, "viewer", "at"),
    Index(None, "address", "at"),
)

# A sign-in, a change or a request of a viewer. The viewer is a text: a removed viewer leaves the row.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=NOW),
    words("viewer", nullable=True),
    words("address", nullable=True),
    words("action"),
    words("detail", nullable=True),
    Index(None, "at"),
)
