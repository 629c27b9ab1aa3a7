"""Asked: what the URL asks for by a filter's name, also where the list has none of it."""

from collections.abc import Sequence

import streamlit as st


def with_asked(name: str, known: Sequence[str]) -> list[str]:
    """What is known, and what the URL asks for: a filter must not fall away when the last row that it is about goes."""
    asked = (text for text in st.query_params.get_all(name) if printable(text) == text)
    return list(dict.fromkeys((*known, *asked)))


def printable(text: str) -> str:
    """A text of a link without the characters that nobody can see and no database keeps."""
    return "".join(filter(str.isprintable, text))
