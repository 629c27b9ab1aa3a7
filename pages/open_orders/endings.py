"""Endings: how orders ended, the evidence for it, and the display texts."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.reads.ended_orders import EndedOrderRow
from domain.endings import Ending, Evidence, Outcome
from domain.orders import Order
from pages.shared.formats import percent_text

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
