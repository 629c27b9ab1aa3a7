"""Columns of the list of open orders and of the list of ended orders."""

from dataclasses import replace

from pages.components.table.model import Place
from pages.open_orders.words import INFERRED
from pages.shared.tables import FARTHEST, Column, Kind

_NONE = "–: no price is known"
_PRICE = "Its trigger, or its limit if it has no trigger"
_VALUE = "The remaining quantity at its limit, or at its trigger"
_ON = "The price that fires the trigger: last, mark or index. ≥ fires on a rise, ≤ on a fall"
_DISTANCE = f"The distance from the market. The bar is full at {FARTHEST:g} %; {_NONE}"
_ROLE = f"{INFERRED} inferred from type or group. –: Role not stated"
_GROUP = "Linked orders: when one fills, the others start or are cancelled"
_AGE = "Since it was created, at the moment shown. –: the exchange does not state it"


_SEEN = (
    "How old this row is unless fresh. ◔ late, ◑ stale: nothing newer came in time. ✕ failing: the last request failed"
)


def list_columns(currency: str) -> tuple[Column, ...]:
    """The columns of the list, values in this display currency."""
    return (
        Column("symbol", Kind.TEXT, label="Symbol", pinned=True, place=Place.TITLE),
        Column("account", Kind.TEXT, label="Account"),
        Column("side", Kind.SIDE, label="Side"),
        Column("type", Kind.CHIPS, label="Type"),
        Column("distance", Kind.DISTANCE, _DISTANCE, "Distance", place=Place.LEAD),
        Column("way", Kind.TEXT, "▲ above the market, ▼ below", ""),
        Column("price", Kind.PRICE, _PRICE, "Price"),
        Column("trigger", Kind.PRICE, "The price that the order waits for", "Trigger"),
        Column("on", Kind.TEXT, _ON, "On"),
        Column("limit", Kind.PRICE, "The price at which it executes. Market: at any price", "Limit"),
        Column("role", Kind.TEXT, _ROLE, "Role"),
        Column("group", Kind.TEXT, _GROUP, "Group"),
        Column("quantity", Kind.QUANTITY, label="Quantity"),
        Column("filled", Kind.NUMBER, label="Filled", format="%.0f %%"),
        Column("value", Kind.MONEY, f"{_VALUE}, in {currency}. {_NONE}", "Value", place=Place.FIGURE),
        Column("age", Kind.MEASURE, _AGE, "Age", longest=10),
        Column("tif", Kind.TEXT, "Time in force", "TIF"),
        Column("flags", Kind.TEXT, label="Flags"),
        Column("seen", Kind.TEXT, _SEEN, "Seen", longest=8),
        Column("order_id", Kind.TEXT, label="Order id"),
        Column("card", Kind.TEXT, place=Place.NOTE, for_cards=True),
    )


_AWAY = "The move of the price until it fires, in the quote currency"
_LOSS = "At the price that it executes at, against the average cost. Market stops may fill lower. –: unknown"
_SHARE = "The share of the holding or position that this stop closes"
_COVERED = "The share of the holding or position that all its stops close. A sleeping stop protects nothing yet"


def stop_columns(currency: str) -> tuple[Column, ...]:
    """The columns of the tab of stops: distance and trigger first, then size and loss. Others can be chosen."""
    columns = {column.name: column for column in list_columns(currency)}
    loss = Column("loss", Kind.GAIN, f"{_LOSS}. In {currency}", "If hit", place=Place.FIGURE)
    personal = (
        Column("away", Kind.PRICE, f"{_AWAY}. {_NONE}", "Away"),
        Column("share", Kind.SHARE, f"{_SHARE}. –: unknown", "Closes"),
        Column("covered", Kind.TEXT, f"{_COVERED}. –: unknown", "Covered"),
        loss,
    )
    columns |= {column.name: column for column in personal}
    columns["value"] = replace(columns["value"], place=Place.NONE)
    columns["card"] = replace(columns["card"], label="Side, trigger and cover")
    return tuple(columns[name] for name in (*STOPS_FIRST, *(name for name in columns if name not in STOPS_FIRST)))


STOPS_FIRST = (
    "symbol", "account", "distance", "away", "on", "trigger", "limit", "quantity", "share", "covered", "value", "loss",
    "group", "age", "seen",
)  # fmt: skip
_ENDED_PRICE = "The mean fill price if known, else the order's price"
_REALISED = f"Of its fills after fees, in the base currency of the account. {_NONE[0]}: nothing closed, or unknown cost"
HISTORY_COLUMNS = (
    Column("symbol", Kind.TEXT, label="Symbol", pinned=True, place=Place.TITLE),
    Column("account", Kind.TEXT, label="Account"),
    Column("side", Kind.SIDE, label="Side"),
    Column("ending", Kind.TEXT, label="Outcome", place=Place.LEAD),
    Column("led", Kind.TEXT, "The order that it placed, and what was bought or sold", "Led to"),
    Column("realised", Kind.GAIN, _REALISED, "Realised P&L"),
    Column("remark", Kind.TEXT, "The part that the realised profit leaves out", "Remark"),
    Column("price", Kind.PRICE, _ENDED_PRICE, "Price"),
    Column("amount", Kind.QUANTITY, label="Quantity"),
    Column(
        "when",
        Kind.TEXT,
        "When it ended, in your zone. Columns offers UTC. Unknown: when a refresh first missed it, marked as missed",
        "When",
    ),
    Column("known", Kind.TEXT, label="How it is known"),
    Column("type", Kind.TEXT, label="Type"),
    Column("reason", Kind.TEXT, label="Why"),
    Column("order_id", Kind.TEXT, label="Order id"),
    Column("utc", Kind.MOMENT, label="UTC"),
    Column("order", Kind.TEXT, place=Place.NOTE, for_cards=True),
    Column("card", Kind.SIGNED, place=Place.FIGURE, for_cards=True),
)
