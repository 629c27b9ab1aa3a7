"""Outcomes: how an order ended that left the open list, decided by what is known of it alone."""

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
    """What is known of how an order ended, by each way of knowing.

    Rows and fills may be of other orders too: what belongs to this one is found by its ids. `siblings` are the other
    orders of its group whose outcome is known, `began` orders with the refresh that first saw them.
    """

    fills: Sequence[Fill] = ()
    history: Sequence[EndedOrder] = ()
    detail: EndedOrder | None = None
    siblings: Sequence[tuple[Order, Outcome]] = ()
    began: Sequence[tuple[Order, datetime]] = ()


def outcome_of(order: Order, gone_at: datetime, known: EndingFacts) -> Outcome | None:
    """How an order ended, by what is most trusted; None while nothing tells: it is gone, and not taken for cancelled.

    `order` is what was last seen of it. In this order of trust: executions that make up its whole amount, the
    exchange's list of ended orders, its answer about this order, and what its group implies.
    """
    row = next((row for row in known.history if _is_of(row, order)), None)
    detail = known.detail if known.detail is not None and _is_of(known.detail, order) else None
    book_id = next((told.book_order_id for told in (row, detail, order) if told and told.book_order_id), None)
    if book_id is not None and book_id != order.order_id:
        return _triggered(order, gone_at, known, book_id, row, detail)
    mine = (
        ()
        if _executes_under_another_id(order)
        else at_its_price(order, fills_under(known.fills, order, order.order_id))
    )
    outcome = (
        _by_fills(order, gone_at, mine, row or detail)
        or _stated(order, gone_at, row, Evidence.ORDER_HISTORY, mine)
        or _stated(order, gone_at, detail, Evidence.ORDER_DETAIL, mine)
        or _by_group(order, gone_at, known.siblings, mine)
        or _placed(order, gone_at, known)
    )
    return _with_reason(outcome, order, known.siblings)


def as_ended_order(order: Order, outcome: Outcome) -> EndedOrder:
    """What is known of an order already, as if the exchange said it once more: more evidence may add to it."""
    is_whole = outcome.ending is Ending.FILLED and outcome.filled is not None
    return EndedOrder(
        order_id=order.order_id,
        exchange_symbol=order.exchange_symbol,
        symbol=order.symbol,
        ending=outcome.ending,
        leg_id=order.leg_id,
        book_order_id=outcome.book_order_id,
        amount=outcome.filled if is_whole else order.amount,
        filled=None if outcome.ending is Ending.TRIGGERED else outcome.filled,
        average_price=outcome.average_price,
        ended_at=outcome.ended_at,
        reason=outcome.reason,
    )


def _is_of(ended: EndedOrder, order: Order) -> bool:
    """Whether a row tells of this order: legs of one list have been seen to share an order id."""
    if ended.order_id != order.order_id or not is_same_market(ended, order):
        return False
    return ended.leg_id == order.leg_id or (ended.leg_id is None and not order.waits_for_trigger)


def is_same_market(ended: EndedOrder, order: Order) -> bool:
    """Whether a row is of the order's market: spot and perpetual may have one name on an exchange."""
    return ended.exchange_symbol == order.exchange_symbol and ended.symbol in (None, order.symbol)


def _executes_under_another_id(order: Order) -> bool:
    """Whether executions under its own id are not its own: of legs that share an id, only one in the book fills."""
    return order.leg_id is not None and order.waits_for_trigger


def _amount(order: Order, told: EndedOrder | None) -> Decimal | None:
    """How much it was for: an order may have been amended after it was last seen."""
    return told.amount if told is not None and told.amount is not None else order.amount


def _outcome(order: Order, gone_at: datetime) -> "partial[Outcome]":
    return partial(Outcome, account=order.account, source=order.source, key=order.key, gone_at=gone_at)


def _by_fills(order: Order, gone_at: datetime, fills: Sequence[Fill], told: EndedOrder | None) -> Outcome | None:
    amount, (filled, average) = _amount(order, told), filled_by(fills)
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
    order: Order, gone_at: datetime, told: EndedOrder | None, evidence: Evidence, fills: Sequence[Fill]
) -> Outcome | None:
    """By what the exchange says of it; one that it calls cancelled although nothing was left of it was filled.

    None where it calls an order filled and tells that it was not: whether it was cancelled, or expired, nobody said.
    """
    if told is None or told.ending is None:
        return None
    amount, (filled, average) = _amount(order, told), filled_by(fills)
    if told.filled is not None:
        filled, average = told.filled, told.average_price if told.average_price is not None else average
        if told.ending is Ending.FILLED and amount is not None and filled < amount:
            return None
    elif told.ending is Ending.FILLED:
        filled, average = None, told.average_price  # not all of its executions are read by now
    is_whole = amount is not None and filled is not None and 0 < amount <= filled
    if order.leg_id is not None and order.amount is not None and filled is not None and filled > order.amount:
        filled, average = None, None  # of both legs together: the other had filled a part before
    return _outcome(order, gone_at)(
        ending=Ending.FILLED if is_whole else told.ending,
        evidence=evidence,
        ended_at=told.ended_at,
        filled=filled,
        average_price=average,
        reason=None if is_whole else told.reason,
    )


