"""Valuations: the equity of an account in the columns of its refresh."""

from collections.abc import Mapping
from typing import Any

from domain.valuation import MONEY_FIELDS, Valuation, ValueOrigin

_LISTS = ("unpriced", "left_out", "assumed")
VALUATION_COLUMNS = ("currency", "value_origin", *MONEY_FIELDS, *_LISTS)


def valuation_fields(valuation: Valuation) -> tuple[object, ...]:
    """A valuation as the values of VALUATION_COLUMNS, in their order."""
    converted = {"value_origin": str(valuation.origin), **{c: list(getattr(valuation, c)) or None for c in _LISTS}}
    return tuple(converted[c] if c in converted else getattr(valuation, c) for c in VALUATION_COLUMNS)


def valuation_from(row: Mapping[str, Any]) -> Valuation | None:
    """The valuation of a refresh row, None if the equity was not known yet."""
    if row["currency"] is None:
        return None
    values: dict[str, Any] = {c: row[c] for c in VALUATION_COLUMNS if c != "value_origin"}
    values |= {c: tuple(row[c] or ()) for c in _LISTS}
    return Valuation(origin=ValueOrigin(row["value_origin"]), **values)
