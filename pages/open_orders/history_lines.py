"""History lines: ended orders as lines. Mass cancels of one coin and hour are one line. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal

import pandas as pd

from db.reads.history_filter import HistoryFilter
from db.reads.order_history import HistoryRow
from db.reads.order_results import OrderId, OrderResult
from domain.endings import Ending, Outcome
from domain.markets import Side
from domain.orders import Order
from pages.open_orders.endings import ENDINGS, ending_words, evidence_words
from pages.open_orders.filter import OrderFilter
from pages.open_orders.words import CONTINGENCIES, KINDS, ROLES, card_words, price_word, side_word, type_words
from pages.shared.formats import (
    UNKNOWN,
    amount_text,
    masked,
    money_text,
    price_text,
    quantity_text,
    time_word,
    utc_text,
)
from pages.shared.period import Span
from pages.shared.tables import spaced
from pages.shared.view import View

MISSED = "missed"  # before the moment of an order whose end is unknown
FOLDED_FROM = 5  # so many cancelled orders of one coin and hour are one line
HOUR = timedelta(hours=1)
_SHORT = Context(prec=6)  # a remark needs no more digits. The export has all
Results = Mapping[OrderId, OrderResult]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One ended order, or several that were cancelled together. The newest comes first."""

    rows: tuple[HistoryRow, ...]

    @property
    def is_fold(self) -> bool:
        """True for several orders."""
        return len(self.rows) > 1

    @property
    def order(self) -> Order:
        """The newest order of the line."""
        return self.rows[0].ended.order

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return self.rows[0].ended.outcome

    @property
    def hour(self) -> datetime:
        """The hour in UTC when they ended."""
        return hour_of(self.outcome.shown_at)


def hour_of(moment: datetime) -> datetime:
    """The begin of the hour of a moment, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def history_filter(order_filter: OrderFilter, span: Span, endings: Iterable[Ending] = ()) -> HistoryFilter:
    """The filters of the page and a period, for the database. The distance does not apply to ended orders."""
    types = set(order_filter.types)
    return HistoryFilter(
        since=span.since,
        until=span.until,
        symbols=order_filter.symbols,
        sides=tuple(side.lower() for side in order_filter.sides),
        kinds=tuple(str(kind) for kind, word in KINDS.items() if word in types),
        contingencies=tuple(str(kind) for kind, word in CONTINGENCIES.items() if word in types),
        roles=tuple(str(role) for role, word in ROLES.items() if word in order_filter.roles),
        endings=tuple(str(ending) for ending in endings),
        words=tuple(order_filter.search.split()),
    )


def lines_of(rows: Sequence[HistoryRow], most: int, *, is_folded: bool) -> tuple[Sequence[HistoryLine], int]:
    """At most about `most` lines of the first rows, and the number of rows that they use up."""
    groups: dict[object, list[HistoryRow]] = {}
    for row in rows:
        key = _fold_key(row) if is_folded and _is_plain_cancel(row) else row.cursor
        if key not in groups and len(groups) == most:
            break
        groups.setdefault(key, []).append(row)
    lines: list[HistoryLine] = []
    for members in groups.values():
        lines += [HistoryLine(tuple(members))] if len(members) >= FOLDED_FROM else [HistoryLine((r,)) for r in members]
    place = {row.cursor: n for n, row in enumerate(rows)}
    lines.sort(key=lambda line: place[line.rows[0].cursor])
    return lines, sum(map(len, groups.values()))


def _is_plain_cancel(row: HistoryRow) -> bool:
    return row.ended.outcome.ending is Ending.CANCELLED and not row.ended.outcome.filled


def _fold_key(row: HistoryRow) -> object:
    return row.account_id, row.ended.order.symbol, hour_of(row.ended.outcome.shown_at)


def asked_results(lines: Iterable[HistoryLine]) -> Sequence[OrderId]:
    """The orders whose fills show what a line led to: its own, and those of the order that it placed in the book."""
    ids: dict[OrderId, None] = {}
    for line in lines:
        if not line.is_fold and line.outcome.ending is not Ending.REJECTED:
            ids |= dict.fromkeys(_ids(line))
    return tuple(ids)


def _ids(line: HistoryLine) -> Sequence[OrderId]:
    account_id, order = line.rows[0].account_id, line.order
    names = (line.outcome.book_order_id or order.book_order_id, order.order_id)
    return [(account_id, order.symbol, name) for name in dict.fromkeys(names) if name]


def result_of(line: HistoryLine, results: Results) -> OrderResult | None:
    """The fills of a line, of the order in the book if it placed one."""
    return None if line.is_fold else next((results[id_] for id_ in _ids(line) if id_ in results), None)


def history_frame(lines: Sequence[HistoryLine], results: Results, view: View, at: datetime) -> pd.DataFrame:
    """The lines as a table, one row each."""
    found = [result_of(line, results) for line in lines]
    realised = [_realised(line, result, view) for line, result in zip(lines, found, strict=True)]
    remarks = [realised_remark(result, view) for result in found]
    moments = [_when(line, view, at) for line in lines]
    led = [led_to(line, result, view) for line, result in zip(lines, found, strict=True)]
    return pd.DataFrame(
        {
            "symbol": [line.order.symbol for line in lines],
            "side": [_sides(line) for line in lines],
            "ending": [_ending(line) for line in lines],
            "led": led,
            "realised": spaced(realised),
            "remark": remarks,
            "price": spaced([_price(line, r) for line, r in zip(lines, found, strict=True)]),
            "amount": spaced([UNKNOWN if x.is_fold else view.quantity(x.order.amount) for x in lines]),
            "when": moments,
            "known": [evidence_words(line.outcome) for line in lines],
            "type": [_types(line) for line in lines],
            "reason": [line.outcome.reason or "" for line in lines],
            "account": [line.order.account for line in lines],
            "order_id": ["" if line.is_fold else line.order.order_id for line in lines],
            "utc": [utc_text(line.outcome.shown_at) for line in lines],
            "order": [_card_words(*cells, view) for cells in zip(lines, found, led, realised, strict=True)],
            "card": [_on_a_phone(*cells) for cells in zip(realised, remarks, moments, strict=True)],
        },
        dtype="str",
    )


def _card_words(line: HistoryLine, result: OrderResult | None, led: str, gain: str, view: View) -> str:
    """What was traded, for a card, with its value unless the profit takes its room. Without a trade the order itself
    and what it led to.
    """
    order = line.order
    if line.is_fold:
        kinds = dict.fromkeys(KINDS[row.ended.order.kind].lower() for row in line.rows)
        return f"{_sides(line)} {', '.join(kinds)} · {led}"
    if traded := traded_words(order, result, line.outcome, view):
        value = "" if result is None else money_text(result.value, order.quote or "", hidden=view.hide_amounts)
        return f"{traded} · {value}" if value and gain == UNKNOWN else traded
    led_words = "in the book" if _book_order(line) else led  # its id has no room on a card
    return f"{card_words(side_word(order), view.quantity(order.amount), price_word(order))} · {led_words}"


def _on_a_phone(gain: str, remark: str, when: str) -> str:
    return when if gain == UNKNOWN else f"{gain}{' in part' if remark else ''} · {when}"


def _sides(line: HistoryLine) -> str:
    return ", ".join(sorted({side_word(row.ended.order) for row in line.rows}))


def _types(line: HistoryLine) -> str:
    return ", ".join(dict.fromkeys(word for row in line.rows for word in type_words(row.ended.order)))


def _ending(line: HistoryLine) -> str:
    if line.is_fold:
        sign, _, word = ENDINGS[Ending.CANCELLED].partition(" ")
        return f"{sign} {len(line.rows):,} {word}"
    return ending_words(line.outcome, line.order)


def _when(line: HistoryLine, view: View, at: datetime) -> str:
    if line.is_fold:
        return hour_words(line.hour, view, at)
    when = time_word(line.outcome.shown_at, view.zone, at)
    return when if line.outcome.ended_at is not None else f"{MISSED} {when}"


def hour_words(hour: datetime, view: View, at: datetime) -> str:
    """An hour in the viewer's zone: "14:00 – 15:00", with the date if it is not today."""
    begin, end = (moment.astimezone(view.zone) for moment in (hour, hour + HOUR))
    today = at.astimezone(view.zone).date()
    year = "" if begin.year == today.year else f" {begin.year}"
    day = "" if begin.date() == today else f"{begin.day} {begin:%b}{year}, "
    return f"{day}{begin:%H:%M} – {end:%H:%M}"


