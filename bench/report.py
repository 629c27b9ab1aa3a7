"""Report: one line a measurement, against a floor measured in the same run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement. `limit` is for the ratio to the floor, or for the value where `absolute`."""

    name: str
    value: float
    floor: float
    limit: float
    unit: str
    absolute: bool = False
    floor_name: str = "floor"

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.value / self.floor if self.floor else float("inf")

    @property
    def holds(self) -> bool:
        """True if the limit is kept."""
        return (self.value if self.absolute else self.ratio) <= self.limit

    def __str__(self) -> str:
        verdict = "ok  " if self.holds else "OVER"
        limit = f"at most {self.limit:g} {self.unit}" if self.absolute else f"at most {self.limit:g}x"
        return (
            f"{verdict} {self.name}: {self.value:.4g} {self.unit}; "
            f"{self.floor_name} {self.floor:.4g} {self.unit}; {self.ratio:.2f}x ({limit})"
        )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)
