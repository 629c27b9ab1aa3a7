"""Outcomes: the rules that decide how an order ended after it disappeared from the open list.

The rules are pure: they depend on the facts in EndingFacts alone. An order that no rule explains is *gone*.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from domain.endings import EndedOrder, Ending, Evidence, Outcome
from domain.fills import Fill
from domain.order_fills import at_its_price, filled_by, fills_under
from domain.order_groups import ENTRY_LEGS
from domain.orders import Contingency, Order, Role
from domain.successors import successor_of

_UNDONE = {
    Ending.CANCELLED: "was cancelled",
    Ending.EXPIRED: "expired",
    Ending.REJECTED: "was rejected",
}
_WORDS = {Ending.FILLED: "filled", **_UNDONE}
_ACTED = (Ending.FILLED, Ending.TRIGGERED)


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """The facts about how an order ended, by the source of each.

    Rows and fills may belong to other orders, too. They are matched by ids. `siblings` are the other orders of its
    group that have an outcome. `began` are orders with the time of the refresh that first saw them.
    """

    fills: Sequence[Fill] = ()
    history: Sequence[EndedOrder] = ()
    detail: EndedOrder | None = None
    siblings: Sequence[tuple[Order, Outcome]] = ()
    began: Sequence[tuple[Order, datetime]] = ()


def outcome_of(order: Order, gone_at: datetime, facts: EndingFacts) -> Outcome | None:
    """How an order ended, by the most trusted evidence. None: nothing explains it, and the order is gone.

    `order` is its last known state. The evidence, from most to least trusted: executions that add up to its amount, the
    exchange's list of ended orders, the exchange's answer about this order, and the endings in its group.
    """
    row = next((row for row in facts.history if _is_of(row, order)), None)
    detail = facts.detail if facts.detail is not None and _is_of(facts.detail, order) else None
    book_id = next((r.book_order_id for r in (row, detail, order) if r is not None and r.book_order_id), None)
    if book_id is not None and book_id != order.order_id:
        return _triggered(order, gone_at, facts, book_id, row, detail)
    fills: tuple[Fill, ...] = ()
    if not _executes_under_another_id(order):
        fills = at_its_price(order, fills_under(facts.fills, order, order.order_id))
    outcome = (
        _by_fills(order, gone_at, fills, row or detail)
        or _stated(order, gone_at, row, Evidence.ORDER_HISTORY, fills)
        or _stated(order, gone_at, detail, Evidence.ORDER_DETAIL, fills)
        or _by_group(order, gone_at, facts.siblings, fills)
        or _placed(order, gone_at, facts)
    )
    return _with_reason(outcome, order, facts.siblings)


def as_ended_order(order: Order, outcome: Outcome) -> EndedOrder:
    """A known outcome as a row of an ended order, so that it can be combined with new evidence."""
    is_complete = outcome.ending is Ending.FILLED and outcome.filled is not None
    return EndedOrder(
        order_id=order.order_id,
        exchange_symbol=order.exchange_symbol,
        symbol=order.symbol,
        ending=outcome.ending,
        leg_id=order.leg_id,
        book_order_id=outcome.book_order_id,
        amount=outcome.filled if is_complete else order.amount,
        filled=None if outcome.ending is Ending.TRIGGERED else outcome.filled,
        average_price=outcome.average_price,
        ended_at=outcome.ended_at,
        reason=outcome.reason,
    )


def _is_of(ended: EndedOrder, order: Order) -> bool:
    """True if a row is about this order. Legs of one list may share an order id, so the leg is compared, too."""
    if ended.order_id != order.order_id or not is_same_market(ended, order):
        return False
    return ended.leg_id == order.leg_id or (ended.leg_id is None and not order.waits_for_trigger)


def is_same_market(ended: EndedOrder, order: Order) -> bool:
    """True if a row is of the order's market. Spot and perpetual may share a name on an exchange."""
    return ended.exchange_symbol == order.exchange_symbol and ended.symbol in (None, order.symbol)


