"""The tables of market data, keyed by venue: an exchange, or "exchange (origin)" for its stand-in (Account.venue).

So the prices of a demo or a replay never mix with those of the exchange.
"""

from sqlalchemy import BigInteger, Boolean, Column, Identity, PrimaryKeyConstraint, Table, text

from db.schema_columns import metadata, moment, money, words

# Shared by the accounts of a venue. A row is written only on change. A read as of a refresh takes, per symbol, the
# highest id up to refresh.price_id. So a late commit of another account never changes a moment that was already shown.
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
