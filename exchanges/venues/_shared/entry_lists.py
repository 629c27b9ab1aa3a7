"""Entry lists: links the orders of a group if the exchange states only the waiting orders."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from domain.orders import Contingency, Order, OrderKind, Role, RoleOrigin
from exchanges.venues._shared.order_rows import OrderLinker

Waits = Callable[[Order], bool]


def with_entries(waits: Waits) -> OrderLinker:
    """A linker that makes a group's other orders the entry of those that wait. `waits` is True for a waiting order."""

    def link(orders: tuple[Order, ...]) -> tuple[Order, ...]:
        groups: dict[str, list[Order]] = defaultdict(list)
        for order in orders:
            groups[order.group_id or ""].append(order)
        return tuple(_linked(order, groups[order.group_id], waits) if order.group_id else order for order in orders)

    return link


def _linked(order: Order, group: list[Order], waits: Waits) -> Order:
    waiting = [member for member in group if waits(member)]
    if not waiting or len(waiting) == len(group):
        return order
    order = replace(order, contingency=Contingency.OTO if len(waiting) == 1 else Contingency.OTOCO)
    if not waits(order):
        role, rule = Role.ENTRY, "other orders of its list wait for it"
    elif order.kind is OrderKind.LIMIT and any(other.side is not order.side for other in group):
        role, rule = Role.TAKE_PROFIT, "limit order that waits for its entry"
    else:
        return order
    return replace(order, role=role, role_origin=RoleOrigin.INFERRED, role_rule=rule)
