"""Words: how the parts of a fill read, and why what it realised is not known, or not whole."""

from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from db.reads.fills import FillRow
from domain.fills import Fill, Liquidity
from domain.profit import is_inverse
from pages.shared.formats import UNKNOWN, number_text, quantity_text

LIQUIDITIES = {Liquidity.MAKER: "Maker", Liquidity.TAKER: "Taker", Liquidity.UNKNOWN: "Unknown"}
SIDES = ("Buy", "Sell")


def realised_word(row: FillRow) -> str:
    """What a fill realised in its quote currency, after fees; before them where only a fee is not known."""
    return number_text(row.realised_before_fees if row.realised is None else row.realised, signed=True)


def realised_note(row: FillRow, *, hidden: bool = False) -> str:
    """Why what a fill realised is unknown or not whole (Lesson 13); "" where it is."""
    if row.sold_unexplained is None:
        return "not worked out yet"
    if is_inverse(row.fill):
        return "inverse contract: gains in the coin"
    if row.sold_unexplained >= row.fill.amount:
        return "cost unknown: deposited, or bought before the first known fill"
    if row.sold_unexplained:
        return f"without {'a part' if hidden else quantity_text(row.sold_unexplained)} of unknown cost"
    if row.realised is None and row.realised_before_fees is not None:
        return "price part only: a fee is unknown"
    return "" if row.realised is not None else "unknown"


def fee_word(fill: Fill) -> str:
    """The fee with its currency; negative where it was received (Lesson 14)."""
    if fill.fee is None:
        return UNKNOWN
    return f"{quantity_text(fill.fee)} {fill.fee_currency or '?'}"


def time_word(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A moment in little room: seconds stand in the column of UTC, the zone in the heading."""
    there, today = at.astimezone(zone), now.astimezone(zone)
    if there.date() == today.date():
        return f"{there:%H:%M:%S}"
    if there.year == today.year:
        return f"{there.day} {there:%b %H:%M}"
    return f"{there.day} {there:%b %Y %H:%M}"


def order_link(fill: Fill, as_of: str | None) -> str | None:
    """Where the page of open orders opens the order of a fill, at the moment shown."""
    if fill.order_id is None:
        return None
    moment = {} if as_of is None else {"as_of": as_of}
    return "open_orders?" + urlencode({"order": fill.order_id, "account": fill.account, **moment})
