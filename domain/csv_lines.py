"""CSV: values as text with every digit, safe to open in a spreadsheet."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal


def plain_text(value: object) -> str:
    """A value for an export: every digit, no separators, no exponent. Unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV at full precision. A text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    return "\r\n".join([csv_line(header), *(csv_line(row) for row in rows)]) + "\r\n"


def csv_line(values: Sequence[object]) -> str:
    """One line of a CSV, without the line end."""
    return ",".join(_csv_field(value) for value in values)


def _csv_field(value: object) -> str:
    text = plain_text(value)
    if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text
