"""Orders: every open order, normal and trigger, in one shape, with its groups and what they come to."""

from collections.abc import Iterable, Sequence
from typing import Any

from domain.awaited import awaited_price
from domain.order_groups import OrderGroup, groups_of, summary_of
from domain.orders import Order
from domain.snapshot import Snapshot, rates_of
from domain.sources import order_sources

ORDER_FIELDS = (
    "account",
    "exchange",
    "source",
    "key",
    "order_id",
    "leg_id",
    "client_order_id",
    "group_id",
    "contingency",
    "book_order_id",
    "symbol",
    "exchange_symbol",
    "base",
    "quote",
    "market_type",
    "side",
    "kind",
    "role",
    "role_origin",
    "role_rule",
    "status",
    "trigger_price",
    "trigger_kind",
    "trigger_direction",
    "limit_price",
    "trailing_distance",
    "trailing_unit",
    "activation_price",
    "amount",
    "filled",
    "remaining",
    "average_price",
    "value",
    "reduce_only",
    "post_only",
    "close_position",
    "close_fraction",
    "is_active",
    "time_in_force",
    "created_at",
    "updated_at",
)


def orders_answer(snapshots: Sequence[Snapshot], currency: str) -> dict[str, Any]:
    """The orders of several accounts, their groups and a summary in `currency`."""
    orders = [order for snapshot in snapshots for order in snapshot.orders]
    return {
        "summary": counts_answer(snapshots, currency),
        "orders": [_order_answer(order, snapshot) for snapshot in snapshots for order in snapshot.orders],
        "groups": [_group_answer(group) for group in groups_of(orders)],
    }


def counts_answer(snapshots: Iterable[Snapshot], currency: str) -> dict[str, Any]:
    """How many orders there are and what they come to.

    `complete` is false while an order source was never seen, or was not asked: there may be more ("at least").
    `carried` names the sources whose orders are older than the refresh (Lesson 3).
    """
    snapshots = tuple(snapshots)
    rates = rates_of(snapshots)
    summary = summary_of((order for snapshot in snapshots for order in snapshot.orders), rates, currency)
    return {
        "count": summary.count,
        "normal": summary.normal,
        "trigger": summary.trigger,
        "groups": summary.groups,
        "by_role": {str(role): count for role, count in sorted(summary.by_role.items())},
        "currency": currency,
        "buy_value": summary.buy_value,
        "sell_value": summary.sell_value,
        "unvalued": summary.unvalued,
        "assumed": summary.assumed,
        "complete": all(knows_orders(snapshot) for snapshot in snapshots),
        "carried": [
            {"account": snapshot.account.name, "source": source, "as_of": state.as_of}
            for snapshot in snapshots
            for source in order_sources(snapshot.sources)
            if (state := snapshot.sources[source]).carried
        ],
    }


def knows_orders(snapshot: Snapshot) -> bool:
    """Whether every order source of the account was seen, every row of it understood, and nothing is there that cannot
    be read (Lessons 3 and 33)."""
    asked = order_sources(snapshot.sources)
    whole = all(snapshot.sources[source].is_whole for source in asked)
    return bool(asked) and whole and not snapshot.account.hides_orders


def _order_answer(order: Order, snapshot: Snapshot) -> dict[str, Any]:
    """One order. `limit_price` null on one that `waits_for_trigger` means that it executes at market (Lesson 35)."""
    market = awaited_price(order, snapshot.prices.get(order.symbol))
    state = snapshot.sources.get(order.source)
    return {
        **{name: getattr(order, name) for name in ORDER_FIELDS},
        "waits_for_trigger": order.waits_for_trigger,
        "market_price": market,
        "distance": order.distance_to(market),
        "as_of": None if state is None else state.as_of,
        "carried": state is not None and state.carried,
    }


def _group_answer(group: OrderGroup) -> dict[str, Any]:
    return {
        "account": group.account,
        "group_id": group.group_id,
        "contingency": group.contingency,
        "orders": [order.key for order in group.orders],
    }
