"""Cost method: how the cost of a sale is taken from the cost of everything bought before.

Bought 1 BTC for 100 and 1 BTC for 200, then sold 1 BTC: its cost is 150 by average cost and 100 first in, first out.
"""

from enum import StrEnum


class CostMethod(StrEnum):
    """Which lots a closing fill closes first."""

    AVERAGE = "average"  # an equal share of every open lot
    FIFO = "fifo"  # the oldest lot
