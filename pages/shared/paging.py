"""Paging: the page of a long list. The URL holds the cursor before or after it.

So new rows and refreshes do not move it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import streamlit as st

from db.reads.page_cursor import Cursor
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, payload_of

PAGE = 200
TURNS = BEFORE, AFTER = "before", "after"
_LABELS = {"newest": "Newest", "newer": "Newer", "older": "Older"}


@dataclass(frozen=True, slots=True)
class PageTurn:
    """A page: the newest, the one older than a cursor, or the one newer than a cursor."""

    before: Cursor | None = None
    after: Cursor | None = None


def turn_asked() -> PageTurn:
    """The page whose cursor is in the URL. An invalid cursor gives the newest page."""
    before, after = (_cursor(st.query_params.get(name)) for name in (BEFORE, AFTER))
    return PageTurn(before, None if before is not None else after)


def first_page() -> None:
    """Show the newest rows again."""
    for name in (BEFORE, AFTER):
        st.query_params.pop(name, None)


def turn_to(name: str, cursor: Cursor) -> None:
    """Show the page before or after a cursor."""
    st.query_params.pop(AFTER if name == BEFORE else BEFORE, None)
    st.query_params[name] = cursor.encode()


def draw_turns(
    key: str,
    turns: Mapping[str, Callable[[], None]],
    labels: Mapping[str, str],
    disabled: Sequence[str] = (),
    hints: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Draw the buttons of `turns` by name. Those in `disabled` lead nowhere now, but keep their place and the focus."""
    options = [(name, labels[name]) for name in turns]
    control = Control("turn", "Page", Kind.ACTIONS, options, is_label_shown=False, hints=hints, disabled=disabled)

    def choose(_: str, values: Sequence[str]) -> None:
        for name in values:
            if name in turns and name not in disabled:
                turns[name]()

    draw_controls(payload_of([control]), key, choose)


def show_turns(key: str, first: Cursor, last: Cursor, turn: PageTurn, is_more: bool) -> None:
    """Buttons to the rows newer than `first` and older than `last`."""
    is_newest = turn == PageTurn()
    has_newer = is_more if turn.after is not None else not is_newest
    has_older = is_more if turn.after is None else True
    if not has_newer and not has_older and is_newest:
        return
    turns: dict[str, Callable[[], None]] = {
        "newest": first_page,
        "newer": partial(turn_to, AFTER, first),
        "older": partial(turn_to, BEFORE, last),
    }
    leads = {"newest": not is_newest, "newer": has_newer, "older": has_older}
    hints = {"newer": f"The {PAGE} before these", "older": f"The {PAGE} after these"}
    draw_turns(key, turns, _LABELS, [name for name, leads_on in leads.items() if not leads_on], hints)


def _cursor(text: str | None) -> Cursor | None:
    try:
        return None if text is None else Cursor.decode(text)
    except ValueError:
        return None
