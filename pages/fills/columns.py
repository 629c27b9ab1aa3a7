"""Columns of the list of fills."""

from zoneinfo import ZoneInfo

from pages.components.table.model import Place
from pages.shared.tables import Column, Kind

_ORDER_OF_LINK = r"[?&]order=(?:[^&]*%2F)?([^&]*)"  # the id, without the market before it

_REALISED = (
    "Profit of selling or closing, after all fees, in the base currency of the account at the time of the fill. It "
    "counts every coin that left: one that was sold, one that was paid with, and one that paid the fee. A dash: it "
    "only bought or opened"
)
_BY_MARKET = (
    "Profit by the fills of this market alone, in its quote currency. Coins bought in another market have no cost here"
)


def fill_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """All columns of the list. The heading of the time names its zone."""
    return (
        Column("time", Kind.TEXT, f"{zone.key}, your zone. Columns offers UTC", "Time", True),
        Column("account", Kind.TEXT, label="Account"),
        Column("symbol", Kind.TEXT, label="Symbol", place=Place.TITLE),
        Column("side", Kind.SIDE, label="Side"),
        Column("position", Kind.TEXT, "Long or short. The account may hold both", "Position"),
        Column("price", Kind.PRICE, "In the quote currency, as the exchange gave it", "Price"),
        Column("quantity", Kind.QUANTITY, "In units of the base asset", "Quantity"),
        Column("value", Kind.MONEY, "Price times quantity, in the quote currency, without the fee", "Value"),
        Column("realised", Kind.GAIN, _REALISED, "Realised P&L"),
        Column("realised_by_market", Kind.GAIN, _BY_MARKET, "Realised, market alone"),
        Column("fee", Kind.MEASURE, "Positive where paid, negative where received", "Fee"),
        Column("liquidity", Kind.TEXT, "Maker or taker", "Liquidity"),
        Column("note", Kind.TEXT, "Why the realised profit is unknown or partial", "Remark"),
        Column("order", Kind.LINK, "Opens the order in Open orders", "Order", format=_ORDER_OF_LINK),
        Column("fill_id", Kind.TEXT, label="Fill id"),
        Column("utc", Kind.MOMENT, label="UTC"),
        Column("deal", Kind.SIDE, place=Place.LEAD, for_cards=True),
        Column("when", Kind.TEXT, place=Place.NOTE, for_cards=True),
        Column("result", Kind.SIGNED, place=Place.FIGURE, for_cards=True),
    )
