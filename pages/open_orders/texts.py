"""Texts: the cells of open orders as the list shows them, one row per order. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from domain.orders import Order
from pages.open_orders.words import (
    age_column_text,
    condition_word,
    flag_words,
    group_word,
    limit_word,
    price_word,
    role_word,
    searched_words,
    side_word,
    trigger_word,
    type_words,
)
from pages.shared.formats import amount_text, quantity_text
from pages.shared.tables import spaced

NOWHERE = float("inf")  # the distance of an order with unknown distance, so it sorts last


@dataclass(frozen=True, slots=True)
class Line:
    """One order with its computed values. `move` 0.05 means five per cent above the market, None is unknown."""

    order: Order
    age: timedelta | None
    move: float | None
    value: Decimal | None
    currency: str  # of the value


_TEXTS: Mapping[str, Callable[[Line], Any]] = {
    "symbol": lambda line: line.order.symbol,
    "side": lambda line: side_word(line.order),
    "type": lambda line: ",".join(type_words(line.order)),
    "group": lambda line: group_word(line.order),
    "role": lambda line: role_word(line.order),
    "price": lambda line: price_word(line.order),
    "trigger": lambda line: trigger_word(line.order),
    "on": lambda line: condition_word(line.order),
    "limit": lambda line: limit_word(line.order),
    "quantity": lambda line: quantity_text(line.order.amount),
    "filled": lambda line: _filled(line.order),
    "value": lambda line: amount_text(line.value, line.currency),
    "way": lambda line: "" if not line.move else "▲" if line.move > 0 else "▼",
    "distance": lambda line: None if line.move is None else abs(line.move) * 100,
    "age": lambda line: age_column_text(line.age),
    "tif": lambda line: line.order.time_in_force or "",
    "flags": lambda line: flag_words(line.order),
    "account": lambda line: line.order.account,
    "source": lambda line: str(line.order.source),
    "order_id": lambda line: line.order.order_id,
    "search": lambda line: searched_words(line.order),
}
_PADDED = frozenset({"price", "trigger", "limit", "quantity", "value"})
_NUMBERS = frozenset({"filled", "distance"})
_FEW = frozenset({"symbol", "side", "type", "role", "on", "tif", "flags", "account", "source"})


def texts_of(lines: Sequence[Line], names: Collection[str] = tuple(_TEXTS)) -> pd.DataFrame:
    """The cells of these columns."""
    return pd.DataFrame({name: _column(name, [_TEXTS[name](line) for line in lines]) for name in names})


def _column(name: str, values: Sequence[Any]) -> "pd.Series[Any]":
    if name in _NUMBERS:
        return pd.Series(values, dtype="float64")
    texts: pd.Series[Any] = pd.Series(_padded(values) if name in _PADDED else values, dtype="str")
    return texts.astype("category") if name in _FEW else texts


def _filled(order: Order) -> float | None:
    """The filled share of an order, in per cent."""
    if order.filled is None or not order.amount:
        return None
    return float(order.filled / order.amount * 100)


def _padded(texts: Sequence[str]) -> list[str]:
    """Numbers padded with spaces so that they sort as texts. Other texts are unchanged and sort last.

    The list cuts texts at a quarter of the column's width in characters, so a padded "Market" would be cut too.
    """
    return [text if text.strip()[:1].isdigit() else text.strip() for text in spaced(texts)]
