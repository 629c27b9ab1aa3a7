"""The marks of a refresh: whole rows of `mark` now and then, and in `refresh.marks` what differs from them since.

The state of a refresh is one text with a line of JSON per source. The last whole rows up to the refresh are its base:

    mark      10:00  balances {"BTC": 95000}, positions {}
    refresh   10:00  -                          as the whole rows
    refresh   10:01  packed: BTC +12            95012 (db/packing.py)
    refresh   10:02  packed: BTC +20            95020
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.packing import pack, unpack
from domain.sources import Source

MARKED = (Source.BALANCES, Source.POSITIONS)
WHOLE_EVERY = timedelta(hours=2)
# A packed state has at most this share of the characters of the state.
SMALL = 0.5


@dataclass(frozen=True, slots=True)
class WholeMarks:
    """The last row of `mark` of a source."""

    valid_from: datetime
    text: str


@dataclass(frozen=True, slots=True)
class RefreshMarks:
    """The marks after a refresh. `packed` is its `refresh.marks`, None if its marks are the whole rows."""

    whole: Mapping[Source, WholeMarks]
    packed: bytes | None = None

    @property
    def base(self) -> str:
        """The state of the whole rows."""
        return "\n".join(self.whole[source].text if source in self.whole else "" for source in MARKED)

    def texts(self) -> dict[Source, str]:
        """The marks of each source as JSON. Sources without any are left out."""
        state = self.base if self.packed is None else unpack(self.packed, self.base)
        return {source: line for source, line in zip(MARKED, state.split("\n"), strict=True) if line}

    def marks(self, source: Source) -> Mapping[str, Any]:
        """The marks of a source, {} if there are none."""
        marks: dict[str, Any] = json.loads(self.texts().get(source, "{}"))
        return marks

    def followed_by(self, seen: Mapping[Source, str], at: datetime) -> "RefreshMarks":
        """The marks of the next refresh. Whole rows that it must write are those with its moment."""
        texts = {**self.texts(), **seen}
        state = "\n".join(texts.get(source, "") for source in MARKED)
        if state == self.base:
            return RefreshMarks(self.whole)
        since = min((self.whole[source].valid_from for source in texts if source in self.whole), default=None)
        if since is not None and texts.keys() <= self.whole.keys() and at - since < WHOLE_EVERY:
            packed = pack(state, self.base)
            if len(packed) <= SMALL * len(state):
                return RefreshMarks(self.whole, packed)
        return RefreshMarks({source: self._whole(source, text, at) for source, text in texts.items()})

    def _whole(self, source: Source, text: str, at: datetime) -> WholeMarks:
        before = self.whole.get(source)
        return before if before is not None and before.text == text else WholeMarks(at, text)
