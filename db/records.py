"""Records: how each domain record stands in its table, for writing and reading alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from domain.balances import Balance
from domain.markets import MarketType, Side
from domain.orders import (
    Contingency,
    Order,
    OrderKind,
    OrderStatus,
    Role,
    RoleOrigin,
    TrailingUnit,
    TriggerDirection,
    TriggerKind,
)
from domain.positions import Position, PositionSide
from domain.sources import Source


@dataclass(frozen=True, slots=True)
class Versioned:
    """One kind of record that is kept as versions."""

    table: str
    columns: tuple[str, ...]  # columns that say what the version says, named as the record's fields
    marks: tuple[str, ...] = ()  # fields that move with every tick and are kept in `mark` instead
    jsonb: frozenset[str] = frozenset()

    def content(self, record: object) -> list[object]:
        """What a version of this record says, in the order of `columns`."""
        return [dict(v) if isinstance(v := getattr(record, c), Mapping) else v for c in self.columns]

    def marks_of(self, record: object) -> dict[str, str]:
        """The marks of a record, decimals as strings; unknown ones are left out."""
        return {m: format(v, "f") for m in self.marks if (v := getattr(record, m)) is not None}


BALANCES = Versioned(
    table="balance_version",
    columns=("wallet", "asset", "total", "free", "locked", "haircut", "collateral_eligible"),
    marks=("market_value", "collateral_value", "max_withdrawal"),
)

_POSITION_MARKS = ("mark_price", "unrealised_pnl", "session_pnl", "liquidation_price")
POSITIONS = Versioned(
    table="position_version",
    columns=tuple(f.name for f in fields(Position) if f.name not in ("key", *_POSITION_MARKS)),
    marks=_POSITION_MARKS,
    jsonb=frozenset({"raw"}),
)

ORDERS = Versioned(
    table="order_version",
    columns=tuple(f.name for f in fields(Order) if f.name not in ("account", "exchange", "source", "key")),
    jsonb=frozenset({"raw"}),
)

VERSIONED: Mapping[Source, Versioned] = {
    Source.BALANCES: BALANCES,
    Source.POSITIONS: POSITIONS,
    Source.ORDERS: ORDERS,
    Source.TRIGGERS: ORDERS,
}

_ORDER_WORDS: Mapping[str, Callable[[str], object]] = {
    "market_type": MarketType,
    "side": Side,
    "kind": OrderKind,
    "status": OrderStatus,
    "role": Role,
    "role_origin": RoleOrigin,
    "contingency": Contingency,
    "trigger_kind": TriggerKind,
    "trigger_direction": TriggerDirection,
    "trailing_unit": TrailingUnit,
}


def balance_from(row: Mapping[str, Any], marks: Mapping[str, str]) -> Balance:
    """A balance out of its row and its marks."""
    return Balance(**{c: row[c] for c in BALANCES.columns}, **_decimals(marks))


def position_from(row: Mapping[str, Any], marks: Mapping[str, str]) -> Position:
    """A position out of its row and its marks."""
    values = {c: row[c] for c in POSITIONS.columns}
    values["market_type"] = MarketType(values["market_type"])
    values["side"] = PositionSide(values["side"])
    return Position(key=row["key"], **values, **_decimals(marks))


def order_from(row: Mapping[str, Any], account: str, exchange: str) -> Order:
    """An order out of its row; `raw` is whatever the row brings, {} when the reading left it out."""
    values = {c: row[c] for c in ORDERS.columns}
    for name, word in _ORDER_WORDS.items():
        if values[name] is not None:
            values[name] = word(values[name])
    return Order(account=account, exchange=exchange, source=Source(row["source"]), key=row["key"], **values)


def _decimals(marks: Mapping[str, str]) -> dict[str, Any]:
    return {name: Decimal(value) for name, value in marks.items()}