def _executes_under_another_id(order: Order) -> bool:
    """True for a waiting leg that shares its id: executions under that id belong to the leg in the book."""
    return order.leg_id is not None and order.waits_for_trigger


def _amount(order: Order, row: EndedOrder | None) -> Decimal | None:
    """The amount of the order, from the row if it has one: the order may have been amended after it was last seen."""
    return row.amount if row is not None and row.amount is not None else order.amount


def _outcome(order: Order, gone_at: datetime) -> "partial[Outcome]":
    return partial(Outcome, account=order.account, source=order.source, key=order.key, gone_at=gone_at)


def _by_fills(order: Order, gone_at: datetime, fills: Sequence[Fill], row: EndedOrder | None) -> Outcome | None:
    amount, (filled, average) = _amount(order, row), filled_by(fills)
    if amount is None or filled is None or filled < amount:
        return None
    return _outcome(order, gone_at)(
        ending=Ending.FILLED,
        evidence=Evidence.FILLS,
        ended_at=max(fill.at for fill in fills),
        filled=filled,
        average_price=average,
    )


def _stated(
    order: Order, gone_at: datetime, row: EndedOrder | None, evidence: Evidence, fills: Sequence[Fill]
) -> Outcome | None:
    """The outcome by a row of the exchange. An order filled completely is FILLED, even if the row says cancelled.

    None if the row says filled but its filled amount is smaller: it may have been cancelled or expired.
    """
    if row is None or row.ending is None:
        return None
    amount, (filled, average) = _amount(order, row), filled_by(fills)
    if row.filled is not None:
        filled, average = row.filled, row.average_price if row.average_price is not None else average
        if row.ending is Ending.FILLED and amount is not None and filled < amount:
            return None
    elif row.ending is Ending.FILLED:
        filled, average = None, row.average_price  # some of its executions may not be read yet
    is_complete = amount is not None and filled is not None and 0 < amount <= filled
    if order.leg_id is not None and order.amount is not None and filled is not None and filled > order.amount:
        filled, average = None, None  # a sum over both legs: the other one was partially filled before
    return _outcome(order, gone_at)(
        ending=Ending.FILLED if is_complete else row.ending,
        evidence=evidence,
        ended_at=row.ended_at,
        filled=filled,
        average_price=average,
        reason=None if is_complete else row.reason,
    )


def _triggered(
    order: Order, gone_at: datetime, facts: EndingFacts, book_id: str, row: EndedOrder | None, detail: EndedOrder | None
) -> Outcome | None:
    """The outcome of a trigger order that placed an order in the book, with the ending of that order if known.

    None if only the last version of the order names the book order, and no row or fill confirms that it triggered.
    """
    fills = fills_under(facts.fills, order, book_id)
    book = next((r for r in facts.history if r.order_id == book_id and is_same_market(r, order)), None)
    best = book or row or detail
    by_fills = _by_fills(order, gone_at, fills, row or detail)
    if by_fills is not None:
        reason = _became(book_id, Ending.FILLED)
        return replace(by_fills, ending=Ending.TRIGGERED, book_order_id=book_id, reason=reason)
    if best is None and not fills:
        return None
    evidence = Evidence.ORDER_HISTORY if book or row else Evidence.ORDER_DETAIL if detail else Evidence.FILLS
    filled, average = filled_by(fills)
    if best is not None and best.filled is not None:
        filled, average = best.filled, best.average_price
    return _outcome(order, gone_at)(
        ending=Ending.TRIGGERED,
        evidence=evidence,
        ended_at=best.ended_at if best is not None else None,
        filled=filled,
        average_price=average,
        book_order_id=book_id,
        reason=_trigger_reason(best, book_id),
    )


def _trigger_reason(row: EndedOrder | None, book_id: str) -> str:
    if row is not None and row.ending is Ending.TRIGGERED and row.reason is not None:
        return row.reason
    return _became(book_id, row.ending if row is not None else None)