def led_to(line: HistoryLine, result: OrderResult | None, view: View) -> str:
    """The order in the book that it became, the quantity bought or sold, or nothing."""
    if line.is_fold:
        return "Nothing filled"
    traded = traded_words(line.order, result, line.outcome, view)
    if book := _book_order(line):
        return f"Order {book}: {traded}" if traded else f"Order {book} in the book"
    if traded:
        return traded
    return "Nothing filled" if line.outcome.filled == 0 else UNKNOWN


def _book_order(line: HistoryLine) -> str | None:
    """The id of the order in the book that a trigger order became, None without another id than its own."""
    book = line.outcome.book_order_id or line.order.book_order_id
    return None if book == line.order.order_id else book


def traded_amount(result: OrderResult | None, outcome: Outcome) -> Decimal | None:
    """What was bought or sold, None if that is not known."""
    return result.amount if result else outcome.filled


def traded_words(order: Order, result: OrderResult | None, outcome: Outcome, view: View) -> str:
    """ "Sold 0.5 at 3,121.93". "" if nothing was traded, or it is not known."""
    verb = "Bought" if order.side is Side.BUY else "Sold"
    amount, price = traded_amount(result, outcome), result.average_price if result else outcome.average_price
    if not amount:
        return ""
    at = "" if price is None else f" at {price_text(price)}"
    return f"{verb} {view.quantity(amount)}{at}"


def _price(line: HistoryLine, result: OrderResult | None) -> str:
    """The mean fill price if known, else the price of the order."""
    if line.is_fold:
        return UNKNOWN
    price = result.average_price if result else line.outcome.average_price
    return (price_word(line.order) or UNKNOWN) if price is None else price_text(price)


def _realised(line: HistoryLine, result: OrderResult | None, view: View) -> str:
    """The realised profit in the account's base currency, of the part at a known cost."""
    if result is None or not result.realised:
        return UNKNOWN
    return masked(amount_text(result.realised, result.currency, signed=True), view.hide_amounts)


def realised_remark(result: OrderResult | None, view: View) -> str:
    """The part that a realised profit leaves out, as Trades says it. "" for a profit of all."""
    if result is None or not result.realised or not result.unknown:
        return ""
    if not result.unexplained or view.hide_amounts:
        return "without a part of unknown cost"
    return f"without {quantity_text(_SHORT.plus(result.unexplained))} of unknown cost"
