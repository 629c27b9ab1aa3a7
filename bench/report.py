"""Report: one line per measurement, against a floor measured in the same run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement. `limit` applies to the ratio to the floor, or to the value if `absolute`."""

    name: str
    value: float
    floor: float
    limit: float
    unit: str
    absolute: bool = False
    floor_name: str = "floor"

    @property
    def ratio(self) -> float:
        """The value as a multiple of the floor."""
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
    """The value not exceeded by a `share` of all values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)
