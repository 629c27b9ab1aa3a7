"""Paging: which page of the list is shown. It stands in the URL by the place where it begins, so that a link, a fill
that comes in and a refresh all leave it where it is.
"""

from dataclasses import dataclass

import streamlit as st

from domain.places import Place, place_of_text, text_of_place

PAGE = 200
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page: the newest, the one older than a place, or the one newer than a place."""

    before: Place | None = None
    after: Place | None = None


def turn_asked() -> Turn:
    """The page that the URL asks for; nonsense asks for the newest."""
    before, after = (_place(st.query_params.get(name)) for name in (BEFORE, AFTER))
    return Turn(before, None if before is not None else after)


def first_page() -> None:
    """Show the newest fills again."""
    for name in (BEFORE, AFTER):
        st.query_params.pop(name, None)


def turn_to(name: str, place: Place) -> None:
    """Show the page before or after a place."""
    first_page()
    st.query_params[name] = text_of_place(place)


def _place(text: str | None) -> Place | None:
    try:
        return None if text is None else place_of_text(text)
    except ValueError:
        return None
