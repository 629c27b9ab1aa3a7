"""Rows of snapshots: the columns of balances, positions and orders, for writing and reading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, cast

from domain.balances import Balance
from domain.markets import MarketType, Side
from domain.orders import (
    ORDER_FIELDS,
    Contingency,
    Order,
    OrderKind,
    OrderStatus,
    Role,
    RoleOrigin,
    TrailingUnit,
    TriggerDirection,
    TriggerKind,
    order_of,
)
from domain.positions import Position, PositionSide
from domain.sources import Source, SourceKind


@dataclass(frozen=True, slots=True)
class Versioned:
    """A record type that is stored as versions."""

    table: str
    columns: tuple[str, ...]  # the content of a version, named as the fields of the record
    marks: tuple[str, ...] = ()  # fields that change with every tick, stored in `mark`
    # The last column (a payload with figures that change with every tick) is stored, but a change makes no new version.
    last_is_aside: bool = False
    # Columns added after the first schema, last in `columns`. Their NULLs do not enter the digest, so versions from
    # before compare equal. Append a new column to both tuples, before a last column that is aside.
    added: tuple[str, ...] = ()

    def content(self, record: object) -> tuple[object, ...]:
        """The values of a record in the order of `columns`."""
        return cast("tuple[object, ...]", attrgetter(*self.columns)(record))

    def marks_of(self, record: object) -> dict[str, str]:
        """The marks of a record, decimals as strings. Unknown marks are left out."""
        return {m: format(v, "f") for m in self.marks if (v := getattr(record, m)) is not None}


BALANCES = Versioned(
    table="balance_version",
    columns=("wallet", "asset", "total", "free", "locked", "haircut", "collateral_eligible", "debt"),
    marks=("market_value", "collateral_value", "max_withdrawal"),
    added=("debt",),
)

_POSITION_MARKS = ("mark_price", "unrealised_pnl", "session_pnl", "realised_pnl", "liquidation_price")
POSITIONS = Versioned(
    table="position_version",
    columns=(*(f.name for f in fields(Position) if f.name not in ("key", "raw", *_POSITION_MARKS)), "raw"),
    last_is_aside=True,
    marks=_POSITION_MARKS,
    added=("position_id",),
)

ORDERS = Versioned(
    table="order_version",
    columns=tuple(f.name for f in fields(Order) if f.name not in ("account", "exchange", "source", "key")),
    added=("contracts", "position_side", "close_fraction", "is_active", "position_name"),
)

VERSIONED: Mapping[SourceKind, Versioned] = {
    SourceKind.BALANCES: BALANCES,
    SourceKind.POSITIONS: POSITIONS,
    SourceKind.ORDERS: ORDERS,
    SourceKind.TRIGGERS: ORDERS,
}


def _members(enum: type[StrEnum]) -> dict[str | None, StrEnum | None]:
    return {None: None, **{member.value: member for member in enum}}


# Dictionaries, for speed: ten thousand orders have a hundred thousand enum fields.
_ORDER_ENUMS = {
    "market_type": _members(MarketType),
    "side": _members(Side),
    "kind": _members(OrderKind),
    "status": _members(OrderStatus),
    "role": _members(Role),
    "role_origin": _members(RoleOrigin),
    "contingency": _members(Contingency),
    "trigger_kind": _members(TriggerKind),
    "trigger_direction": _members(TriggerDirection),
    "trailing_unit": _members(TrailingUnit),
    "position_side": _members(PositionSide),
}
ORDER_COLUMNS = ORDER_FIELDS[2:]  # without account and exchange, which the caller knows
_RAW_INDEX = ORDER_FIELDS.index("raw")
_SOURCE_INDEX = ORDER_FIELDS.index("source")
_ENUM_INDEXES = [(index, _ORDER_ENUMS[name]) for index, name in enumerate(ORDER_FIELDS) if name in _ORDER_ENUMS]


def balance_from(row: Mapping[str, Any], marks: Mapping[str, str]) -> Balance:
    """A balance from its row and its marks."""
    return Balance(**{c: row[c] for c in BALANCES.columns}, **_decimals(marks))


def position_from(row: Mapping[str, Any], marks: Mapping[str, str]) -> Position:
    """A position from its row and its marks."""
    values = {c: row[c] for c in POSITIONS.columns}
    values["market_type"] = MarketType(values["market_type"])
    values["side"] = PositionSide(values["side"])
    return Position(key=row["key"], **values, **_decimals(marks))


def order_from(row: Iterable[Any], account: str, exchange: str) -> Order:
    """An order from the values of ORDER_COLUMNS, in their order. A payload that was not read is {}."""
    values = [account, exchange, *row]
    values[_RAW_INDEX] = values[_RAW_INDEX] or {}
    values[_SOURCE_INDEX] = Source(values[_SOURCE_INDEX])
    for index, members in _ENUM_INDEXES:
        values[index] = members[values[index]]
    return order_of(values)


def _decimals(marks: Mapping[str, str]) -> dict[str, Any]:
    return {name: Decimal(value) for name, value in marks.items()}
