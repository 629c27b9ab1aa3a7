"""Columns of the list of fills."""

from zoneinfo import ZoneInfo

from pages.shared.tables import Column, Kind

# Text needs less room than numbers. So a phone shows time, symbol, side and realised profit in full.
_SLACK = 18
_ORDER_OF_LINK = r"[?&]order=([^&]*)"

_REALISED = (
    "What selling or closing gained, in the quote currency or the coin named, after the fees of opening and "
    "closing; whichever market the coin was bought in, but for markets in a currency of which no price of "
    "some fill's time is known: those count by themselves until --backfill brings it. What was paid with is "
    "not counted as sold. A dash: it only bought or opened, so there was nothing to realise"
)
_BY_MARKET = "What it realised by the fills of this market alone: what was bought in another has an unknown cost here"


def fill_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """All columns of the list. The heading of the time names its zone."""
    return (
        Column("time", Kind.TEXT, f"{zone.key}, your zone; UTC stands in the last column", "Time", True, slack=_SLACK),
        Column("account", Kind.TEXT, label="Account"),
        Column("symbol", Kind.TEXT, label="Symbol", slack=_SLACK // 2),
        Column("side", Kind.SIDE, label="Side", width=50),
        Column("position", Kind.TEXT, "Which of two positions it moved: the account may hold both", "Position"),
        Column("price", Kind.PRICE, "In the quote currency, as the exchange gave it", "Price"),
        Column("quantity", Kind.QUANTITY, "In units of the base asset", "Quantity"),
        Column("value", Kind.MONEY, "Price times quantity, in the quote currency, without the fee", "Value"),
        Column("realised", Kind.GAIN, _REALISED, "Realised", slack=_SLACK),
        Column("realised_by_market", Kind.GAIN, _BY_MARKET, "Realised by market"),
        Column("note", Kind.TEXT, "Why what was realised is not known, or not whole", "Remark"),
        Column("fee", Kind.MEASURE, "Positive where paid, negative where received", "Fee"),
        Column("liquidity", Kind.TEXT, "Whether it made liquidity or took it", "Liquidity"),
        Column("order", Kind.LINK, "Opens the order in Open orders", "Order", width=170, format=_ORDER_OF_LINK),
        Column("fill_id", Kind.TEXT, label="Fill id"),
        Column("utc", Kind.TEXT, label="UTC"),
    )
