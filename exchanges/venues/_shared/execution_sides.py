"""Execution sides: which of an account's two positions an execution moved (hedge mode), as exchanges tell it."""

from collections.abc import Mapping
from typing import Any

from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount

# Names of the field that says LONG or SHORT; BOTH, "net" or "Merged" where the account holds one position of a symbol.
_FIELDS = ("positionSide", "posSide", "position_side")
_SIDES = {"long": PositionSide.LONG, "short": PositionSide.SHORT}


def position_side_of(row: Mapping[str, Any], read: Mapping[str, Any]) -> PositionSide | None:
    """The position that an execution moved: as our file of its exchange read it, else by a field of a usual name."""
    for told, fields in ((read, _FIELDS[:1]), (row, _FIELDS)):
        for field in fields:
            if isinstance(said := told.get(field), str) and said.lower() in _SIDES:
                return _SIDES[said.lower()]
    return None


def closes_by(row: Mapping[str, Any], closed: str, size: str) -> bool | None:
    """Whether an execution only closed or only opened, by how much of its size closed; None where it did both, or is
    not told. Of an account with two positions it tells which one it moved."""
    try:
        part, whole = amount(row, closed), amount(row, size)
    except Garbled:
        return None
    if part is None or whole is None:
        return None
    return False if part == 0 else True if part.copy_abs() >= whole.copy_abs() else None
