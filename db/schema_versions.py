"""The tables of versions: each state of a balance, a position or an order, and the marks beside them.

A version is true during [valid_from, valid_to). valid_to is 'infinity' for the current version.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.schema_columns import INFINITY, account_id, metadata, moment, money, words


def _version_columns() -> list[Column[object]]:
    return [
        account_id(),
        words("key"),
        moment("valid_from"),
        Column("valid_to", DateTime(timezone=True), nullable=False, server_default=INFINITY),
        # Digest of the content. Two observations are the same version if and only if their digests are equal.
        Column("digest", LargeBinary, nullable=False),
    ]


def _version_rules(table: str, *extra_key: str) -> list[PrimaryKeyConstraint | CheckConstraint | Index]:
    return [
        PrimaryKeyConstraint("account_id", *extra_key, "key", "valid_from"),
        CheckConstraint("valid_from < valid_to", name="period"),
        # Finds current versions. Its size does not depend on the length of the history.
        Index(
            f"{table}_standing_idx",
            "account_id",
            *extra_key,
            "key",
            unique=True,
            postgresql_where=text("valid_to = 'infinity'"),
        ),
        # Finds the versions of a moment in logarithmic time (needs btree_gist for account_id).
        Index(
            f"{table}_period_idx",
            "account_id",
            text("tstzrange(valid_from, valid_to)"),
            postgresql_using="gist",
        ),
    ]


balance_version = Table(
    "balance_version",
    metadata,
    *_version_columns(),
    words("wallet"),
    words("asset"),
    money("total", nullable=False),
    money("free"),
    money("locked"),
    money("haircut"),
    Column("collateral_eligible", Boolean, nullable=True),
    money("debt"),
    *_version_rules("balance_version"),
)

position_version = Table(
    "position_version",
    metadata,
    *_version_columns(),
    words("symbol"),
    words("exchange_symbol"),
    words("base", nullable=True),
    words("quote", nullable=True),
    words("market_type"),
    words("side"),
    money("amount", nullable=False),
    money("contracts"),
    money("entry_price"),
    money("cost"),
    money("leverage"),
    words("margin_mode", nullable=True),
    words("position_id", nullable=True),
    Column("raw", JSONB, nullable=False),
    *_version_rules("position_version"),
)

# As Postgres prints it: Alembic compares the lines (see db.ended_orders.SHOWN_AT).
_SHOWN_AT = """(
CASE
    WHEN ended_at IS NULL THEN valid_to
    ELSE ended_at
END)"""

order_version = Table(
    "order_version",
    metadata,
    *_version_columns(),
    words("source"),
    words("order_id"),
    words("leg_id", nullable=True),
    words("client_order_id", nullable=True),
    words("group_id", nullable=True),
    words("contingency", nullable=True),
    words("book_order_id", nullable=True),
    words("symbol"),
    words("exchange_symbol"),
    words("base", nullable=True),
    words("quote", nullable=True),
    words("market_type"),
    words("side"),
    words("kind"),
    words("role"),
    words("role_origin", nullable=True),
    words("role_rule", nullable=True),
    money("trigger_price"),
    words("trigger_kind", nullable=True),
    words("trigger_direction", nullable=True),
    money("limit_price"),
    money("trailing_distance"),
    words("trailing_unit", nullable=True),
    money("activation_price"),
    money("amount"),
    money("filled"),
    money("remaining"),
    money("average_price"),
    Column("reduce_only", Boolean, nullable=True),
    Column("post_only", Boolean, nullable=True),
    Column("close_position", Boolean, nullable=True),
    words("time_in_force", nullable=True),
    words("status"),
    moment("created_at", nullable=True),
    moment("updated_at", nullable=True),
    money("contracts"),
    words("position_side", nullable=True),
    money("close_fraction"),
    Column("is_active", Boolean, nullable=True),
    words("position_name", nullable=True),
    Column("raw", JSONB, nullable=False),
    # The moment when the order ended, of its last version. From its outcome. NULL: open or unknown.
    moment("ended_at", nullable=True),
    *_version_rules("order_version", "source"),
    # Finds orders that left the open list.
    Index("order_version_ended_idx", "account_id", "valid_to", postgresql_where=text("valid_to <> 'infinity'")),
    # Finds ended orders in the order of the moments that pages show.
    Index(
        "order_version_history_idx",
        "account_id",
        text(_SHOWN_AT),
        postgresql_where=text("valid_to <> 'infinity'"),
    ),
    # Finds the versions that began between two refreshes.
    Index("order_version_began_idx", "account_id", "valid_from"),
    # Find any order ever seen. Most exchanges have no client id, so that index is small.
    Index("order_version_order_id_idx", "account_id", "order_id"),
    Index(
        "order_version_client_id_idx",
        "account_id",
        "client_order_id",
        postgresql_where=text("client_order_id IS NOT NULL"),
    ),
)

# Fields that change with every tick (market value, collateral, profit). They are kept out of the versions, so that a
# new version means a trade or a transfer. One row per source: {key: {field: decimal as string}} for balances and
# positions, {"symbols": [...]} for prices (the symbols that the account's last response priced). Refreshes in between
# keep what differs from the last rows in refresh.marks (db/refresh_marks.py).
mark = Table(
    "mark",
    metadata,
    account_id(),
    words("source"),
    moment("valid_from"),
    Column("digest", LargeBinary, nullable=False),
    Column("marks", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "source", "valid_from"),
    CheckConstraint("source IN ('balances', 'positions', 'prices')", name="source"),
)
