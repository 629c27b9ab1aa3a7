"""Description of lines that lead on. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pages.components.payload import packed


@dataclass(frozen=True, slots=True)
class Lead:
    """One line. A click sends `chosen`, "" if it leads nowhere. `link` opens the same in another tab.

    `narrowed` is the key of the list of this page that a click narrows. It is scrolled into view. A row without room on
    a desk cuts `words`, and never `tail`. On a phone words wrap. A phone shows `short` instead, and no lead that
    `is_wide`.
    """

    words: str
    chosen: str = ""
    link: str = ""
    warns: bool = False
    narrowed: str = ""
    tail: str = ""
    short: str = ""
    is_wide: bool = False
    why: str = ""  # the hover


def payload_of(leads: Iterable[Lead], *, is_row: bool = False) -> bytes:
    """The lines as the browser gets them. A row is one line of text, without frames."""
    return packed({"leads": [asdict(lead) for lead in leads], "is_row": is_row})
