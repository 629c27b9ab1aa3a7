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
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

INFINITY = text("'infinity'::timestamptz")
NOW = text("now()")


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _money(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, Numeric, nullable=nullable)


def _account_id() -> Column[object]:
    return Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=False)


def _text(name: str, *, nullable: bool = False, type_: TypeEngine[object] | None = None) -> Column[object]:
    return Column(name, type_ or Text(), nullable=nullable)


account = Table(
    "account",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _text("name"),
    _text("exchange"),
    # Which sources are asked, and how often: the refresher's configuration as far as pages may see it.
    Column("sources", ARRAY(Text), nullable=False),
    Column("refresh_seconds", Integer, nullable=False),
    _text("base_currency"),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    # False once the account has left the configuration: its past stays, but nobody expects it to be fresh.
    Column("is_configured", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    UniqueConstraint("name"),
)

refresh = Table(
    "refresh",
    metadata,
    _account_id(),
    _moment("taken_at"),
    # Highest price.id that this refresh could see: freezes which prices belong to this moment (see price).
    Column("price_id", BigInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    # NULL when every source succeeded at taken_at; else {source: as-of of its last success, null if it never had one}.
    Column("carried", JSONB(none_as_null=True), nullable=True),
    # NULL when every row was understood; else {source: how many rows of its last success were not}.
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    # What the account was worth, all NULL until balances succeeded once; stated by the exchange or computed.
    _text("currency", nullable=True),
    _text("value_origin", nullable=True),
    _money("net_value"),
    _money("computed_value"),
    _money("cash"),
    _money("gross"),
    _money("borrowed"),
    _money("unrealised_pnl"),
    _money("margin_balance"),
    _money("collateral"),
    _money("available"),
    _money("initial_margin"),
    _money("maintenance_margin"),
    # Assets held for which no price is known; they are in no total.
    Column("unpriced", ARRAY(Text), nullable=True),
    PrimaryKeyConstraint("account_id", "taken_at"),
    CheckConstraint("value_origin IN ('stated', 'computed')", name="value_origin"),
)


def _version_columns() -> list[Column[object]]:
    return [
        _account_id(),
        _text("key"),
        _moment("valid_from"),
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
    _text("wallet"),
    _text("asset"),
    _money("total", nullable=False),
    _money("free"),
    _money("locked"),
    _money("haircut"),
    Column("collateral_eligible", Boolean, nullable=True),
    *_version_rules("balance_version"),
)

position_version = Table(
    "position_version",
    metadata,
    *_version_columns(),
    _text("symbol"),
    _text("exchange_symbol"),
    _text("base", nullable=True),
    _text("quote", nullable=True),
    _text("market_type"),
    _text("side"),
    _money("amount", nullable=False),
    _money("contracts"),
    _money("entry_price"),
    _money("cost"),
    _money("leverage"),
    _text("margin_mode", nullable=True),
    Column("raw", JSONB, nullable=False),
    *_version_rules("position_version"),
)

order_version = Table(
    "order_version",
    metadata,
    *_version_columns(),
    _text("source"),
    _text("order_id"),
    _text("leg_id", nullable=True),
    _text("client_order_id", nullable=True),
    _text("group_id", nullable=True),
    _text("contingency", nullable=True),
    _text("book_order_id", nullable=True),
    _text("symbol"),
    _text("exchange_symbol"),
    _text("base", nullable=True),
    _text("quote", nullable=True),
    _text("market_type"),
    _text("side"),
    _text("kind"),
    _text("role"),
    _text("role_origin", nullable=True),
    _text("role_rule", nullable=True),
    _money("trigger_price"),
    _text("trigger_kind", nullable=True),
    _text("trigger_direction", nullable=True),
    _money("limit_price"),
    _money("trailing_distance"),
    _text("trailing_unit", nullable=True),
    _money("activation_price"),
    _money("amount"),
    _money("filled"),
    _money("remaining"),
    _money("average_price"),
    Column("reduce_only", Boolean, nullable=True),
    Column("post_only", Boolean, nullable=True),
    Column("close_position", Boolean, nullable=True),
    _text("time_in_force", nullable=True),
    _text("status"),
    _moment("created_at", nullable=True),
    _moment("updated_at", nullable=True),
    Column("raw", JSONB, nullable=False),
    *_version_rules("order_version", "source"),
)

# What moves with every tick, kept apart from the versions so that a version means that something changed hands: for
# balances and positions {key: {field: decimal as string}} (market values, collateral, profit), one row for the whole
# account; for prices {"symbols": [...]}, the symbols that this account's last answer priced.
mark = Table(
    "mark",
    metadata,
    _account_id(),
    _text("source"),
    _moment("valid_from"),
    Column("digest", LargeBinary, nullable=False),
    Column("marks", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "source", "valid_from"),
    CheckConstraint("source IN ('balances', 'positions', 'prices')", name="source"),
)

# Prices belong to the exchange and are shared by its accounts. A row is written only when something changed. Reading as
# of a refresh takes, per symbol, the highest id that the refresh could see: a price that another account's refresh
# commits late can never change a moment that was already shown.
price = Table(
    "price",
    metadata,
    _text("exchange"),
    _text("symbol"),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    _moment("at"),
    _text("base"),
    _text("quote"),
    _money("last"),
    _money("bid"),
    _money("ask"),
    _money("mark"),
    _money("change_24h"),  # a fraction: 0.05 is five per cent up
    PrimaryKeyConstraint("exchange", "symbol", "id"),
)

candle = Table(
    "candle",
    metadata,
    _text("exchange"),
    _text("symbol"),
    _text("timeframe"),
    _moment("at"),
    _money("open", nullable=False),
    _money("high", nullable=False),
    _money("low", nullable=False),
    _money("close", nullable=False),
    _money("volume"),
    PrimaryKeyConstraint("exchange", "symbol", "timeframe", "at"),
)

# Net value as the exchange itself remembers it, from before Stillframe first looked (written by --backfill).
stated_value = Table(
    "stated_value",
    metadata,
    _account_id(),
    _moment("at"),
    _money("net_value", nullable=False),
    _text("currency"),
    PrimaryKeyConstraint("account_id", "at"),
)

# How a source stands now. Written when that changes, not at every refresh: a quiet source costs no row.
source_state = Table(
    "source_state",
    metadata,
    _account_id(),
    _text("source"),
    # The content of the last success; equal content writes no version. NULL: never succeeded.
    Column("digest", LargeBinary, nullable=True),
    Column("rows", Integer, nullable=True),
    _moment("failing_since", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    _text("error_kind", nullable=True),
    _text("error", nullable=True),
    _moment("error_at", nullable=True),
    _moment("next_attempt_at", nullable=True),
    # Rows of the last success that could not be understood: [{"error": ..., "raw": ...}], shown, never hidden.
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    PrimaryKeyConstraint("account_id", "source"),
)

# One failed attempt. A successful one is proven by its refresh row, so that a quiet refresh is one row.
source_failure = Table(
    "source_failure",
    metadata,
    _account_id(),
    _text("source"),
    _moment("at"),
    _text("kind"),
    _text("error"),
    Column("duration_ms", Integer, nullable=False),
    PrimaryKeyConstraint("account_id", "source", "at"),
)

job_run = Table(
    "job_run",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("job"),
    _moment("started_at"),
    _moment("finished_at", nullable=True),
    _moment("next_run_at", nullable=True),
    _text("outcome"),  # running, succeeded, failed
    _text("detail", nullable=True),
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
