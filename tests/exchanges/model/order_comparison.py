"""Open orders of an account, paired with the orders that Stillframe shows."""

from collections.abc import Iterable
from typing import Any

from domain.orders import Order as ShownOrder
from tests.exchanges.model.account import Order, Relation, Side
from tests.exchanges.model.arithmetic import ANY_ROLE, UNKNOWN, roles_of
from tests.exchanges.model.figures import Comparison, same


def tags_of(order: Order) -> frozenset[str]:
    """Tags that limit an entry of Renderer.cannot_state to some orders."""
    tags = {str(order.market.kind), str(order.kind), str(order.side)}
    tags |= {str(order.relation)} if order.relation is not None else {"single"}
    tags |= {"hedge"} if order.position_side is not None else set()
    tags |= {"spends"} if order.spends else set()
    tags |= {"close_position"} if order.close_position else set()
    tags |= {"activation"} if order.activation is not None else set()
    return frozenset(tags)


def groups_of(orders: Iterable[Order]) -> list[str]:
    """The ids of all groups."""
    return sorted({order.group for order in orders if order.group is not None})


def tags_of_group(legs: Iterable[Order]) -> frozenset[str]:
    """The tag of a group, for Renderer.cannot_state."""
    return frozenset({"oco" if any(order.relation is Relation.OCO for order in legs) else "attached"})


def figures_of_order(order: Order) -> dict[str, Any]:
    """The right value of each figure of an order. Other figures are not compared."""
    market = order.market
    figures: dict[str, Any] = {
        "kind": str(order.kind),
        "side": str(order.side),
        "limit_price": order.limit,
        "role": roles_of(order),
    }
    if market.in_quote:
        # The amount in coins needs a price, which the order may lack. Contracts are exact.
        figures["contracts"] = market.contracts(order.size)
    elif order.spends:
        figures |= {"amount": None, "remaining": None}
    else:
        figures |= {"amount": order.size, "filled": order.filled, "remaining": order.remaining}
    if order.close_position:
        figures |= dict.fromkeys(("amount", "remaining", "contracts") & figures.keys(), frozenset({None, order.size}))
    if order.trigger is not None:
        figures["trigger_price"] = order.trigger
    if order.percent is not None:
        figures |= {"trailing_distance": order.percent, "trailing_unit": "percent"}
    if order.distance is not None:
        figures |= {"trailing_distance": order.distance, "trailing_unit": "price"}
    if order.activation is not None:
        figures["activation_price"] = order.activation
    if market.has_positions and order.relation is None:
        figures["close_position"] = True if order.close_position else frozenset({False, None})
        if order.position_side is None and not order.close_position:
            figures["reduce_only"] = order.reduce_only or frozenset({False, None})
    if order.position_side is not None:
        figures["position_side"] = str(order.position_side)
    return {name: value for name, value in figures.items() if value != ANY_ROLE}


def compare_orders(comparison: Comparison) -> None:
    """Pair orders by id and likeness, best pairs first, because legs may lack an id."""
    left = list(comparison.shown.orders)
    pairs = sorted(
        (_unlikeness(comparison, order, row), n, m)
        for n, order in enumerate(comparison.account.orders)
        for m, row in enumerate(left)
        if row.symbol == order.market.symbol
    )
    paired: dict[int, int] = {}
    for _, n, m in pairs:
        if n not in paired and m not in paired.values():
            paired[n] = m
    for n, order in enumerate(comparison.account.orders):
        words = (order.market.kind, order.side, order.kind, order.relation, order.position_side)
        name = f"{order.id} ({' '.join(word for word in words if word)})"
        comparison.compared["order"] += 1
        if n not in paired:
            comparison.differs("order", name, order, "missing")
            continue
        for figure, model, shown in _order_figures(comparison, order, left[paired[n]]):
            comparison.check(f"order.{figure}", name, model, shown, tags_of(order))
    for m, row in enumerate(left):
        if m not in paired.values():
            comparison.differs("order", row.key, "none", f"{row.kind} {row.side} {row.symbol} {row.raw}")
    _compare_groups(
        comparison, {order: left[paired[n]] for n, order in enumerate(comparison.account.orders) if n in paired}
    )


def _unlikeness(comparison: Comparison, order: Order, row: ShownOrder) -> int:
    different = sum(
        not any(same(value, shown) for value in (model if isinstance(model, frozenset) else (model,)))
        for _, model, shown in _order_figures(comparison, order, row)
    )
    return different + (0 if row.order_id == order.id else 20)


def _order_figures(comparison: Comparison, order: Order, row: ShownOrder) -> Iterable[tuple[str, Any, Any]]:
    for name, model in figures_of_order(order).items():
        yield name, _right_roles(comparison, order) if name == "role" else model, getattr(row, name)


def _right_roles(comparison: Comparison, order: Order) -> frozenset[str]:
    """The right roles. A buy may as well open where the exchange does not state whether it only reduces."""
    is_unstated = comparison.renderer.reason("order.reduce_only", tags_of(order)) is not None
    may_open = order.reduce_only and is_unstated and order.side is Side.BUY
    return roles_of(order) | ({UNKNOWN} if may_open else set())


def _compare_groups(comparison: Comparison, shown: dict[Order, ShownOrder]) -> None:
    """The legs of one group share a group id, and no other order has it."""
    for group in groups_of(shown):
        legs = {order: row for order, row in shown.items() if order.group == group}
        ids = {row.group_id for row in legs.values()}
        others = {row.group_id for order, row in shown.items() if order.group != group}
        is_right = len(ids) == 1 and None not in ids and not ids & others
        model = "one group of their own"
        seen = model if is_right else f"{sorted(map(str, ids))} beside {sorted(map(str, others))}"
        comparison.check("order.group", f"group {group}", model, seen, tags_of_group(legs))
