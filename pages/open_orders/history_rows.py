"""History rows: what a line of ended orders leads to, and a row of the export. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.reads.order_history import HistoryRow
from domain.endings import Ending
from pages.open_orders.history_lines import HistoryLine
from pages.open_orders.opened_order.state import link_of
from pages.open_orders.tabs import Tab
from pages.shared.choices import address_of
from pages.shared.opened_row import row_key
from pages.shared.view import View

_BETWEEN, _FOLD = "\n", "\nfold"  # no account's name has a line break


@dataclass(frozen=True, slots=True)
class LinePlace:
    """The key of a line in the table and its address. `symbol` and `hour` are of a line of several orders."""

    key: str
    link: str
    symbol: str = ""
    hour: str = ""


def place_of(line: HistoryLine, view: View) -> LinePlace:
    """The place of one line."""
    order = line.order
    if not line.is_fold:
        return LinePlace(row_key(order.account, order.key), link_of(order.account, order.key, view))
    hour = f"{line.hour:%Y-%m-%dT%H:%MZ}"
    choices = {"tab": Tab.HISTORY, "ended": Ending.CANCELLED, "symbol": order.symbol, "hour": hour}
    key = _BETWEEN.join((_FOLD, order.account, order.symbol, hour))
    return LinePlace(key, address_of("open_orders", view, choices), order.symbol, hour)


def place_of_key(key: str) -> LinePlace | None:
    """The place of a line of several orders, from its key. None for one order."""
    if not key.startswith(_FOLD):
        return None
    *_, symbol, hour = key.split(_BETWEEN)
    return LinePlace(key, "", symbol, hour)


_OF_ORDER = (
    "account", "exchange", "symbol", "exchange_symbol", "market_type", "side", "kind", "role", "contingency",
    "group_id", "trigger_price", "trigger_kind", "trigger_direction", "limit_price", "amount", "time_in_force",
    "created_at", "source", "order_id", "leg_id", "client_order_id",
)  # fmt: skip
_OF_OUTCOME = (
    "ending", "evidence", "gone_at", "ended_at", "filled", "average_price", "book_order_id", "reason",
)  # fmt: skip
EXPORTED = (*_OF_ORDER, *_OF_OUTCOME)


def exported_values(row: HistoryRow) -> Sequence[object]:
    """The values of one order for EXPORTED."""
    order, outcome = row.ended.order, row.ended.outcome
    return [getattr(order, name) for name in _OF_ORDER] + [getattr(outcome, name) for name in _OF_OUTCOME]
