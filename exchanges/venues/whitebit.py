"""WhiteBIT's orders: how an ended one ended, which ccxt calls closed whatever the row says."""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.exact import amount
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.order_rows import EndedRow, price_in, word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.venue import Venue


def ended_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> EndedRow:
    """What a row of trade-account/order/history says in its own word; older rows have none."""
    if "CANCEL" not in word_in(row, "status"):
        return EndedRow()
    return EndedRow("canceled", filled=amount(row, "dealStock"), average=price_in(unified, "average"))


VENUE = Venue(
    # Executed and cancelled orders of all markets; what ccxt calls all orders is this list and the open one.
    ended_orders=(newest_first("all", "fetch_closed_orders", paging=Paging(100, "offset", step=100)),),
    ended_row=ended_row,
    post_reads=(
        r"/api/v4/(collateral-account|trade-account|main-account)/balance",
        r"/api/v4/collateral-account/(funding-history|positions/open|positions/history|conditional-orders|oco-orders)",
        r"/api/v4/(main-account/history|orders|trade-account/executed-history|trade-account/order/history)",
        r"/api/v4/(trade-account/order|oco-orders|conditional-orders)",
    ),
)
