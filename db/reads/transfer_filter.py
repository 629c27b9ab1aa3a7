"""The filter of transfers, applied before paging and before totals."""

from dataclasses import dataclass
from datetime import datetime

from domain.transfers import TransferKind, TransferStatus


@dataclass(frozen=True, slots=True)
class TransferFilter:
    """Conditions on transfers. None sets no condition, an empty tuple matches nothing. Times are [since, until)."""

    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[TransferKind, ...] | None = None
    statuses: tuple[TransferStatus, ...] | None = None
    assets: tuple[str, ...] | None = None

    def parameters(self) -> dict[str, object]:
        """The SQL parameters of `conditions`, and `kinds` for queries that unnest them."""
        return {
            "since": self.since,
            "until": self.until,
            "kinds": [str(kind) for kind in self.kinds or ()],
            "statuses": [str(status) for status in self.statuses or ()],
            "assets": list(self.assets or ()),
        }

    def conditions(self) -> str:
        """SQL conditions, each with a leading AND, without those on account and kind. "" without conditions."""
        terms = [
            "at >= :since" if self.since is not None else "",
            "at < :until" if self.until is not None else "",
            "status = ANY(:statuses)" if self.statuses is not None else "",
            "asset = ANY(:assets)" if self.assets is not None else "",
        ]
        return "".join(f" AND {term}" for term in terms if term)
