"""URL choices: the values that a link gives to filters and dates, and messages about invalid ones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import streamlit as st
from streamlit.errors import StreamlitAPIException

# No exchange is older, and no list reaches further.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2100, 1, 1)


def with_url_values(name: str, options: Sequence[str]) -> list[str]:
    """`options` plus the values in the URL. A filter must not vanish when its last matching row does."""
    return list(dict.fromkeys((*options, *url_values(name))))


def url_values(name: str) -> list[str]:
    """The values of a filter in the URL. Empty ones and those with invisible characters count as absent."""
    return [text for text in st.query_params.get_all(name) if text and printable(text) == text]


def printable(text: str) -> str:
    """A text of a link without invisible characters, which no database stores."""
    return "".join(filter(str.isprintable, text))


def day_of_url(name: str) -> date | None:
    """The day that the address names, None without one. An invalid one is dropped, and a toast tells of it."""
    value = st.query_params.get(name)
    if value and not _is_day(value):
        tell(f"The link's {name}, {printable(value):.40}, is no date as in 2026-03-31: the list has no such bound.")
        del st.query_params[name]
    return day_in_url(name)


def rewrite_url(without: Collection[str], choices: Mapping[str, str | Sequence[str]]) -> None:
    """Change the address once: each command of Streamlit that changes it is a step of Back.

    The names `without` leave the address, then `choices` are written to it. Beside a widget that Streamlit binds to the
    address only single names may change, each as a step of Back.
    """
    params = st.query_params
    others = {name: params.get_all(name) for name in params if name not in without}
    try:
        params.from_dict({**others, **choices})
    except StreamlitAPIException:  # nothing has changed
        for name in set(without) - set(choices):
            params.pop(name, None)
        params.update(choices)


def drop_days(*names: str) -> None:
    """Remove a link's dates that the period does not use from the URL, and show a toast."""
    given = [name for name in names if name in st.query_params]
    if given:
        tell(f"The link's {' and '.join(given)} can only be used with period=Custom: another period is shown.")
    for name in given:
        st.query_params.pop(name, None)


def day_in_url(name: str) -> date | None:
    """The day that the address names. None without a valid one."""
    value = st.query_params.get(name, "")
    return date.fromisoformat(value) if _is_day(value) else None


def _is_day(value: str) -> bool:
    try:
        return FIRST_DAY <= date.fromisoformat(value) <= LAST_DAY
    except ValueError:
        return False


def tell(line: str) -> None:
    """Show a toast that stays until it is closed."""
    st.toast(line, duration="infinite")
