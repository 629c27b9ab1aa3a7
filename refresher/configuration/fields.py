"""Fields: what the tables of the configuration have in common."""

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

_CURRENCY = re.compile(r"[A-Z0-9]{2,12}")


def refused(kind: str, message: str) -> PydanticCustomError:
    """The problem of a value, with its remedy."""
    # pydantic would take braces for a template.
    return PydanticCustomError(kind, "{message}", {"message": message})


def _currency(value: object) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise refused("currency", 'not a currency code; write it in capitals, e.g. "USD"')
    return value


def no_boolean(cls: type[BaseModel], value: object, info: ValidationInfo) -> object:
    """Refuse true and false as a number: pydantic would take them for 1 and 0."""
    field = cls.model_fields[info.field_name or ""]
    if isinstance(value, bool) and field.annotation in (int, float, int | None):
        raise refused("boolean", "true and false are no numbers; write a number")
    return value


class Shape(BaseModel):
    """One table of the file. It has no other settings than its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    _numbers = field_validator("*", mode="before")(no_boolean)


Currency = Annotated[str, BeforeValidator(_currency)]


def _zone(value: object) -> str:
    name = str(value).strip()
    if name not in available_timezones():
        raise refused("zone", "name a time zone, as in UTC or Europe/Zurich")
    return name


Zone = Annotated[str, BeforeValidator(_zone)]
