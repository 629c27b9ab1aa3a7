"""Marks as rows of `mark`: whole now and then, in between packed against the last whole one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.copying import digest_of, json_text
from db.packing import pack

WHOLE_EVERY = timedelta(minutes=30)
# A packed row has at most this share of the characters of its marks.
SMALL = 0.5


@dataclass(frozen=True, slots=True)
class WholeMarks:
    """The last row of an account and source that has its marks unpacked."""

    valid_from: datetime
    text: str


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A row to write: `text` are its marks as JSON, or `packed` has them."""

    valid_from: datetime
    digest: bytes
    text: str | None
    packed: bytes | None = None
    base_from: datetime | None = None


def mark_row(marks: Mapping[str, Any], valid_from: datetime, whole: WholeMarks | None) -> MarkRow:
    """The row of these marks. Lists of symbols are never packed, because SQL reads them."""
    text = json_text(dict(marks))
    digest = digest_of(text)
    if whole is not None and "symbols" not in marks and valid_from - whole.valid_from < WHOLE_EVERY:
        packed = pack(text, whole.text)
        if len(packed) <= SMALL * len(text):
            return MarkRow(valid_from, digest, None, packed, whole.valid_from)
    return MarkRow(valid_from, digest, text)
