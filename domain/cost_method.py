"""Cost method: which lots a sale closes first."""

from enum import StrEnum


class CostMethod(StrEnum):
    """Which lots a sale closes first."""

    AVERAGE = "average"  # the same share of all
    FIFO = "fifo"  # the oldest
    LIFO = "lifo"  # the newest
    HIFO = "hifo"  # the dearest unit
