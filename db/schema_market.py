"""The tables of market data, keyed by venue: an exchange, or "exchange (origin)" for its stand-in (Account.venue).

So the prices of a demo or a replay never mix with those of the exchange.
"""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Integer, LargeBinary, PrimaryKeyConstraint, Table, text

from db.schema_columns import metadata, moment, money, words

# The prices of a venue, shared by its accounts: one packed row per tick that moved any (db/price_states.py). A read as
# of a refresh takes the highest id up to refresh.price_id. So a late commit of another account never changes a moment
# that was already shown.
price_tick = Table(
    "price_tick",
    metadata,
    words("exchange"),
    # Counts the ticks of the venue, above all ids of `price`.
    Column("id", BigInteger, nullable=False, autoincrement=False),
    moment("at"),
    # The row that this one builds on. NULL: a keyframe with all prices.
    Column("base_id", BigInteger, nullable=True),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("exchange", "id"),
)

# Every symbol that was ever priced at a venue.
priced_symbol = Table(
    "priced_symbol",
    metadata,
    words("exchange"),
    words("symbol"),
    PrimaryKeyConstraint("exchange", "symbol"),
)

# How far the past of a venue is thinned out: the days before `until` have points `step_seconds` apart.
thinning = Table(
    "thinning",
    metadata,
    words("exchange"),
    Column("step_seconds", Integer, nullable=False, autoincrement=False),
    moment("until"),
    PrimaryKeyConstraint("exchange", "step_seconds"),
)

# Prices from before ticks: one row per price and change. Nothing writes here any more.
price = Table(
    "price",
    metadata,
    words("exchange"),
    words("symbol"),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    moment("at"),
    # The last refresh that saw exactly this price: it is known from `at` to here.
    moment("confirmed_at", nullable=True),
    words("base"),
    words("quote"),
    money("last"),
    money("bid"),
    money("ask"),
    money("mark"),
    money("change_24h"),  # a fraction: 0.05 is five per cent up
    money("volume"),  # of 24 hours, in the quote currency, rounded to one significant digit
    Column("is_active", Boolean, nullable=False, server_default=text("true")),  # false: closed or halted
    PrimaryKeyConstraint("exchange", "symbol", "id"),
)

candle = Table(
    "candle",
    metadata,
    words("exchange"),
    words("symbol"),
    words("timeframe"),
    moment("at"),
    money("open", nullable=False),
    money("high", nullable=False),
    money("low", nullable=False),
    money("close", nullable=False),
    money("volume"),
    PrimaryKeyConstraint("exchange", "symbol", "timeframe", "at"),
)

# The smallest quantity of a coin that the venue states. It counts for events from `since` on, the first one for all.
coin_unit = Table(
    "coin_unit",
    metadata,
    words("exchange"),
    words("coin"),
    moment("since"),
    money("unit", nullable=False),
    PrimaryKeyConstraint("exchange", "coin", "since"),
)

# The time range of a market and timeframe whose closed candles are all stored, as far as the exchange has them.
# Candles from `gap_since` to `since` are still being fetched, and the candles before the gap are stored.
candle_range = Table(
    "candle_range",
    metadata,
    words("exchange"),
    words("symbol"),
    words("timeframe"),
    moment("since"),
    moment("until"),
    moment("gap_since", nullable=True),
    PrimaryKeyConstraint("exchange", "symbol", "timeframe"),
)
