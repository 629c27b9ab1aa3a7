"""Which transfers are meant: a filter, which is applied before paging and before adding up."""

from dataclasses import dataclass
from datetime import datetime

from domain.transfers import TransferKind, TransferStatus


@dataclass(frozen=True, slots=True)
class TransferFilter:
    """What transfers have to be; None asks for nothing, an empty tuple for what cannot be. Times are [since, until)."""

    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[TransferKind, ...] | None = None
    statuses: tuple[TransferStatus, ...] | None = None
    assets: tuple[str, ...] | None = None

    def parameters(self) -> dict[str, object]:
        """The values of `conditions`, and of whoever unnests the kinds."""
        return {
            "since": self.since,
            "until": self.until,
            "kinds": [str(kind) for kind in self.kinds or ()],
            "statuses": [str(status) for status in self.statuses or ()],
            "assets": list(self.assets or ()),
        }

    def conditions(self) -> str:
        """SQL that holds for the rows that are meant, beginning with AND where there is any; account and kind apart."""
        words = [
            "at >= :since" if self.since is not None else "",
            "at < :until" if self.until is not None else "",
            "status = ANY(:statuses)" if self.statuses is not None else "",
            "asset = ANY(:assets)" if self.assets is not None else "",
        ]
        return "".join(f" AND {word}" for word in words if word)
