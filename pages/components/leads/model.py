"""Description of lines that lead on. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pages.components.payload import packed


@dataclass(frozen=True, slots=True)
class Lead:
    """One line. A click sends `chosen`, "" if it leads nowhere. `link` opens the same in another tab.

    `narrowed` is the key of the list of this page that a click narrows. It is scrolled into view.
    """

    words: str
    chosen: str = ""
    link: str = ""
    warns: bool = False
    narrowed: str = ""


def payload_of(leads: Iterable[Lead]) -> bytes:
    """The lines as the browser gets them."""
    return packed({"leads": [asdict(lead) for lead in leads]})
