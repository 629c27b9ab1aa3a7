"""The settings as tables for docs/configuration.md, made from the shape of the configuration itself."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from refresher.configuration.alert_shape import AlertsShape, ChannelShape, RuleShape
from refresher.configuration.candle_shape import CandlesShape
from refresher.configuration.cost_shape import CostShape
from refresher.configuration.shape import AccountShape, BudgetShape, Configuration

TABLES: dict[str, type[BaseModel]] = {
    "Settings": Configuration,
    "[[accounts]]": AccountShape,
    "[budgets]": BudgetShape,
    "[[costs]]": CostShape,
    "[alerts]": AlertsShape,
    "[candles]": CandlesShape,
    "[[channels]]": ChannelShape,
    "[[rules]]": RuleShape,
}
_GROUPS: dict[type[BaseModel], str] = {BudgetShape: "BUDGETS__", AlertsShape: "ALERTS__", CandlesShape: "CANDLES__"}


def markdown_of(shape: type[BaseModel]) -> str:
    """One table: a row for each setting with a plain value."""
    variable = shape in (Configuration, *_GROUPS)
    head = "| setting | type | default | environment | what it is for |" if variable else None
    lines = [
        head or "| setting | type | default | what it is for |",
        "|---|---|---|---|---|" if head else "|---|---|---|---|",
    ]
    for name, field in shape.model_fields.items():
        if _is_table(field):
            continue
        cells = [f"`{field.alias or name}`", _type_of(field), _default_of(field)]
        if variable:
            cells.append(f"`{_variable_of(shape, name)}`")
        lines.append(f"| {' | '.join([*cells, field.description or ''])} |")
    return "\n".join(lines)


def _is_table(field: FieldInfo) -> bool:
    inner = (field.annotation, *get_args(field.annotation))
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in inner)


def _variable_of(shape: type[BaseModel], name: str) -> str:
    middle = _GROUPS.get(shape, "")
    return f"STILLFRAME_{middle}{name.upper()}"


def _type_of(field: FieldInfo) -> str:
    kinds = tuple(_kinds(field.annotation))
    if SecretStr in kinds:
        return "reference to a secret"
    if tuple in kinds:
        return "list"
    if dict in kinds:
        return "table"
    if datetime in kinds:
        return "day or moment"
    if Decimal in kinds:
        return "amount"
    if timedelta in kinds:
        return "span"
    if time in kinds:
        return "time of day"
    if bool in kinds:
        return "true or false"
    if choices := [kind for kind in kinds if isinstance(kind, str)]:
        return " or ".join(f"`{choice}`" for choice in choices)
    return f"number{_bounds_of(field)}" if int in kinds or float in kinds else "text"


def _kinds(annotation: Any) -> Iterator[Any]:
    """Everything that an annotation is made of."""
    yield get_origin(annotation) or annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)


def _bounds_of(field: FieldInfo) -> str:
    defaults: dict[str, Any] = {}
    for rule in field.metadata:
        for name in ("ge", "le"):
            if getattr(rule, name, None) is not None:
                defaults[name] = getattr(rule, name)
    return f", {defaults['ge']} to {defaults['le']}" if {"ge", "le"} <= set(defaults) else ""


def _default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default_factory() if field.default_factory is not None else field.default  # type: ignore[call-arg]
    if default is None or default == {}:
        return "none"
    if isinstance(default, timedelta):
        return "`0m`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, time):
        return f"`{default:%H:%M}`"
    if isinstance(default, tuple):
        return ", ".join(f"`{item}`" for item in default) or "none"
    return f"`{default}`"
