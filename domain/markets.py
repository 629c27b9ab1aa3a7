"""Market types and sides, shared by orders, positions and prices."""

from enum import StrEnum


class MarketType(StrEnum):
    """The type of the traded instrument."""

    SPOT = "spot"
    MARGIN = "margin"
    PERPETUAL = "perpetual"
    FUTURE = "future"
    OPTION = "option"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Buy or sell."""

    BUY = "buy"
    SELL = "sell"