def _triggered(
    order: Order, gone_at: datetime, known: EndingFacts, book_id: str, row: EndedOrder | None, detail: EndedOrder | None
) -> Outcome | None:
    """Of an order that became one in the book: that, and what came of the other as far as it is known.

    None where only its last version names the book's order, and nothing says yet that it did trigger and leave.
    """
    fills = fills_under(known.fills, order, book_id)
    book = next((r for r in known.history if r.order_id == book_id and is_same_market(r, order)), None)
    told = book or row or detail
    by_fills = _by_fills(order, gone_at, fills, row or detail)
    if by_fills is not None:
        reason = _became(book_id, Ending.FILLED)
        return replace(by_fills, ending=Ending.TRIGGERED, book_order_id=book_id, reason=reason)
    if told is None and not fills:
        return None
    evidence = Evidence.ORDER_HISTORY if book or row else Evidence.ORDER_DETAIL if detail else Evidence.FILLS
    filled, average = filled_by(fills)
    if told is not None and told.filled is not None:
        filled, average = told.filled, told.average_price
    return _outcome(order, gone_at)(
        ending=Ending.TRIGGERED,
        evidence=evidence,
        ended_at=told.ended_at if told is not None else None,
        filled=filled,
        average_price=average,
        book_order_id=book_id,
        reason=_became_of(told, book_id),
    )


def _became_of(told: EndedOrder | None, book_id: str) -> str:
    if told is not None and told.ending is Ending.TRIGGERED and told.reason is not None:
        return told.reason
    return _became(book_id, told.ending if told is not None else None)


def _became(book_id: str, ending: Ending | None) -> str:
    came_of_it = f", which {_WORDS[ending]}" if ending in _WORDS else ""
    return f"became order {book_id} in the book{came_of_it}"


def _by_group(
    order: Order, gone_at: datetime, siblings: Sequence[tuple[Order, Outcome]], fills: Sequence[Fill]
) -> Outcome | None:
    """Cancelled, where the ending of a sibling leaves nothing else."""
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


def _placed(order: Order, gone_at: datetime, known: EndingFacts) -> Outcome | None:
    """Of a take profit or stop whose entry filled: the order of its own that it became by that."""
    entry = next((told for sibling, told in known.siblings if _hangs_on(order, sibling)), None)
    if entry is None or not (entry.ending in _ACTED or entry.filled):
        return None
    found = successor_of(order, gone_at, known.began)
    if found is None:
        return None
    return _outcome(order, gone_at)(
        ending=Ending.PLACED,
        evidence=Evidence.GROUP,
        ended_at=found.created_at or entry.ended_at,
        book_order_id=found.order_id,
        reason=f"its entry {entry.key} filled, and it became order {found.order_id} of the same price and size",
    )


def why_gone(order: Order) -> str | None:
    """Why nothing may ever be known of an order that left, in words; None where something may."""
    if order.contingency is not Contingency.ATTACHED or "/" not in order.order_id:
        return None
    return f"it hung on order {order.group_id}: what it became is not told"


def _with_reason(outcome: Outcome | None, order: Order, siblings: Sequence[tuple[Order, Outcome]]) -> Outcome | None:
    """A cancelled order of a group with what cancelled it, where the exchange names no reason."""
    if outcome is None or outcome.reason is not None or outcome.ending is not Ending.CANCELLED:
        return outcome
    why = _why_by_group(order, siblings)
    return outcome if why is None else replace(outcome, reason=why[1])


def _why_by_group(order: Order, siblings: Sequence[tuple[Order, Outcome]]) -> tuple[Outcome, str] | None:
    """The outcome of the sibling that cancelled this order, and the reason in words; None where none did."""
    for sibling, outcome in siblings:
        if order.group is None or sibling.group != order.group or sibling.key == order.key:
            continue
        if _cancel_each_other(order, sibling) and (outcome.ending in _ACTED or outcome.filled):
            did = "triggered" if outcome.ending is Ending.TRIGGERED else "filled"
            return outcome, f"its sibling {sibling.key} {did}"
        if _is_entry(sibling) and not _is_entry(order) and outcome.ending in _UNDONE and not outcome.filled:
            return outcome, f"its entry {sibling.key} {_UNDONE[outcome.ending]}"
        if _hangs_on(order, sibling) and outcome.ending in _UNDONE and outcome.filled == 0:
            return outcome, f"its entry {sibling.key} {_UNDONE[outcome.ending]}"
    return None


def _is_entry(order: Order) -> bool:
    """Whether the other legs of its group wait for this one."""
    return order.contingency in ENTRY_LEGS and (order.role is Role.ENTRY or order.leg_id == "1")


def _hangs_on(order: Order, sibling: Order) -> bool:
    """Whether it is a take profit or stop that the other places once it fills: it went with one that never did."""
    return order.contingency is Contingency.ATTACHED and sibling.order_id == order.group_id


def _cancel_each_other(order: Order, sibling: Order) -> bool:
    if order.contingency is Contingency.OCO:
        return True
    return order.contingency is Contingency.OTOCO and not _is_entry(order) and not _is_entry(sibling)
