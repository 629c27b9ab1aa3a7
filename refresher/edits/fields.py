"""Fields of filed edits: each has its type, or the edit is refused in plain words."""

from collections.abc import Mapping
from typing import Any

_LONGEST = 200


class FieldRefused(ValueError):
    """A field has a value that it cannot have. The message names the field and the remedy."""


def flag_in(payload: Mapping[str, Any], name: str) -> bool:
    """True or false, false if the field is missing."""
    value = payload.get(name, False)
    if not isinstance(value, bool):
        raise FieldRefused(f"{name} {value!r:.40} is neither true nor false.")
    return value


def text_in(payload: Mapping[str, Any], name: str) -> str:
    """A text of one line that a screen shows as it is."""
    value = payload.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable() or not value.strip():
        raise FieldRefused(f"{name} {value!r:.60} is no text of 1 to {_LONGEST} visible characters.")
    return value
