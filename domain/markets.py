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


# US dollars and the coins that stand for one. Different books for profit, one coin for protection (Lesson 10).
DOLLARS = frozenset({"USD", "USDT", "USDC", "USDG", "PYUSD", "DAI", "TUSD", "FDUSD"})
