"""WhiteBIT's orders: how an ended one ended, which ccxt calls closed whatever the row says."""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.exact import amount
from exchanges.venues._shared.order_rows import Ended, price_in, word_in


def ended(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Ended:
    """What a row of trade-account/order/history says in its own word; older rows have none."""
    if "CANCEL" not in word_in(row, "status"):
        return Ended()
    return Ended("canceled", filled=amount(row, "dealStock"), average=price_in(unified, "average"))
