"""Ended: the facts about the end of an order, in the order in which a reader asks for them. Pure."""

from datetime import datetime, timedelta
from decimal import Decimal

from db.reads.order_results import OrderResult
from domain.endings import Ending, Evidence, Outcome
from domain.orders import Order
from pages.open_orders.history_lines import realised_remark, traded_amount, traded_words
from pages.shared.formats import age_text, moment_text, money_text, percent_text
from pages.shared.view import View

_CAUSES = {
    Ending.FILLED: "It filled",
    Ending.TRIGGERED: "Its trigger fired",
    Ending.PLACED: "Its entry filled, so it became an order of its own",
    Ending.CANCELLED: "It was cancelled",
    Ending.EXPIRED: "Its time ran out",
    Ending.REJECTED: "The exchange rejected it",
    Ending.GONE: "Not known: it is no longer among the open orders",
}
_EVIDENCE = {
    Evidence.FILLS: "Its fills show it",
    Evidence.ORDER_HISTORY: "The order history of the exchange says so",
    Evidence.ORDER_DETAIL: "The exchange says so of this order",
    Evidence.GROUP: "Concluded from its linked orders",
    None: "Not known yet: neither its fills nor the exchange tell how it ended",
}
NOT_KNOWN = "Not known yet"
_LEAST, _MOST = Decimal("0.01"), Decimal("0.99")

Facts = tuple[tuple[str, str], ...]


def ended_facts(
    order: Order, outcome: Outcome, first_seen: datetime | None, result: OrderResult | None, view: View, at: datetime
) -> Facts:
    """When it was placed and ended, what ended it, how that is known, and what it led to, as (name, text).

    `first_seen` is the first refresh that listed it. `result` are its fills, or those of the order that it placed.
    """
    cause = ": ".join(filter(None, (_CAUSES[outcome.ending], outcome.reason)))
    facts = (
        ("Placed", _placed(order, first_seen, view, at)),
        ("Ended", _ended(outcome, view, at)),
        ("Was open for", _life(order, outcome, first_seen)),
        ("What ended it", cause),
        ("How it is known", _EVIDENCE[outcome.evidence]),
        ("Led to", _led_to(order, outcome, result, view)),
        ("Realised P&L after fees", _realised(result, view)),
    )
    return tuple((name, text) for name, text in facts if text)


def _placed(order: Order, first_seen: datetime | None, view: View, at: datetime) -> str:
    if order.created_at is not None:
        return moment_text(order.created_at, view.zone, at)
    if first_seen is None:
        return ""
    return f"By {moment_text(first_seen, view.zone, at)}, when it was first seen. The exchange states no time"


def _ended(outcome: Outcome, view: View, at: datetime) -> str:
    ago = f"{age_text(max(at - outcome.shown_at, timedelta()))} ago"
    if outcome.ended_at is not None:
        return f"{moment_text(outcome.ended_at, view.zone, at)}, {ago}"
    return f"By {moment_text(outcome.gone_at, view.zone, at)}, {ago}, when it was first missing. Its time is not known"


def _life(order: Order, outcome: Outcome, first_seen: datetime | None) -> str:
    """How long it was open. It was placed before it was first seen, and ended before it was first missing."""
    began = order.created_at or first_seen
    if began is None:
        return ""
    bounds = {(True, True): "", (False, True): "At least ", (True, False): "At most ", (False, False): "About "}
    bound = bounds[order.created_at is not None, outcome.ended_at is not None]
    return f"{bound}{age_text(max(outcome.shown_at - began, timedelta()))}"


def _led_to(order: Order, outcome: Outcome, result: OrderResult | None, view: View) -> str:
    """The order that it placed, and what was bought or sold, with its share of the order if that is less than all."""
    traded, book = traded_words(order, result, outcome, view), outcome.book_order_id or order.book_order_id
    amount = traded_amount(result, outcome)
    if traded and amount and order.amount and amount < order.amount:
        traded += f", {_share_text(amount / order.amount)} of its quantity"
    placed = f"Order {book} in the book" if book is not None and book != order.order_id else ""
    words = ". ".join(filter(None, (placed, traded)))
    return words or ("Nothing was bought or sold" if outcome.filled == 0 else NOT_KNOWN)


def _share_text(share: Decimal) -> str:
    """A part in full per cent. It is never all or nothing."""
    if share > _MOST:
        return f"over {percent_text(_MOST, decimals=0)}"
    return f"under {percent_text(_LEAST, decimals=0)}" if share < _LEAST else percent_text(share, decimals=0)


def _realised(result: OrderResult | None, view: View) -> str:
    """In the base currency of the account. "" if it closed nothing."""
    if result is None or not result.realised:
        return ""
    profit = money_text(result.realised, result.currency or "", signed=True, hidden=view.hide_amounts)
    return ", ".join(filter(None, (profit, realised_remark(result, view))))
