"""Columns of the list of open orders and of the list of ended orders."""

from collections.abc import Mapping

from pages.open_orders.filters import TYPES
from pages.open_orders.words import CONTINGENCIES, INFERRED
from pages.shared.tables import FARTHEST, Column, Kind
from pages.shared.theme import ACCENT, NEUTRAL

_TYPE_INKS = {"Limit": ACCENT, "Stop": "#a26bf0", "Stop limit": "#a26bf0", "Trailing": "#a26bf0", "Market": ACCENT}
_TAKE_PROFIT_INK = "#14a38b"
_SLACK = 16  # so that a phone shows how and at which price an order ended

_NONE = "–: no price is known"
_PRICE = "Its trigger, or its limit if it has no trigger"
_VALUE = "The remaining quantity at its limit, or at its trigger"
_ON = "The price that fires the trigger: last, mark or index. ↑ means on a rise"
_DISTANCE = f"The distance from the market. The bar is full at {FARTHEST:g}%; {_NONE}"
_ROLE = f"{INFERRED} inferred from type or group. –: unknown"
_GROUP = "Linked orders: when one fills, the others start or are cancelled"
_AGE = "Since it was created, at the moment shown. –: the exchange does not state it"


def list_columns(currency: str, widths: Mapping[str, int]) -> tuple[Column, ...]:
    """The columns of the list. Number columns are as wide as `widths` says, or as wide as their headings need."""

    def number(name: str, kind: Kind, label: str, minimum: int, help_text: str = "") -> Column:
        return Column(name, kind, help_text, label, width=max(minimum, widths[name]))

    return (
        Column("account", Kind.TEXT, label="Account", width=90),
        Column("symbol", Kind.TEXT, label="Symbol", pinned=True, width=92),
        Column("side", Kind.SIDE, label="Side", width=54),
        Column(
            "type", Kind.CHIPS, label="Type", width=150, options=TYPES, colours=tuple(_type_ink(kind) for kind in TYPES)
        ),
        number("price", Kind.PRICE, "Price", 84, _PRICE),
        number("trigger", Kind.PRICE, "Trigger", 100, "The price that the order waits for"),
        Column("on", Kind.TEXT, _ON, "On", width=70),
        number("limit", Kind.PRICE, "Limit", 100, "The price at which it executes. Market: at any price"),
        Column("way", Kind.TEXT, "▲ above the market, ▼ below", "", width=28),
        Column("distance", Kind.DISTANCE, _DISTANCE, "To market", width=84),
        Column("role", Kind.TEXT, _ROLE, "Role", width=100),
        Column("group", Kind.TEXT, _GROUP, "Group", width=72),
        number("quantity", Kind.QUANTITY, "Quantity", 110),
        Column("filled", Kind.NUMBER, label="Filled", width=64, format="%.0f%%"),
        number("value", Kind.MONEY, "Value", 96, f"{_VALUE}, in {currency}; {_NONE}"),
        number("age", Kind.MEASURE, "Age", 92, _AGE),
        Column("tif", Kind.TEXT, "Time in force", "In force", width=76),
        Column("flags", Kind.TEXT, label="Flags", width=110),
        Column("seen", Kind.TEXT, "How fresh this row is, with its age unless fresh", "Seen", width=180),
        Column("order_id", Kind.TEXT, label="Order id", width=170),
    )


_ENDED_PRICE = "The fill price if known, else the order's price"
ENDED_COLUMNS = (
    Column("symbol", Kind.TEXT, label="Symbol", pinned=True, slack=_SLACK // 2),
    Column("side", Kind.SIDE, label="Side", width=54),
    Column("ending", Kind.TEXT, label="Ended", slack=_SLACK),
    Column("price", Kind.PRICE, _ENDED_PRICE, "Price", slack=_SLACK),
    Column("amount", Kind.QUANTITY, label="Quantity", slack=_SLACK),
    Column("when", Kind.TEXT, "As stated by the exchange, else when it was first missing", "When", slack=_SLACK),
    Column("known", Kind.TEXT, label="Known by", slack=_SLACK),
    Column("type", Kind.TEXT, label="Type", slack=_SLACK),
    Column("reason", Kind.TEXT, label="Why", slack=_SLACK),
    Column("account", Kind.TEXT, label="Account", slack=_SLACK),
    Column("order_id", Kind.TEXT, label="Order id", slack=_SLACK),
    Column("utc", Kind.TEXT, label="UTC", slack=_SLACK),
)


def _type_ink(kind: str) -> str:
    if kind in CONTINGENCIES.values():
        return NEUTRAL
    return _TYPE_INKS.get(kind, _TAKE_PROFIT_INK if kind.startswith("Take profit") else NEUTRAL)
