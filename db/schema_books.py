"""The tables of the books: what each past amount was worth at its own moment, and what each event did to its coin.

All money is in the base currency that the account had when it was worked out (`currency`), beside US dollars where the
column says so. NULL is unknown, never zero. All of it follows from fills, transfers, prices and candles, and is worked
out anew when one of them arrives late or the base currency changes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.fill_values import IS_PROVISIONAL
from db.schema_columns import account_id, metadata, moment, money, words

SOURCES = "source IN ('same', 'minute', 'near', 'assumed', 'unknown')"


def _value_of(table: str) -> Table:
    """Values of the rows of a table at their own moments."""
    return Table(
        f"{table}_value",
        metadata,
        account_id(),
        words("key", type_=Text(collation="C")),
        moment("at"),
        words("currency"),
        # Price x amount of a fill, or the amount of a transfer, with its sign.
        money("value"),
        money("value_usd"),
        # Positive where it was paid.
        money("fee"),
        money("fee_usd"),
        # How the least certain rate behind them was found (domain.moment_rates.RateSource), and the time of its price.
        words("source"),
        moment("rate_at", nullable=True),
        # The candle mark (db.reads.candles) of the try. An unknown value is tried again with another one. It ends with
        # db.fill_values.OF_MINUTES once candles of the minute were requested.
        words("candles"),
        PrimaryKeyConstraint("account_id", "key"),
        CheckConstraint(SOURCES, name="source"),
        Index(f"{table}_value_at_idx", "account_id", "at", "key"),
        Index(f"{table}_value_provisional_idx", "account_id", "at", "key", postgresql_where=text(IS_PROVISIONAL)),
        Index(f"{table}_value_unknown_idx", "account_id", "at", postgresql_where=text("source = 'unknown'")),
    )


fill_value = _value_of("fill")
transfer_value = _value_of("transfer")

# How often the values of an account changed, so that pages notice (db/reads/history_progress.py).
value_state = Table(
    "value_state",
    metadata,
    account_id(),
    Column("changes", BigInteger, nullable=False),
    # The candles with which all assumed values were tried. NULL: not to the end.
    words("assumed_with", nullable=True),
    PrimaryKeyConstraint("account_id"),
)

# The effect of one event on the book of its coin (domain.coin_books), one for each coin that a fill or transfer moves.
coin_result = Table(
    "coin_result",
    metadata,
    account_id(),
    # The place in the account's order of events, from the moment: an event that arrives late moves no other place.
    Column("number", BigInteger, nullable=False),
    words("coin"),
    moment("at"),
    words("key", type_=Text(collation="C")),  # of the fill or transfer
    words("role"),
    Column("is_fill", Boolean, nullable=False),
    money("quantity", nullable=False),
    money("value"),
    money("fees"),
    money("realised"),
    money("realised_before_fees"),
    money("unexplained", nullable=False),
    money("quantity_after", nullable=False),
    money("known_after", nullable=False),
    money("cost_after"),
    money("cost_before_fees_after", nullable=False),
    Column("is_assumed", Boolean, nullable=False),
    PrimaryKeyConstraint("account_id", "number"),
    # The state of a book at a moment: the last one at or before it.
    Index("coin_result_coin_idx", "account_id", "coin", "at", "number"),
    Index("coin_result_key_idx", "account_id", "key"),
    Index("coin_result_at_idx", "account_id", "at"),
)

# All coin books of an account after every event up to a moment, so that a late event re-works only what follows it.
coin_checkpoint = Table(
    "coin_checkpoint",
    metadata,
    account_id(),
    moment("at"),
    Column("events", Integer, nullable=False),  # since the checkpoint before
    Column("state", JSONB, nullable=False),  # {coin: domain.coin_books.CoinBook.state()}
    PrimaryKeyConstraint("account_id", "at"),
)

# How far the coin books of an account are worked out, by which method and in which currency.
coin_books_state = Table(
    "coin_books_state",
    metadata,
    account_id(),
    words("currency"),
    words("method"),
    moment("counted_at", nullable=True),  # all events up to this moment are counted. NULL: none
    # The earliest event that arrived, changed or was valued since they were counted. NULL: none.
    moment("overtaken_at", nullable=True),
    # Goes up with each such event, so that work which began before it is not written.
    Column("changes", BigInteger, nullable=False, server_default=text("0")),
    # {key of a deposit: what its lots were taken from}. With another answer it is counted again.
    Column("taken", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    PrimaryKeyConstraint("account_id"),
)

# The lots that a withdrawal took out, for the deposit into one's own other account that it became.
moved_lots = Table(
    "moved_lots",
    metadata,
    account_id(),
    words("key", type_=Text(collation="C")),  # of the withdrawal
    words("currency"),
    Column("lots", JSONB, nullable=False),  # domain.coin_lots.rows_of
    PrimaryKeyConstraint("account_id", "key"),
)

# The cost of a deposit of unknown cost, by the owner's word. A line of the configuration file wins over the app's.
stated_cost = Table(
    "stated_cost",
    metadata,
    account_id(),
    words("key", type_=Text(collation="C")),  # of the deposit
    money("cost", nullable=False),
    words("currency"),
    moment("acquired_at", nullable=True),  # NULL: not stated
    words("origin"),  # "configuration" or "app"
    PrimaryKeyConstraint("account_id", "key", "origin"),
    CheckConstraint("origin IN ('configuration', 'app')", name="origin"),
)
