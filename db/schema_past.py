"""The tables of what is asked page by page: fills, transfers, how orders ended, and what follows from them.

What was learned of the past stays: rows are added and completed, never closed. Keys are compared byte by byte (COLLATE
"C"), as Python compares them, so that fills of one moment have one order everywhere.
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

from db.schema_columns import account_id, metadata, moment, money, words


def _key(name: str = "key") -> Column[object]:
    return words(name, type_=Text(collation="C"))


# One execution. The first telling stands; only what was not known is completed.
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
    words("liquidity"),  # maker, taker or unknown: a word and not a boolean, so that unknown ones are found by index
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
    # Newest first under every filter: each leads with what is equal, so that a page is read off its end.
    Index("fill_at_idx", "account_id", "at", "key"),
    Index("fill_side_idx", "account_id", "side", "liquidity", "at", "key"),
    Index("fill_symbol_idx", "account_id", "symbol", "side", "liquidity", "at", "key"),
    Index("fill_order_idx", "account_id", "order_id"),
)

# One movement other than by trading. Its status may change later: the newest telling stands.
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
    moment("at"),
    Column("raw", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "key"),
    # Newest first, of all kinds and of one: a page is read off the end.
    Index("transfer_at_idx", "account_id", "at", "key"),
    Index("transfer_kind_idx", "account_id", "kind", "at", "key"),
)

# How an order ended. An order that left the open list and has no row here is gone: nothing more is known of it.
order_outcome = Table(
    "order_outcome",
    metadata,
    account_id(),
    words("source"),
    words("key"),
    words("ending"),
    words("evidence"),
    # The refresh that first missed it: an order that came back and left again has another ending.
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

# How a source of the past stands: of which stretch everything is known, and the present failure.
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
    # Rows that could not be understood, each with the stretch of the page that told it, until that page is read anew:
    # [{"error": ..., "raw": ..., "since": ..., "until": ...}].
    Column("unreadable", JSONB(none_as_null=True), nullable=True),
    PrimaryKeyConstraint("account_id", "source"),
    CheckConstraint("(known_from IS NULL) = (known_until IS NULL) AND known_from <= known_until", name="known"),
)

# What a fill did to its book, as far as that is worked out. No row: not yet.
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
    # What a book held at a moment: the last one at or before it.
    Index("fill_profit_book_idx", "account_id", "symbol", "at", "key"),
)

# How far the book of a symbol is worked out, and its state there.
book_state = Table(
    "book_state",
    metadata,
    account_id(),
    words("symbol"),
    words("method"),
    moment("last_at"),
    _key("last_key"),
    # A fill from before last_at came in or was completed later: the book has to be worked out from its start.
    Column("is_overtaken", Boolean, nullable=False, server_default=text("false")),
    Column("state", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "symbol"),
    CheckConstraint("method IN ('average', 'fifo')", name="method"),
)

# What a fill did to its coin's pool: only of coins that are traded in several quotes. Of others the book tells it all.
fill_pool = Table(
    "fill_pool",
    metadata,
    account_id(),
    _key(),
    words("coin"),
    words("symbol"),
    moment("at"),
    money("realised"),  # in the fill's quote currency
    money("realised_before_fees"),
    money("held_after", nullable=False),
    money("cost_after"),  # in `unit`
    words("unit"),
    money("sold_unexplained", nullable=False),
    # A dollar coin counted as one dollar, for want of a price of that time.
    Column("is_assumed", Boolean, nullable=False),
    PrimaryKeyConstraint("account_id", "key"),
    Index("fill_pool_coin_idx", "account_id", "coin", "at", "key"),
)

# How far the pool of a coin is worked out, and its state there.
pool_state = Table(
    "pool_state",
    metadata,
    account_id(),
    words("coin"),
    words("unit"),
    words("method"),
    moment("last_at"),
    _key("last_key"),
    Column("is_overtaken", Boolean, nullable=False, server_default=text("false")),
    Column("state", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "coin"),
    CheckConstraint("method IN ('average', 'fifo')", name="method"),
)


def _rollup(name: str, period: str) -> Table:
    """Fills counted and added up by period (UTC), kept equal to a GROUP BY in the transaction that writes fills.

    '' stands for a quote or fee currency that is not known. Sums are of what is known, with how many are not.
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
        # Over all markets of a coin (fill_pool where there is one), then each market by itself (fill_profit).
        money("realised", nullable=False),
        Column("realised_unknown", BigInteger, nullable=False),  # fills, wholly or in part
        money("realised_by_market", nullable=False),
        Column("realised_by_market_unknown", BigInteger, nullable=False),
        PrimaryKeyConstraint("account_id", period, "symbol", "side", "liquidity", "quote", "fee_currency"),
    )


fill_day = _rollup("fill_day", "day")
# Months of days: totals of years read a few thousand rows instead of a hundred thousand.
fill_month = _rollup("fill_month", "month")

# What a key may do, as far as the exchange tells; NULL: it cannot be told.
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
