"""The tables of history, which is fetched page by page: fills, transfers, ended orders, and profit derived from them.

Rows are added and completed, never closed. Keys are compared byte by byte (COLLATE "C") as in Python, so that fills of
one moment sort alike everywhere.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.fill_sums import WORTH_COLUMNS
from db.schema_columns import account_id, metadata, moment, money, words


def _key(name: str = "key") -> Column[object]:
    return words(name, type_=Text(collation="C"))


# One execution. The first response counts. Later ones only fill in unknown columns.
fill = Table(
    "fill",
    metadata,
    account_id(),
    _key(),
    words("order_id", nullable=True),
    words("symbol"),
    words("exchange_symbol"),
    words("base", nullable=True),
    words("quote", nullable=True),
    words("market_type"),
    words("side"),
    words("liquidity"),  # maker, taker or unknown: text, because an index finds 'unknown' but not NULL = ANY(...)
    money("price", nullable=False),
    money("amount", nullable=False),
    money("contracts"),
    money("contract_size"),
    words("position_side", nullable=True),
    Column("closes", Boolean, nullable=True),
    money("fee"),
    words("fee_currency", nullable=True),
    money("realised_pnl"),
    moment("at"),
    Column("raw", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "key"),
    CheckConstraint("liquidity IN ('maker', 'taker', 'unknown')", name="liquidity"),
    # Newest first under every filter: the leading columns are those compared for equality.
    Index("fill_at_idx", "account_id", "at", "key"),
    Index("fill_side_idx", "account_id", "side", "liquidity", "at", "key"),
    Index("fill_symbol_idx", "account_id", "symbol", "side", "liquidity", "at", "key"),
    Index("fill_order_idx", "account_id", "order_id"),
)

# One movement other than by trading. Its status may change, so the newest response counts.
transfer = Table(
    "transfer",
    metadata,
    account_id(),
    _key(),
    words("kind"),
    words("status"),
    words("asset"),
    money("amount", nullable=False),
    money("fee"),
    words("fee_currency", nullable=True),
    words("symbol", nullable=True),
    words("tx_id", nullable=True),  # of the block chain
    moment("at"),
    Column("raw", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "key"),
    # Newest first, for all kinds and for one kind.
    Index("transfer_at_idx", "account_id", "at", "key"),
    Index("transfer_kind_idx", "account_id", "kind", "at", "key"),
)

# How an order ended. An order that left the open list and has no row here is gone: nothing else is known.
order_outcome = Table(
    "order_outcome",
    metadata,
    account_id(),
    words("source"),
    words("key"),
    words("ending"),
    words("evidence"),
    # The refresh that first missed it. If the order came back and left again, it has another outcome.
    moment("gone_at"),
    moment("ended_at", nullable=True),
    money("filled"),
    money("average_price"),
    words("book_order_id", nullable=True),
    words("reason", nullable=True),
    moment("resolved_at"),
    PrimaryKeyConstraint("account_id", "source", "key"),
    CheckConstraint("ending <> 'gone'", name="ending"),
    Index("order_outcome_resolved_idx", "account_id", "resolved_at"),
)

# The state of one history request: the time range that is complete, and the current failure.
history_state = Table(
    "history_state",
    metadata,
    account_id(),
    words("source"),
    moment("known_from", nullable=True),
    moment("known_until", nullable=True),
    moment("as_of", nullable=True),  # NULL: never succeeded
    moment("failing_since", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    words("error_kind", nullable=True),
    words("error", nullable=True),
    moment("error_at", nullable=True),
    moment("next_attempt_at", nullable=True),
    # Unreadable rows with the time range of their page, kept until that range is fetched again:
    # [{"error": ..., "raw": ..., "since": ..., "until": ...}].
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    PrimaryKeyConstraint("account_id", "source"),
    CheckConstraint("(known_from IS NULL) = (known_until IS NULL) AND known_from <= known_until", name="known"),
)

# The effect of a fill on its book. No row: not worked out yet.
fill_profit = Table(
    "fill_profit",
    metadata,
    account_id(),
    _key(),
    words("symbol"),
    moment("at"),
    money("realised"),
    money("realised_before_fees"),
    money("fee_value"),
    money("held_after", nullable=False),
    money("cost_after"),
    money("sold_unexplained", nullable=False),
    PrimaryKeyConstraint("account_id", "key"),
    # The book at a moment is the last row at or before it.
    Index("fill_profit_book_idx", "account_id", "symbol", "at", "key"),
)

# The last fill that the book of a symbol counts, and the state after it.
book_state = Table(
    "book_state",
    metadata,
    account_id(),
    words("symbol"),
    words("method"),
    moment("last_at"),
    _key("last_key"),
    # A fill before last_at was added or completed, so the book must be worked out from its start.
    Column("is_overtaken", Boolean, nullable=False, server_default=text("false")),
    Column("state", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "symbol"),
    CheckConstraint("method IN ('average', 'fifo')", name="method"),
)


def _rollup(name: str, period: str) -> Table:
    """Counts and sums of fills by period (UTC). The transaction that writes fills keeps them equal to a GROUP BY.

    '' is an unknown quote or fee currency. Sums leave out unknown values, and *_unknown counts the fills left out.
    """
    return Table(
        name,
        metadata,
        account_id(),
        Column(period, Date, nullable=False),
        words("symbol"),
        words("side"),
        words("liquidity"),
        words("quote"),
        words("fee_currency"),
        Column("fills", BigInteger, nullable=False),
        money("amount", nullable=False),
        money("value", nullable=False),
        money("fee", nullable=False),
        Column("fees_unknown", BigInteger, nullable=False),
        money("fee_value", nullable=False),
        Column("fee_values_unknown", BigInteger, nullable=False),
        # First over all coins that a fill moved, in the base currency (coin_result). Then in its market (fill_profit).
        money("realised", nullable=False),
        Column("realised_unknown", BigInteger, nullable=False),  # fills, wholly or in part
        money("realised_by_market", nullable=False),
        Column("realised_by_market_unknown", BigInteger, nullable=False),
        # Fills with a realised profit for which a dollar coin counted as one dollar.
        Column("realised_assumed", BigInteger, nullable=False, server_default=text("0")),
        # At the moments of the fills, in the account's base currency and in US dollars (fill_value).
        Column("valued", BigInteger, nullable=False),  # fills that have been tried
        Column("assumed", BigInteger, nullable=False, server_default=text("0")),  # a dollar coin counted as one dollar
        *(money(column, nullable=False) for column in WORTH_COLUMNS),
        *(Column(f"{column}_unknown", BigInteger, nullable=False) for column in WORTH_COLUMNS),
        PrimaryKeyConstraint("account_id", period, "symbol", "side", "liquidity", "quote", "fee_currency"),
    )


fill_day = _rollup("fill_day", "day")
# Sums of days: totals over years read a few thousand rows instead of a hundred thousand.
fill_month = _rollup("fill_month", "month")

# Permissions of an API key, as reported by the exchange. NULL: the exchange does not report it.
key_permission = Table(
    "key_permission",
    metadata,
    account_id(),
    Column("can_read", Boolean, nullable=True),
    Column("can_trade", Boolean, nullable=True),
    Column("can_withdraw", Boolean, nullable=True),
    words("note"),
    moment("checked_at"),
    PrimaryKeyConstraint("account_id"),
)
