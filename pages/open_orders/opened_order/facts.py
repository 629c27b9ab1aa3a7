"""Facts of an opened order: its fields, its group, its changes over time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from domain.endings import Outcome
from domain.fills import Fill
from domain.order_groups import OrderGroup, groups_of
from domain.orders import Order, OrderStatus, Role, RoleOrigin, reference_price
from domain.prices import Price
from domain.protection import groups_waiting_for_entry
from domain.snapshot import Snapshot
from pages.open_orders.endings import ending_words, evidence_words
from pages.open_orders.stop_facts import StopFacts, covered_words
from pages.open_orders.table import orders_of
from pages.open_orders.words import (
    AT_MARKET,
    ROLES,
    condition_word,
    flag_words,
    limit_word,
    position_words,
    trigger_word,
)
from pages.shared.formats import UNKNOWN, age_text, masked, moment_text, percent_text, price_text, quantity_text
from pages.shared.view import View

Version = tuple[datetime, datetime | None, Order]  # from, to (None while current), and the order in that time

STATUSES = {
    OrderStatus.PENDING: "Waiting for trigger",
    OrderStatus.OPEN: "Open",
    OrderStatus.PARTIALLY_FILLED: "Partly filled",
    OrderStatus.UNKNOWN: "Unknown",
}


_ACCEPTED = "Accepted, not in the book yet"


def status_words(order: Order) -> str:
    """The status of an order. One that waits for no price waits for its group or for the book."""
    is_accepted = order.status is OrderStatus.PENDING and not order.waits_for_trigger
    return _ACCEPTED if is_accepted else STATUSES[order.status]


GONE = "No longer open"


@dataclass(frozen=True, slots=True)
class OrderChange:
    """One difference between a version of an order and the version before."""

    at: datetime
    what: str
    before: str
    after: str


def changes_of(versions: Sequence[Version], *, hide_amounts: bool = False) -> tuple[OrderChange, ...]:
    """All changes of an order that were seen, newest first. Its first version says when it was first seen."""
    if not versions:
        return ()
    first_at, _, first = versions[0]
    changes = [OrderChange(first_at, "First seen", "", _price_text(first))]
    for (_, ended_at, before), (at, _, order) in pairwise(versions):
        if ended_at is not None and ended_at < at:
            changes.append(OrderChange(ended_at, GONE, _price_text(before), ""))
            changes.append(OrderChange(at, "Open again", "", _price_text(order)))
        changes.extend(OrderChange(at, *difference) for difference in _differences(before, order, hide_amounts))
    _, ended_at, last = versions[-1]
    if ended_at is not None:
        changes.append(OrderChange(ended_at, GONE, _price_text(last), ""))
    return tuple(reversed(changes))


def timeline_of(
    versions: Sequence[Version], fills: Iterable[Fill], outcome: Outcome | None, *, hide_amounts: bool = False
) -> tuple[OrderChange, ...]:
    """The history of an order, newest first: its changes, its fills, and how it ended, once."""
    changes = list(changes_of(versions, hide_amounts=hide_amounts))
    if outcome is not None and changes and changes[0].what == GONE:
        del changes[0]  # a refresh noticed the same end later
    changes += [
        OrderChange(
            fill.at, "Fill", "", f"{masked(quantity_text(fill.amount), hide_amounts)} at {quantity_text(fill.price)}"
        )
        for fill in fills
    ]
    if outcome is not None:
        ending = OrderChange(outcome.shown_at, ending_words(outcome), "", evidence_words(outcome))
        changes.insert(0, ending)  # before other events of the same moment
    return tuple(sorted(changes, key=lambda change: change.at, reverse=True))


def _price_text(order: Order) -> str:
    where = f"trigger {trigger_word(order)}, " if order.waits_for_trigger else ""
    limit = limit_word(order)
    return f"{where}{'at market' if limit == AT_MARKET else f'limit {limit}'}"


def _differences(before: Order, order: Order, hide_amounts: bool) -> Iterable[tuple[str, str, str]]:
    for name, old_text, new_text in zip(_FACTS, _facts(before, hide_amounts), _facts(order, hide_amounts), strict=True):
        if old_text != new_text:
            yield name, old_text or UNKNOWN, new_text or UNKNOWN
    if hide_amounts and (before.amount, before.filled) != (order.amount, order.filled):
        yield "Quantity or filled", "", ""


_FACTS = ("Trigger", "Trigger price", "Limit", "Quantity", "Filled", "Status", "Role", "Group", "Book order", "Flags")


def _facts(order: Order, hide_amounts: bool) -> tuple[str, ...]:
    """The compared values of a version, as display texts."""
    return (
        trigger_word(order),
        condition_word(order),
        limit_word(order),
        masked(quantity_text(order.amount), hide_amounts),
        masked(quantity_text(order.filled), hide_amounts),
        status_words(order),
        ROLES[order.role],
        order.group_id or "",
        order.book_order_id or "",
        flag_words(order),
    )


def group_of(snapshots: Iterable[Snapshot], order: Order) -> OrderGroup | None:
    """The group of an order, with all open legs, including those that the filters hide."""
    if order.group is None:
        return None
    legs = (leg for leg in orders_of(snapshots) if leg.group == order.group)
    return next(iter(groups_of(legs)), None)


_OF_OPEN_ORDERS = frozenset({"Status", "Filled", "Average price", "Created", "Updated"})


def facts_of_ended(order: Order, view: View, at: datetime) -> tuple[tuple[str, str], ...]:
    """Facts of an order that is no longer open, beside `ended_facts`.

    Its last seen progress is left out, because it may have filled since.
    """
    return tuple(fact for fact in facts_of(order, view, at) if fact[0] not in _OF_OPEN_ORDERS)


def facts_of(order: Order, view: View, at: datetime) -> tuple[tuple[str, str], ...]:
    """Facts of an order beyond its row in the list, as (name, text). Facts without a value are left out."""
    facts = (
        ("Order id", order.order_id),
        ("Leg", order.leg_id),
        ("Client id", order.client_order_id),
        ("Book order id", order.book_order_id),
        ("Group", order.group_id),
        ("Role", _role_with_reason(order)),
        ("Position", position_words(order)),
        ("Status", status_words(order)),
        ("Filled", _filled_words(order, view)),
        ("Average price", None if order.average_price is None else price_text(order.average_price)),
        ("Created", _moment_words(order.created_at, view, at)),
        ("Updated", _moment_words(order.updated_at, view, at)),
    )
    return tuple((name, text) for name, text in facts if text)


def market_facts(order: Order, price: Price | None) -> tuple[tuple[str, str], ...]:
    """The market price of an open order and the distance to it. If unknown, the text says why."""
    market = reference_price(order, price)
    if market is None:
        return (("Market", f"{UNKNOWN} no price of {order.symbol} is known"),)
    distance = order.distance_to(market)
    if distance is None:
        return (("Market", quantity_text(market)),)
    side = "above" if distance > 0 else "below"
    return (("Market", f"{quantity_text(market)}; the order stands {percent_text(abs(distance), decimals=2)} {side}"),)


def closing_facts(stop: StopFacts | None, view: View) -> tuple[tuple[str, str], ...]:
    """The loss if a stop is hit, the share that it closes, and what all stops of its coin close. Empty for others."""
    if stop is None:
        return ()
    loss = UNKNOWN if stop.gain is None else f"{view.money(stop.gain, signed=True)} against cost"
    share = UNKNOWN if stop.share is None else f"{percent_text(stop.share, decimals=1)} of what is held"
    return ("If hit", loss), ("Closes", share), ("All its stops", covered_words(stop))


def protection_facts(order: Order, orders: Iterable[Order]) -> tuple[tuple[str, str], ...]:
    """Why an open stop protects nothing yet. Empty if it does, and for other orders. `orders` are all open orders."""
    if order.role is not Role.STOP_LOSS:
        return ()
    if order.group is not None and order.group in groups_waiting_for_entry(orders):
        return (("Protects", "nothing yet: the entry of its group has not filled"),)
    if order.is_armed is False:
        return (("Protects", "nothing yet: its activation price was not reached"),)
    return ()


def _role_with_reason(order: Order) -> str:
    if order.role_origin is RoleOrigin.STATED:
        return f"{ROLES[order.role]}, stated by the exchange"
    if order.role_origin is RoleOrigin.INFERRED:
        return f"{ROLES[order.role]}, concluded: {order.role_rule}"
    return "Role not stated by the exchange, and its linked orders do not show it"


def _filled_words(order: Order, view: View) -> str:
    return f"{view.quantity(order.filled)} of {view.quantity(order.amount)}, {view.quantity(order.remaining)} remaining"


def _moment_words(moment: datetime | None, view: View, at: datetime) -> str | None:
    if moment is None:
        return None
    return f"{moment_text(moment, view.zone, at)}, {age_text(max(at - moment, timedelta()))} ago"
