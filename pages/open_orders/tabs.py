"""Tabs: the lists of the page, each with the open orders of one purpose. History lists the ended ones. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from domain.markets import MarketType, Side
from domain.orders import Order, Role


class Tab(StrEnum):
    """A list of the page, as its URL names it."""

    STOPS = "stops"
    TAKE_PROFITS = "take_profits"
    ENTRIES = "entries"
    OTHER = "other"
    ALL = "all"
    HISTORY = "history"


LABELS: Mapping[Tab, str] = {
    Tab.STOPS: "Stops",
    Tab.TAKE_PROFITS: "Take profits",
    Tab.ENTRIES: "Entries",
    Tab.OTHER: "Other",
    Tab.ALL: "All",
    Tab.HISTORY: "History",
}
# The tab of each order is stored as its place in this tuple.
PURPOSES = (Tab.STOPS, Tab.TAKE_PROFITS, Tab.ENTRIES, Tab.OTHER)
_BY_ROLE = {Role.STOP_LOSS: Tab.STOPS, Role.TAKE_PROFIT: Tab.TAKE_PROFITS, Role.ENTRY: Tab.ENTRIES}


def tab_of(order: Order) -> Tab:
    """The tab of an open order.

    A stop without a stated role may protect something, so it stands among the stops. A spot buy protects nothing.
    """
    tab = _BY_ROLE.get(order.role, Tab.OTHER)
    if order.role is Role.UNKNOWN and order.is_stop and (order.market_type, order.side) != (MarketType.SPOT, Side.BUY):
        return Tab.STOPS
    return tab


def default_tab(has_stops: bool, filters: Collection[str], lists_endings: bool) -> Tab:
    """The tab of a link that names none. Filters of an older link apply to all orders, as when it was made."""
    if lists_endings:
        return Tab.HISTORY
    return Tab.STOPS if has_stops and not filters else Tab.ALL
