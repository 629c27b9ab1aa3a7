"""Reading what came over the wire exactly: JSON without floats, amounts as Decimal, moments as aware UTC."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)
# No market has numbers with more digits before or after the point. Sums and charts could not show them.
MOST_DIGITS = 30
_LONGEST_NUMBER = 1000  # characters of a number, zeros included
LONGEST_NAME = 200
# Python refuses to turn a longer run of digits into an int.
_LONGEST_INT = 4000
_LARGEST = 10**_LONGEST_NUMBER
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # neither a NUL nor half a surrogate pair can be stored as text

# Sums and differences of amounts stay exact. The default context would round at 28 digits.
EXACT = Context(prec=4 * _LONGEST_NUMBER)


class Garbled(ValueError):
    """A field whose value cannot be understood. The message names the field and quotes the value."""


def exact_json(text: str) -> Any:
    """Parse JSON so that nothing is lost: whole numbers stay whole (list ids exceed 2^53), others stay their text.

    Raises ValueError when the text is not JSON, or when an object has two values for one key: either may be meant.
    """
    parsed = json.loads(
        text, parse_float=str, parse_int=_whole, parse_constant=str, object_pairs_hook=_object_with_single_keys
    )
    lowered = text.lower()
    return _storable(parsed) if "\\u0000" in text or "\\ud" in lowered or "\x00" in text else parsed


def _object_with_single_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parsed = dict(pairs)
    if len(parsed) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return parsed


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("�", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970, as exchanges count time."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def amount(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The number in a field, given as text or whole number. None if it is absent, null or empty.

    Raises Garbled for anything else: words, floats (they have lost digits already), NaN, absurd magnitudes.
    """
    digits = value = row.get(field)
    if value is None or value == "":
        return None
    if isinstance(value, int):
        digits = _digits(value)
    number = _number(digits) if isinstance(digits, str) and len(digits) <= _LONGEST_NUMBER + 10 else None
    if number is None:
        raise Garbled(f"{field} is not a number: {quoted(value)}")
    if not number:
        return number if number.adjusted() >= -MOST_DIGITS else Decimal(0)
    if number.adjusted() >= MOST_DIGITS or _places(number) > MOST_DIGITS:
        raise Garbled(f"{field} is beyond any market: {quoted(value)}")
    return number


def required_amount(row: Mapping[str, Any], field: str) -> Decimal:
    """The number in a field that every row has. Raises Garbled without it, else as `amount`."""
    if (number := amount(row, field)) is None:
        raise Garbled(f"{field} is missing")
    return number


def price(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The price in a field. Zero and negative numbers are no price, so they are None. Raises Garbled as `amount`."""
    number = amount(row, field)
    return number if number is not None and number > 0 else None


def informative_price(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The price in an optional field. None for no price and for an unreadable one."""
    try:
        return price(row, field)
    except Garbled:
        return None


def _places(number: Decimal) -> int:
    """The number of digits after the point, without zeros at the end."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    zeros = next((count for count, digit in enumerate(reversed(digits)) if digit), 0)
    return -(exponent + zeros)


def informative(row: Mapping[str, Any], field: str) -> Decimal | None:
    """The number in an optional field. An unreadable one is None, so the row stays valid."""
    try:
        return amount(row, field)
    except Garbled:
        return None


@lru_cache(maxsize=8192)
def _number(digits: str) -> Decimal | None:
    """The number that a text states, None otherwise. Cached, because order lists repeat the same numbers."""
    return Decimal(digits) if _NUMBER.fullmatch(digits) else None


def _digits(number: int) -> str | None:
    """The digits of a whole number. None for booleans and for numbers longer than any id or amount."""
    return None if isinstance(number, bool) or abs(number) >= _LARGEST else str(number)


def moment(row: Mapping[str, Any], field: str) -> datetime | None:
    """The time in a field of milliseconds since 1970, a number or text. None without a sensible one."""
    value = row.get(field)
    try:
        milliseconds = value if type(value) is int else amount(row, field)
        if milliseconds is None or milliseconds <= 0:
            return None
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    except (Garbled, OverflowError):
        return None


def moment_ns(row: Mapping[str, Any], field: str) -> datetime | None:
    """The time in a field of nanoseconds since 1970, to the microsecond. None without a sensible one."""
    value = row.get(field)
    try:
        nanoseconds = value if type(value) is int else amount(row, field)
        if nanoseconds is None or nanoseconds <= 0:
            return None
        return _EPOCH + timedelta(microseconds=int(nanoseconds) // 1000)
    except (Garbled, OverflowError):
        return None


def text(row: Mapping[str, Any], field: str) -> str | None:
    """The name or id in a field, whole numbers as digits. None if it is absent, null, empty or another type.

    Longer texts are None too. As keys they would fail in the database, together with the other rows.
    """
    value = row.get(field)
    name = _digits(value) if isinstance(value, int) else value
    return name if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME else None


def quoted(value: object, max_length: int = 40) -> str:
    """A value as shown in an error: short, on one line."""
    if value is None:
        return "no value"
    words = value if isinstance(value, str) else type(value).__name__ if not isinstance(value, bool) else str(value)
    words = " ".join(words.split())
    return f'"{words[:max_length]}…"' if len(words) > max_length else f'"{words}"'
