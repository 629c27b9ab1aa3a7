"""Endings: how orders ended, the evidence for it, and the display texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db.reads.ended_orders import EndedOrderRow
from domain.endings import Ending, Evidence, Outcome
from domain.orders import Order
from pages.shared.formats import age_text, moment_text, percent_text, price_text
from pages.shared.view import View

ENDINGS = {
    Ending.FILLED: "✓ filled",
    Ending.TRIGGERED: "↗ triggered",
    Ending.PLACED: "⊙ placed",
    Ending.CANCELLED: "⊘ cancelled",
    Ending.EXPIRED: "◷ expired",
    Ending.REJECTED: "✕ rejected",
    Ending.GONE: "? no longer open",
}
EVIDENCE = {
    Evidence.FILLS: "Confirmed by fills",
    Evidence.ORDER_HISTORY: "Order history",
    Evidence.ORDER_DETAIL: "Order details",
    Evidence.GROUP: "Its linked orders",
    None: "Not known yet",
}


@dataclass(frozen=True, slots=True)
class ShownEnding:
    """The last seen state of an order, and how it ended."""

    order: Order
    outcome: Outcome


def ended_of(rows: Iterable[EndedOrderRow]) -> tuple[ShownEnding, ...]:
    """Ended orders from database rows."""
    return tuple(ShownEnding(row.order, row.outcome) for row in rows)


def ended_symbols(ended: Iterable[ShownEnding]) -> tuple[str, ...]:
    """The symbols with an ended order."""
    return tuple(sorted({row.order.symbol for row in ended}))


def ending_words(outcome: Outcome, order: Order | None = None) -> str:
    """An ending with its sign. A partial fill before the end is stated."""
    words = ENDINGS[outcome.ending]
    if outcome.ending in (Ending.FILLED, Ending.TRIGGERED) or not outcome.filled:
        return words
    if order is not None and order.amount:
        return f"{words}, {percent_text(outcome.filled / order.amount, decimals=0)} filled"
    return f"{words}, partly filled"


def evidence_words(outcome: Outcome) -> str:
    """The evidence for an ending."""
    return EVIDENCE[outcome.evidence]


def ended_facts(outcome: Outcome, view: View, at: datetime) -> tuple[tuple[str, str], ...]:
    """Facts about the ending of an order, as (name, text)."""
    facts = (
        ("Known by", evidence_words(outcome)),
        ("Why", outcome.reason),
        ("When", _when(outcome, view, at)),
        ("Filled", None if outcome.filled is None else view.quantity(outcome.filled)),
        ("Average price", None if outcome.average_price is None else price_text(outcome.average_price)),
        ("Became", None if outcome.book_order_id is None else f"order {outcome.book_order_id} in the book"),
    )
    return tuple((name, text) for name, text in facts if text)


def _when(outcome: Outcome, view: View, at: datetime) -> str:
    if outcome.ended_at is not None:
        return f"{moment_text(outcome.ended_at, view.zone, at)}, {age_text(at - outcome.ended_at)} ago"
    return f"missed since {moment_text(outcome.gone_at, view.zone, at)}, {age_text(at - outcome.gone_at)} ago"
