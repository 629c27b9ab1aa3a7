"""Markets and sides: the words that orders, positions and prices share."""

from enum import StrEnum


class MarketType(StrEnum):
    """What is traded."""

    SPOT = "spot"
    MARGIN = "margin"
    PERPETUAL = "perpetual"
    FUTURE = "future"
    OPTION = "option"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"
