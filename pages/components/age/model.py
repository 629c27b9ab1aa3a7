"""Description of ages: the moments at which each source becomes late and stale. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pages.components.chart.model import milliseconds
from pages.components.payload import packed


@dataclass(frozen=True, slots=True)
class Ageing:
    """One source. Moments are None if it never answered. `is_failing`: its last attempt failed."""

    as_of: datetime | None
    late_at: datetime | None
    stale_at: datetime | None
    is_failing: bool


def payload_of(sources: Iterable[Ageing], listed: str, *, is_live: bool) -> bytes:
    """The sources as the browser gets them, in milliseconds.

    If not `is_live`, the page shows a past moment, whose ages stand still. `listed` is trusted HTML: each source with
    its age.
    """
    rows = [
        [
            None if source.as_of is None else milliseconds(source.as_of),
            None if source.late_at is None else milliseconds(source.late_at),
            None if source.stale_at is None else milliseconds(source.stale_at),
            source.is_failing,
        ]
        for source in sources
    ]
    return packed({"live": is_live, "sources": rows, "lights": listed})
