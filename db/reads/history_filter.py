"""The filters of ended orders, and their SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.ended_orders import SHOWN_AT


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which ended orders match. Times are those that lists show (Outcome.shown_at), `until` is exclusive.

    None and empty do not filter. An order of one of `kinds` or of one of `contingencies` matches. `words` all stand in
    the order's symbol, ids, leg, group or account. The order that a trigger became counts among its ids.
    """

    since: datetime | None = None
    until: datetime | None = None
    symbols: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    contingencies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_period(self) -> bool:
        """True if nothing but the period is filtered. Then an index finds every row of a page."""
        return self == HistoryFilter(since=self.since, until=self.until)

    def conditions(self) -> str:
        """SQL of the filter for rows of `ended` and `known`."""
        return "".join(sql for sql, value in self._parts() if value)

    def parameters(self) -> dict[str, Any]:
        """The SQL parameters of the filter."""
        return {
            "since": self.since,
            "until": self.until,
            "symbols": list(self.symbols),
            "sides": list(self.sides),
            "kinds": list(self.kinds),
            "contingencies": list(self.contingencies),
            "roles": list(self.roles),
            "endings": list(self.endings),
            "patterns": [f"%{_escaped(word.lower())}%" for word in self.words],
        }

    def _parts(self) -> Sequence[tuple[str, object]]:
        return (
            (f" AND {SHOWN_AT} >= :since", self.since),
            (f" AND {SHOWN_AT} < :until", self.until),
            (" AND ended.symbol = ANY (:symbols)", self.symbols),
            (" AND ended.side = ANY (:sides)", self.sides),
            (_KIND, self.kinds or self.contingencies),
            (" AND ended.role = ANY (:roles)", self.roles),
            (" AND coalesce(known.ending, 'gone') = ANY (:endings)", self.endings),
            (_WORDS, self.words),
        )


def _escaped(word: str) -> str:
    """A word for LIKE, in which no letter has a meaning of its own."""
    return "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in word)


_KIND = " AND (ended.kind = ANY (:kinds) OR ended.contingency = ANY (:contingencies))"
_WORDS = r"""
      AND lower(concat_ws(E'\n', ended.symbol, ended.exchange_symbol, ended.order_id, ended.key,
          ended.client_order_id, ended.book_order_id, known.book_order_id, ended.group_id, ended.leg_id,
          listed.account_name)) LIKE ALL (CAST(:patterns AS text[]))"""
