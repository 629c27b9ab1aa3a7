"""Clock repairs: refreshes whose moments were ahead of the clock, and were set aside."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ClockRepair:
    """One repair of an account, made at `at`: so many refreshes with moments up to `latest` were set aside."""

    at: datetime
    latest: datetime
    refreshes: int

    @property
    def ahead(self) -> timedelta:
        """How far the last of these refreshes was ahead of the repair."""
        return self.latest - self.at
