"""Kinds of markets and orders, and directions."""

from enum import StrEnum


class MarketKind(StrEnum):
    SPOT = "spot"
    MARGIN = "margin"
    LINEAR = "linear"
    INVERSE = "inverse"


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> "Side":
        return Side.SELL if self is Side.BUY else Side.BUY


class Direction(StrEnum):
    """Which way a position gains."""

    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> int:
        return 1 if self is Direction.LONG else -1

    @property
    def opens_by(self) -> Side:
        return Side.BUY if self is Direction.LONG else Side.SELL

    @property
    def closes_by(self) -> Side:
        return self.opens_by.opposite


class Kind(StrEnum):
    """How an order acts.

    A SELL stop acts when the price falls, a BUY stop when it rises. Take profits act the other way round.
    """

    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT = "take_profit"
    TAKE_PROFIT_LIMIT = "take_profit_limit"
    TRAILING_STOP = "trailing_stop"

    @property
    def is_stop(self) -> bool:
        return self in (Kind.STOP, Kind.STOP_LIMIT, Kind.TRAILING_STOP)

    @property
    def is_take_profit(self) -> bool:
        return self in (Kind.TAKE_PROFIT, Kind.TAKE_PROFIT_LIMIT)

    @property
    def waits(self) -> bool:
        """True if the order waits for a price before it rests in the book or executes."""
        return self is not Kind.LIMIT

    @property
    def has_limit(self) -> bool:
        return self in (Kind.LIMIT, Kind.STOP_LIMIT, Kind.TAKE_PROFIT_LIMIT)


class Relation(StrEnum):
    """How an order belongs to its group."""

    OCO = "oco"  # one leg cancels the other
    PARENT = "parent"  # an entry on which take profit and stop hang
    ATTACHED = "attached"  # hangs on a parent that has not filled, so it acts on nothing yet