def _became(book_id: str, ending: Ending | None) -> str:
    its_ending = f", which {_WORDS[ending]}" if ending in _WORDS else ""
    return f"became order {book_id} in the book{its_ending}"


def _by_group(
    order: Order, gone_at: datetime, siblings: Sequence[tuple[Order, Outcome]], fills: Sequence[Fill]
) -> Outcome | None:
    """CANCELLED, if the ending of a sibling allows nothing else."""
    why = _why_by_group(order, siblings)
    if why is None:
        return None
    filled, average = filled_by(fills)
    return _outcome(order, gone_at)(
        ending=Ending.CANCELLED,
        evidence=Evidence.GROUP,
        ended_at=why[0].ended_at,
        filled=filled,
        average_price=average,
        reason=why[1],
    )


def _placed(order: Order, gone_at: datetime, facts: EndingFacts) -> Outcome | None:
    """PLACED, if the entry of an attached take profit or stop filled and a matching separate order appeared."""
    entry = next((outcome for sibling, outcome in facts.siblings if _is_attached_to(order, sibling)), None)
    if entry is None or not (entry.ending in _ACTED or entry.filled):
        return None
    successor = successor_of(order, gone_at, facts.began)
    if successor is None:
        return None
    return _outcome(order, gone_at)(
        ending=Ending.PLACED,
        evidence=Evidence.GROUP,
        ended_at=successor.created_at or entry.ended_at,
        book_order_id=successor.order_id,
        reason=f"its entry {entry.key} filled, and it became order {successor.order_id} of the same price and size",
    )


def why_gone(order: Order) -> str | None:
    """Why an order may stay gone for ever, in words. None if its ending can still be found."""
    if order.contingency is not Contingency.ATTACHED or "/" not in order.order_id:
        return None
    return f"it was attached to order {order.group_id}, and the exchange does not say what it became"


def _with_reason(outcome: Outcome | None, order: Order, siblings: Sequence[tuple[Order, Outcome]]) -> Outcome | None:
    """The outcome with the sibling that cancelled the order as the reason, if the exchange gives no reason."""
    if outcome is None or outcome.reason is not None or outcome.ending is not Ending.CANCELLED:
        return outcome
    why = _why_by_group(order, siblings)
    return outcome if why is None else replace(outcome, reason=why[1])


def _why_by_group(order: Order, siblings: Sequence[tuple[Order, Outcome]]) -> tuple[Outcome, str] | None:
    """The outcome of the sibling that cancelled this order, and the reason in words. None if none did."""
    for sibling, outcome in siblings:
        if order.group is None or sibling.group != order.group or sibling.key == order.key:
            continue
        if _cancel_each_other(order, sibling) and (outcome.ending in _ACTED or outcome.filled):
            did = "triggered" if outcome.ending is Ending.TRIGGERED else "filled"
            return outcome, f"its sibling {sibling.key} {did}"
        if _is_entry(sibling) and not _is_entry(order) and outcome.ending in _UNDONE and not outcome.filled:
            return outcome, f"its entry {sibling.key} {_UNDONE[outcome.ending]}"
        if _is_attached_to(order, sibling) and outcome.ending in _UNDONE and outcome.filled == 0:
            return outcome, f"its entry {sibling.key} {_UNDONE[outcome.ending]}"
    return None


def _is_entry(order: Order) -> bool:
    """True if the other legs of its group wait for this one."""
    return order.contingency in ENTRY_LEGS and (order.role is Role.ENTRY or order.leg_id == "1")


def _is_attached_to(order: Order, sibling: Order) -> bool:
    """True for a take profit or stop that the exchange places when `sibling` fills, and drops if it never does."""
    return order.contingency is Contingency.ATTACHED and sibling.order_id == order.group_id


def _cancel_each_other(order: Order, sibling: Order) -> bool:
    if order.contingency is Contingency.OCO:
        return True
    return order.contingency is Contingency.OTOCO and not _is_entry(order) and not _is_entry(sibling)
