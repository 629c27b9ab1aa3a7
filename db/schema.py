"""The tables of Stillframe. This metadata is the only definition of the schema. Migrations are checked against it.

Keys start with account_id, so that a distributed Postgres can shard by account. Market data starts with the exchange.
Snapshots are kept as versions (schema_versions). Money is NUMERIC without a scale, so that no digit of a coin priced
at 0.00000001 is lost. Times are timestamptz.
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

from db import (
    schema_alerts,
    schema_books,
    schema_closed,
    schema_ended,
    schema_history,
    schema_market,
    schema_versions,
    schema_viewers,
    schema_work,
)
from db.schema_columns import NOW, account_id, metadata, moment, money, words

__all__ = [
    "metadata",
    "schema_alerts",
    "schema_books",
    "schema_closed",
    "schema_ended",
    "schema_history",
    "schema_market",
    "schema_versions",
    "schema_viewers",
    "schema_work",
]

account = Table(
    "account",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    words("name"),
    words("exchange"),
    # The sources to fetch and how often: the part of the refresher's configuration that pages may see.
    Column("sources", ARRAY(Text), nullable=False),
    Column("refresh_seconds", Integer, nullable=False),
    words("base_currency"),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    # False once the account has left the configuration. Its history stays, but it is never late.
    Column("is_configured", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    # Sources of history, fetched beside the refreshes, their interval, and the kinds this exchange cannot give.
    Column("history", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("history_seconds", Integer, nullable=False, server_default=text("60")),
    Column("not_readable", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("unread_transfers", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("cost_method", Text, nullable=False, server_default=text("'average'")),
    # Currencies that pages offer beside the base currency. The refresher fetches prices in them.
    Column("display_currencies", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    # The stand-in for the exchange ("demo", "testnet", an address). NULL: the exchange itself.
    words("origin", nullable=True),
    # {source: seconds}: the shortest interval of a source, even if the account is refreshed more often.
    Column("least_seconds", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # When the exchange pays open profit into the wallet, and if the profit of fills counts from then.
    Column("settles", Text, nullable=False, server_default=text("''")),
    Column("fills_count_from_settlement", Boolean, nullable=False, server_default=text("false")),
    # HMAC-SHA256 of the API key with the salt of this database. The key itself is never stored. NULL: not known yet.
    words("key_fingerprint", nullable=True),
    UniqueConstraint("name"),
    UniqueConstraint("key_fingerprint"),
    CheckConstraint("cost_method IN ('average', 'fifo')", name="cost_method"),
)

# The random salt of this database for key fingerprints. One row. Pages may not read it.
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
    # The highest price.id visible to this refresh. It fixes which prices belong to this moment (see price).
    Column("price_id", BigInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    # The refresh interval in force then. NULL in rows from before this column existed.
    Column("expected_seconds", Integer, nullable=True),
    # {source: time of its last success, or null if it never had one} of sources that failed. NULL if none failed.
    Column("carried", JSONB(none_as_null=True), nullable=True),
    # {source: number of unreadable rows in its last success}. NULL if all rows were readable.
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    # The equity of the account, stated by the exchange or computed. All NULL until balances succeeded once.
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
    # Assets without a known price. They are in no total.
    Column("unpriced", ARRAY(Text), nullable=True),
    # The equity that the exchange states for its wallets, plus the other wallets at known prices.
    money("stated_value"),
    # Positions without a value, by name and size, and dollar coins counted as one dollar because no price was known.
    Column("left_out", ARRAY(Text), nullable=True),
    Column("assumed", ARRAY(Text), nullable=True),
    # {source: seconds} of sources with another interval than expected_seconds. NULL if there are none.
    Column("intervals", JSONB(none_as_null=True), nullable=True),
    # {source: time of its last success} of sources that were not due. NULL if all were fetched.
    Column("not_due", JSONB(none_as_null=True), nullable=True),
    # The differences from the last rows of `mark` (db/refresh_marks.py). NULL if there are none.
    Column("marks", LargeBinary, nullable=True),
    PrimaryKeyConstraint("account_id", "taken_at"),
    CheckConstraint("value_origin IN ('stated', 'computed')", name="value_origin"),
    # The lowest and highest net value of each quarter of a day, for curves over months and years.
    Index(
        "refresh_value_idx",
        "account_id",
        text("date_bin('06:00:00'::interval, taken_at, '2000-01-01 00:00:00+00'::timestamptz)"),
        "net_value",
        "taken_at",
    ),
)

# Net value from the exchange's own records, for the time before the first refresh (written by --backfill).
stated_value = Table(
    "stated_value",
    metadata,
    account_id(),
    moment("at"),
    money("net_value", nullable=False),
    words("currency"),
    PrimaryKeyConstraint("account_id", "at"),
)

# Refreshes whose moments were ahead of the clock, set aside at `at`. `rows` holds them as they were.
clock_repair = Table(
    "clock_repair",
    metadata,
    account_id(),
    moment("at"),
    moment("latest"),  # the most distant of these moments
    Column("refreshes", Integer, nullable=False),
    Column("rows", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "at"),
)

# The current state of a source. Written on change, not at every refresh, so an unchanged source costs no row.
source_state = Table(
    "source_state",
    metadata,
    account_id(),
    words("source"),
    # Digest of the last successful response. An equal digest writes no versions. NULL: never succeeded.
    Column("digest", LargeBinary, nullable=True),
    Column("rows", Integer, nullable=True),
    moment("failing_since", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    words("error_kind", nullable=True),
    words("error", nullable=True),
    moment("error_at", nullable=True),
    moment("next_attempt_at", nullable=True),
    # Unreadable rows of the last success: [{"error": ..., "raw": ...}]. Pages show them.
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    PrimaryKeyConstraint("account_id", "source"),
)

# One failed attempt. A successful attempt has no row of its own: the refresh row proves it.
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

# A page's request to refresh now: the only row that pages may write.
refresh_request = Table(
    "refresh_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=True),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=NOW),
)

# The change that a viewer asked for. Pages file it, and a refresher applies or refuses it.
edit_request = Table(
    "edit_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    # The account that it is about. NULL: none, any refresher may apply it.
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=True),
    words("kind"),  # domain.edits.EditKind
    Column("payload", JSONB, nullable=False),  # by kind, see docs/api.md
    Column("filed_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    words("answer", nullable=True),  # what was done, or why not
    moment("applied_at", nullable=True),  # when it was applied or refused
    # The viewer who filed it, which a trigger sets (row_functions.sql). NULL: the local viewer.
    words("filed_by", nullable=True),
    CheckConstraint("state IN ('pending', 'applied', 'refused')", name="state"),
    Index("edit_request_pending_idx", "id", postgresql_where=text("state = 'pending'")),
)
