"""Records: how each domain record stands in its table, for writing and reading alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, cast

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
from domain.sources import Source, SourceKind


@dataclass(frozen=True, slots=True)
class Versioned:
    """One kind of record that is kept as versions."""

    table: str
    columns: tuple[str, ...]  # columns that say what the version says, named as the record's fields
    marks: tuple[str, ...] = ()  # fields that move with every tick and are kept in `mark` instead
    # The last column is kept with the version but makes no new one: a payload whose figures move with every tick.
    last_is_aside: bool = False
    # Columns that came after the first schema, last in `columns`: where nothing is known they say nothing, so that a
    # version from before is not told from one after. A new column goes to the end of both.
    added: tuple[str, ...] = ()

    def content(self, record: object) -> tuple[object, ...]:
        """What a version of this record says, in the order of `columns`."""
        return cast("tuple[object, ...]", attrgetter(*self.columns)(record))

    def marks_of(self, record: object) -> dict[str, str]:
        """The marks of a record, decimals as strings; unknown ones are left out."""
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
)

ORDERS = Versioned(
    table="order_version",
    columns=tuple(f.name for f in fields(Order) if f.name not in ("account", "exchange", "source", "key")),
    added=("contracts", "position_side", "close_fraction", "is_active"),
)

VERSIONED: Mapping[SourceKind, Versioned] = {
    SourceKind.BALANCES: BALANCES,
    SourceKind.POSITIONS: POSITIONS,
    SourceKind.ORDERS: ORDERS,
    SourceKind.TRIGGERS: ORDERS,
}


def _members(words: type[StrEnum]) -> dict[str | None, StrEnum | None]:
    return {None: None, **{word.value: word for word in words}}


# Looked up rather than called: a list of ten thousand orders has a hundred thousand words.
_ORDER_WORDS = {
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
ORDER_COLUMNS = tuple(f.name for f in fields(Order) if f.name not in ("account", "exchange"))
_RAW_PLACE = ORDER_COLUMNS.index("raw")
_SOURCE_PLACE = ORDER_COLUMNS.index("source")
_WORD_PLACES = [(place, _ORDER_WORDS[name]) for place, name in enumerate(ORDER_COLUMNS) if name in _ORDER_WORDS]


def balance_from(row: Mapping[str, Any], marks: Mapping[str, str]) -> Balance:
    """A balance out of its row and its marks."""
    return Balance(**{c: row[c] for c in BALANCES.columns}, **_decimals(marks))


def position_from(row: Mapping[str, Any], marks: Mapping[str, str]) -> Position:
    """A position out of its row and its marks."""
    values = {c: row[c] for c in POSITIONS.columns}
    values["market_type"] = MarketType(values["market_type"])
    values["side"] = PositionSide(values["side"])
    return Position(key=row["key"], **values, **_decimals(marks))


def order_from(row: Iterable[Any], account: str, exchange: str) -> Order:
    """An order out of the values of ORDER_COLUMNS, in their order; a payload that was not read is {}."""
    values = list(row)
    values[_RAW_PLACE] = values[_RAW_PLACE] or {}
    values[_SOURCE_PLACE] = Source(values[_SOURCE_PLACE])
    for place, words in _WORD_PLACES:
        values[place] = words[values[place]]
    return Order(account, exchange, *values)


def _decimals(marks: Mapping[str, str]) -> dict[str, Any]:
    return {name: Decimal(value) for name, value in marks.items()}
