"""Endings: how orders ended that are open no more, by what that is known, and how that reads (Lesson 6)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from db.reads.outcomes import EndedOrderRow
from domain.endings import Ending, Evidence, Outcome
from domain.orders import Order
from pages.open_orders.words import price_word, side_word, type_words
from pages.shared.formats import UNKNOWN, age_text, moment_text, percent_text, quantity_text, utc_text
from pages.shared.view import View

ENDINGS = {
    Ending.FILLED: "✓ filled",
    Ending.TRIGGERED: "↗ triggered",
    Ending.PLACED: "⊙ placed",
    Ending.CANCELLED: "⊘ cancelled",
    Ending.EXPIRED: "◷ expired",
    Ending.REJECTED: "✕ rejected",
    Ending.GONE: "? gone",
}
EVIDENCE = {
    Evidence.FILLS: "its fills",
    Evidence.ORDER_HISTORY: "order history",
    Evidence.ORDER_DETAIL: "asked for this order",
    Evidence.GROUP: "concluded from its group",
    None: "not known yet",
}
MOST_LISTED = 200
# A bot cancels a hundred orders for each that fills: what changed a position comes first.
_WEIGHT = {
    ending: place
    for place, endings in enumerate(
        (
            (Ending.FILLED, Ending.TRIGGERED),
            (Ending.EXPIRED, Ending.REJECTED, Ending.GONE),
            (Ending.PLACED, Ending.CANCELLED),
        )
    )
    for ending in endings
}


@dataclass(frozen=True, slots=True)
class Ended:
    """An order as it was last seen, and how it ended."""

    order: Order
    outcome: Outcome

    @property
    def at(self) -> datetime:
        """When it ended, as the exchange says; else when it was first missed."""
        return self.outcome.ended_at or self.outcome.gone_at


def ended_of(rows: Iterable[EndedOrderRow]) -> tuple[Ended, ...]:
    """Orders that ended, as they were read."""
    return tuple(Ended(row.order, row.outcome) for row in rows)


def endings_line(ended: Iterable[Ended]) -> str:
    """What became of the orders that ended lately: 3 filled, 1 cancelled, 1 gone; none is left out."""
    counts = Counter(one.outcome.ending for one in ended)
    told = [f"{counts[ending]:,} {ENDINGS[ending].split()[1]}" for ending in ENDINGS if counts[ending]]
    return ", ".join(told) or "none ended"


def ending_words(outcome: Outcome, order: Order | None = None) -> str:
    """An ending with its sign; one with a part filled before says so."""
    words = ENDINGS[outcome.ending]
    if outcome.ending in (Ending.FILLED, Ending.TRIGGERED) or not outcome.filled:
        return words
    if order is not None and order.amount:
        return f"{words}, {percent_text(outcome.filled / order.amount, decimals=0)} filled"
    return f"{words}, partly filled"


def evidence_words(outcome: Outcome) -> str:
    """By what an ending is known."""
    return EVIDENCE[outcome.evidence]


def ended_frame(ended: Sequence[Ended], view: View, at: datetime) -> pd.DataFrame:
    """Orders that ended as a table: what filled or triggered before what was cancelled, each newest first."""
    newest = sorted(ended, key=lambda one: one.at, reverse=True)
    listed = sorted(newest, key=lambda one: _WEIGHT[one.outcome.ending])[:MOST_LISTED]
    return pd.DataFrame(
        {
            "symbol": [one.order.symbol for one in listed],
            "side": [side_word(one.order) for one in listed],
            "ending": [ending_words(one.outcome, one.order) for one in listed],
            "price": [_price(one) for one in listed],
            "amount": [view.quantity(one.order.amount) for one in listed],
            "when": [moment_text(one.at, view.zone, at) for one in listed],
            "known": [evidence_words(one.outcome) for one in listed],
            "reason": [one.outcome.reason or "" for one in listed],
            "type": [", ".join(type_words(one.order)) for one in listed],
            "account": [one.order.account for one in listed],
            "order_id": [one.order.order_id for one in listed],
            "utc": [utc_text(one.at) for one in listed],
        },
        dtype="str",
    )


def _price(one: Ended) -> str:
    """What it was filled at where that is known, else where it stood (Lesson 14)."""
    if one.outcome.average_price is not None:
        return quantity_text(one.outcome.average_price)
    return price_word(one.order) or UNKNOWN


def ended_facts(outcome: Outcome, order: Order, view: View, at: datetime) -> tuple[tuple[str, str], ...]:
    """What is known of how an order ended, as names and texts."""
    facts = (
        ("Ended", ending_words(outcome, order)),
        ("Known by", evidence_words(outcome)),
        ("Why", outcome.reason),
        ("When", _when(outcome, view, at)),
        ("Filled", None if outcome.filled is None else view.quantity(outcome.filled)),
        ("Average price", None if outcome.average_price is None else quantity_text(outcome.average_price)),
        ("Became", None if outcome.book_order_id is None else f"order {outcome.book_order_id} in the book"),
    )
    return tuple((name, text) for name, text in facts if text)


def _when(outcome: Outcome, view: View, at: datetime) -> str:
    if outcome.ended_at is not None:
        return f"{moment_text(outcome.ended_at, view.zone, at)}, {age_text(at - outcome.ended_at)} ago"
    return f"missed since {moment_text(outcome.gone_at, view.zone, at)}, {age_text(at - outcome.gone_at)} ago"
