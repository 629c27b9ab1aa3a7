"""URL controls: choices that stand in the address, so that a link reproduces them and Back undoes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import streamlit as st

from pages.components.controls.controls import OnChoose, draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.shared.navigation import is_settling, put_in_url, visit_began
from pages.shared.url_choices import printable, tell

Text = TypeVar("Text", bound=str)
_CHOSEN_ON = "visit_with_a_choice"
_OPEN, _CLOSED = "true", "false"
OnValues = Callable[[Sequence[str]], None]


def url_choice(name: str, options: Sequence[Text], default: Text) -> Text:
    """The option that the address names, else the default. An invalid one is dropped, and a toast tells of it."""
    value = st.query_params.get(name)
    if value is None:
        return default
    option = next((option for option in options if option == value), None)
    if option is None:
        _refuse(name, [value], options, default)
        del st.query_params[name]
    return default if option is None else option


def url_choices(name: str, options: Sequence[str]) -> tuple[str, ...]:
    """The options that the address names, in their own order. Invalid ones are dropped, and a toast tells of them."""
    values = st.query_params.get_all(name)
    valid = tuple(option for option in options if option in values)
    if invalid := [value for value in values if value not in options]:
        _refuse(name, invalid, options, ", ".join(valid) or "none")
        put_in_url(name, valid)
    return valid


def _refuse(name: str, values: Sequence[str], options: Sequence[str], shown: str) -> None:
    tell(f"The link's {name}, {printable(', '.join(values)):.40}, is not among {', '.join(options)}: {shown} is shown.")


def into_url(defaults: Mapping[str, str], others: Mapping[str, OnValues] | None = None) -> OnChoose:
    """A callback that writes a choice to the address, unless it is the default of its name ("" for no choice).

    `others` are the handlers of controls that do not stand in the address.
    """

    def choose(name: str, values: Sequence[str]) -> None:
        st.session_state[_CHOSEN_ON] = visit_began()
        if others is not None and name in others:
            others[name](values)
        elif name in defaults:
            put_in_url(name, () if tuple(values) == (defaults[name],) else values)

    return choose


def show_buttons(
    key: str, name: str, label: str, options: Sequence[Text], default: Text, *, is_label_shown: bool = True
) -> Text:
    """Draw one choice of few options, in a component of its own, and return that of the address."""
    recall_choices(key, [name])
    chosen = url_choice(name, options, default)
    keep_choices(key, [name])
    control = Control(name, label, Kind.BUTTONS, options_of(options), [chosen], is_label_shown=is_label_shown)
    draw_controls(payload_of([control]), key, into_url({name: default}))
    return chosen


def is_switched_on(name: str) -> bool:
    """True if the address opens this part of a page."""
    return url_choice(name, [_OPEN, _CLOSED], _CLOSED) == _OPEN


def show_switch(name: str, part: str) -> bool:
    """Draw the button that shows and hides a part of a page ("the map"). True if it is open."""
    recall_choices(name, [name])
    is_open = is_switched_on(name)
    keep_choices(name, [name])
    option = ("", f"Hide {part}") if is_open else (_OPEN, f"Show {part}")
    switch = Control(name, part, Kind.ACTIONS, [option], is_label_shown=False)
    draw_controls(payload_of([switch]), name, into_url({name: ""}))
    return is_open


def recall_choices(key: str, names: Sequence[str]) -> None:
    """Put the choices of the last visit back into an address without them, when the page is opened again.

    `key` is that of the controls. After a choice of the viewer the address is complete.
    """
    state, visit = st.session_state, visit_began()
    began, kept = state.get(f"{key}_visit", (None, {}))
    if is_new := began != visit:
        _, kept = state[f"{key}_visit"] = (visit, state.get(f"{key}_kept", {}))
    if (is_new or is_settling()) and state.get(_CHOSEN_ON) != visit:
        for name in names:
            if name in kept and name not in st.query_params:
                put_in_url(name, kept[name])


def keep_choices(key: str, names: Sequence[str]) -> None:
    """Remember the choices of the address for the next visit."""
    params = st.query_params
    st.session_state[f"{key}_kept"] = {name: params.get_all(name) for name in names if name in params}
