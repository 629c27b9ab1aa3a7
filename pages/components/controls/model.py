"""Description of a line of controls. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pages.components.payload import packed

Option = tuple[str, str]  # value and text


class Kind(StrEnum):
    """The look of a control."""

    SELECT = "select"  # one option of a list
    BUTTONS = "buttons"  # one of few options, all in sight
    CHIPS = "chips"  # one of few options, which gives way to the first when it is pressed again
    TOGGLES = "toggles"  # any number of few options
    MANY = "many"  # any number of many options, in a list with a search
    ACTIONS = "actions"  # buttons that do something, and stay as they are
    FIELD = "field"  # a text with a button, the first option. It suggests the others
    SEARCH = "search"  # a text that narrows the page. The key / leads to it
    TEXT = "text"  # a text that stays
    NUMBER = "number"  # a number that stays
    DAY = "day"  # a day as 2026-03-31, or none
    TABS = "tabs"  # one of few lists, in one line that scrolls on a phone
    NOTE = "note"  # words


@dataclass(frozen=True, slots=True)
class Control:
    """One control. The browser sends its name with the chosen values, or with the text of its field.

    Controls with the same `menu` share a menu, "" puts one into the line. `hint` is the placeholder of a field and the
    text of an empty list, else it is shown on hover. `hints` are those of single options, by value. A select with an
    option of value "" can be empty. Options in `disabled` cannot be pressed now.
    """

    name: str
    label: str
    kind: Kind
    options: Sequence[Option] = ()
    chosen: Sequence[str] = ()
    hint: str = ""
    menu: str = ""
    is_label_shown: bool = True
    hints: Mapping[str, str] = field(default_factory=dict)
    disabled: Sequence[str] = ()


def options_of(values: Iterable[str]) -> list[Option]:
    """Options whose texts are their values."""
    return [(value, value) for value in values]


def notes_of(menu: str, texts: Iterable[str]) -> list[Control]:
    """A line of words for each filled text."""
    return [Control("", text, Kind.NOTE, menu=menu) for text in texts if text]


def payload_of(controls: Iterable[Control]) -> bytes:
    """The controls as the browser gets them."""
    return packed({"controls": [_sent(control) for control in controls]})


def _sent(control: Control) -> dict[str, object]:
    return {
        "name": control.name,
        "label": control.label,
        "kind": control.kind,
        "options": list(control.options),
        "chosen": list(control.chosen),
        "hint": control.hint,
        "menu": control.menu,
        "is_label_shown": control.is_label_shown,
        **({"hints": dict(control.hints)} if control.hints else {}),
        **({"disabled": list(control.disabled)} if control.disabled else {}),
    }
