"""The tables of Stillframe: the one truth about how what was seen is kept.

Everything about an account has account_id first in its key, so that a distributed Postgres can shard it; market
data has the exchange first. History is kept as versions, true during [valid_from, valid_to), 'infinity' while they
stand. Money is NUMERIC without a scale, so that no digit of a coin priced at 0.00000001 is lost. Times are timestamptz.
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
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db import schema_market, schema_past
from db.schema_columns import INFINITY, NOW, account_id, metadata, moment, money, words

__all__ = ["metadata", "schema_market", "schema_past"]

account = Table(
    "account",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    words("name"),
    words("exchange"),
    # Which sources are asked, and how often: the refresher's configuration as far as pages may see it.
    Column("sources", ARRAY(Text), nullable=False),
    Column("refresh_seconds", Integer, nullable=False),
    words("base_currency"),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    # False once the account has left the configuration: its past stays, but nobody expects it to be fresh.
    Column("is_configured", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    # What is asked at its own pace beside the refreshes, how often, and what cannot be read on this exchange.
    Column("history", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("history_seconds", Integer, nullable=False, server_default=text("60")),
    Column("not_readable", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("unread_transfers", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("cost_method", Text, nullable=False, server_default=text("'average'")),
    # What pages may show values in, beside the base currency: prices are asked in these.
    Column("display_currencies", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    # What answers in the exchange's place ("demo", "testnet", an address); NULL: the exchange itself.
    words("origin", nullable=True),
    # {source: seconds}: sources that are asked no more often than that, however often the account is refreshed.
    Column("least_seconds", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # HMAC-SHA256 of the key by the salt of this database; never the key. NULL: not known yet.
    words("key_fingerprint", nullable=True),
    UniqueConstraint("name"),
    UniqueConstraint("key_fingerprint"),
    CheckConstraint("cost_method IN ('average', 'fifo')", name="cost_method"),
)

# The random salt of this database for fingerprints of keys. One row, which pages may not read.
key_salt = Table(
    "key_salt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("salt", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

refresh = Table(
    "refresh",
    metadata,
    account_id(),
    moment("taken_at"),
    # Highest price.id that this refresh could see: freezes which prices belong to this moment (see price).
    Column("price_id", BigInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    # How often the account was to be refreshed then; NULL of refreshes from before this was kept.
    Column("expected_seconds", Integer, nullable=True),
    # NULL when every source succeeded at taken_at; else {source: as-of of its last success, null if it never had one}.
    Column("carried", JSONB(none_as_null=True), nullable=True),
    # NULL when every row was understood; else {source: how many rows of its last success were not}.
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    # What the account was worth, all NULL until balances succeeded once; stated by the exchange or computed.
    words("currency", nullable=True),
    words("value_origin", nullable=True),
    money("net_value"),
    money("computed_value"),
    money("cash"),
    money("gross"),
    money("borrowed"),
    money("unrealised_pnl"),
    money("margin_balance"),
    money("collateral"),
    money("available"),
    money("initial_margin"),
    money("maintenance_margin"),
    # Assets held for which no price is known; they are in no total.
    Column("unpriced", ARRAY(Text), nullable=True),
    # What the exchange states as equity of its wallets, with the other wallets by known prices.
    money("stated_value"),
    # Positions that could not be valued, by name and size; dollar coins that counted as one dollar for want of a price.
    Column("left_out", ARRAY(Text), nullable=True),
    Column("assumed", ARRAY(Text), nullable=True),
    # NULL when each source was expected every expected_seconds; else {source: seconds} of the others.
    Column("intervals", JSONB(none_as_null=True), nullable=True),
    # NULL when every source was asked; else {source: as-of of its last success} of those that were not due.
    Column("not_due", JSONB(none_as_null=True), nullable=True),
    PrimaryKeyConstraint("account_id", "taken_at"),
    CheckConstraint("value_origin IN ('stated', 'computed')", name="value_origin"),
)


def _version_columns() -> list[Column[object]]:
    return [
        account_id(),
        words("key"),
        moment("valid_from"),
        Column("valid_to", DateTime(timezone=True), nullable=False, server_default=INFINITY),
        # Digest of everything this version says: two observations are the same version if and only if it is equal.
        Column("digest", LargeBinary, nullable=False),
    ]


def _version_rules(table: str, *extra_key: str) -> list[PrimaryKeyConstraint | CheckConstraint | Index]:
    return [
        PrimaryKeyConstraint("account_id", *extra_key, "key", "valid_from"),
        CheckConstraint("valid_from < valid_to", name="period"),
        # What stands now: small and hot, whatever the length of the past.
        Index(
            f"{table}_standing_idx",
            "account_id",
            *extra_key,
            "key",
            unique=True,
            postgresql_where=text("valid_to = 'infinity'"),
        ),
        # What stood at a moment: logarithmic in the length of the past (needs btree_gist for account_id).
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
    Column("raw", JSONB, nullable=False),
    *_version_rules("position_version"),
)

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
    Column("raw", JSONB, nullable=False),
    *_version_rules("order_version", "source"),
    # Which orders left the open list lately.
    Index("order_version_ended_idx", "account_id", "valid_to", postgresql_where=text("valid_to <> 'infinity'")),
)

# What moves with every tick, kept apart from the versions so that a version means that something changed hands: for
# balances and positions {key: {field: decimal as string}} (market values, collateral, profit), one row for the whole
# account; for prices {"symbols": [...]}, the symbols that this account's last answer priced.
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

# Net value as the exchange itself remembers it, from before Stillframe first looked (written by --backfill).
stated_value = Table(
    "stated_value",
    metadata,
    account_id(),
    moment("at"),
    money("net_value", nullable=False),
    words("currency"),
    PrimaryKeyConstraint("account_id", "at"),
)

# How a source stands now. Written when that changes, not at every refresh: a quiet source costs no row.
source_state = Table(
    "source_state",
    metadata,
    account_id(),
    words("source"),
    # The content of the last success; equal content writes no version. NULL: never succeeded.
    Column("digest", LargeBinary, nullable=True),
    Column("rows", Integer, nullable=True),
    moment("failing_since", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    words("error_kind", nullable=True),
    words("error", nullable=True),
    moment("error_at", nullable=True),
    moment("next_attempt_at", nullable=True),
    # Rows of the last success that could not be understood: [{"error": ..., "raw": ...}], shown, never hidden.
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    PrimaryKeyConstraint("account_id", "source"),
)

# One failed attempt. A successful one is proven by its refresh row, so that a quiet refresh is one row.
source_failure = Table(
    "source_failure",
    metadata,
    account_id(),
    words("source"),
    moment("at"),
    words("kind"),
    words("error"),
    Column("duration_ms", Integer, nullable=False),
    PrimaryKeyConstraint("account_id", "source", "at"),
)

job_run = Table(
    "job_run",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    words("job"),
    moment("started_at"),
    moment("finished_at", nullable=True),
    moment("next_run_at", nullable=True),
    words("outcome"),  # running, succeeded, failed
    words("detail", nullable=True),
    CheckConstraint("outcome IN ('running', 'succeeded', 'failed')", name="outcome"),
    Index(None, "job", text("started_at DESC")),
)

# A page's wish to refresh now: the only row that pages may write.
refresh_request = Table(
    "refresh_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=True),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=NOW),
)
