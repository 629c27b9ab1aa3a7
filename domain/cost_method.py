"""Cost method: which part of what is held a sale sells, for what it has cost."""

from enum import StrEnum


class CostMethod(StrEnum):
    """Which part of what is held a closing fill closes."""

    AVERAGE = "average"  # a part of everything
    FIFO = "fifo"  # what was opened first
