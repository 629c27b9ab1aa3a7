"""Execution sides: the position that a fill changed, for accounts with two positions per symbol (hedge mode)."""

from collections.abc import Mapping
from typing import Any

from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount

# Fields with LONG or SHORT. In one-way mode they are BOTH, "net" or "Merged".
_FIELDS = ("positionSide", "posSide", "position_side")
_SIDES = {"long": PositionSide.LONG, "short": PositionSide.SHORT}


def position_side_of(row: Mapping[str, Any], parsed: Mapping[str, Any]) -> PositionSide | None:
    """The position that a fill changed, from the venue's parser or a field with a usual name."""
    for fields_of_row, fields in ((parsed, _FIELDS[:1]), (row, _FIELDS)):
        for field in fields:
            if isinstance(word := fields_of_row.get(field), str) and word.lower() in _SIDES:
                return _SIDES[word.lower()]
    return None


def closes_by(row: Mapping[str, Any], closed: str, size: str) -> bool | None:
    """True if a fill only closed a position, False if it only opened one, by the closed part of its size.

    None if it did both or the row does not say. In hedge mode this shows which position changed.
    """
    try:
        closed_size, total_size = amount(row, closed), amount(row, size)
    except Garbled:
        return None
    if closed_size is None or total_size is None:
        return None
    return False if closed_size == 0 else True if closed_size.copy_abs() >= total_size.copy_abs() else None
