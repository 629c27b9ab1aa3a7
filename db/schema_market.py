"""The tables of market data, kept by venue: an exchange, or "exchange (origin)" of what stands in for it.

So invented prices, of a demo or a replay, are never taken for those of the exchange (Account.venue).
"""

from sqlalchemy import BigInteger, Boolean, Column, Identity, PrimaryKeyConstraint, Table, text

from db.schema_columns import metadata, moment, money, words

# Shared by the accounts of a venue. A row is written only when something changed. Reading as of a refresh takes, per
# symbol, the highest id that the refresh could see: a price that another account's refresh commits late can never
# change a moment that was already shown.
price = Table(
    "price",
    metadata,
    words("exchange"),
    words("symbol"),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    moment("at"),
    words("base"),
    words("quote"),
    money("last"),
    money("bid"),
    money("ask"),
    money("mark"),
    money("change_24h"),  # a fraction: 0.05 is five per cent up
    money("volume"),  # of 24 hours in the quote currency, to one digit
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
