"""Order groups: one list of each order once, its role, the groups of orders, and their total values."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.currency_graph import Rate
from domain.group_inference import with_inferred_groups
from domain.markets import Side
from domain.orders import Contingency, Group, Order, OrderKind, Role, RoleOrigin, order_with
from domain.prices import Rates
from domain.sources import Source, SourceKind

ENTRY_LEGS = frozenset({Contingency.OTO, Contingency.OTOCO})
ADDS_RULE = "adds to the position that it names"
# In these groups only one of the closing legs can fill. The exchange cancels the others.
_EXCLUSIVE = frozenset({Contingency.OCO, Contingency.OTOCO, Contingency.ATTACHED, Contingency.BRACKET})


@dataclass(frozen=True, slots=True)
class OrderGroup:
    """The open orders of one group of one account, entry first."""

    account: str
    group_id: str
    contingency: Contingency | None
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """Counts and values of a list of orders. Values in `currency`, without the `unvalued` orders."""

    currency: str
    count: int
    normal: int
    trigger: int
    groups: int
    by_role: Mapping[Role, int]
    buy_value: Decimal
    sell_value: Decimal
    unvalued: int
    assumed: tuple[str, ...] = ()  # dollar coins without a price, counted as one dollar


def merge_duplicates(orders: Iterable[Order], older: Collection[Source] = ()) -> tuple[Order, ...]:
    """Every order once, with its role if it is stated or can be inferred.

    An exchange may list one order among the normal and among the trigger orders, under its own id or under its id in
    the book. The same id on the same symbol is the same order. The row of the trigger list is kept, because only it has
    group and trigger. If two trigger lists contain the order, the row with a group is kept. Rows of one list are never
    merged with each other.

    The sources in `older` were not read in this refresh. If only the trigger list is older, the fill progress is taken
    from the row in the list of normal orders.
    """
    orders = tuple(orders)
    triggers = [order for order in orders if order.source.kind is SourceKind.TRIGGERS]
    trigger_names = {name for order in triggers for name in _names(order)}
    lists = _trigger_lists(triggers)
    fresher = _fresher_rows(orders, older)
    merged = with_inferred_groups(
        _with_fill_progress_of(order, fresher) if order.source in older else order
        for order in orders
        if (
            _name(order) not in trigger_names
            if order.source.kind is not SourceKind.TRIGGERS
            else not lists or lists[_as_trigger(order)] is order.source
        )
    )
    return with_roles(merged)


def _fresher_rows(orders: Iterable[Order], older: Collection[Source]) -> Mapping[tuple[str, str, str], Order]:
    """The rows of resting orders that may be newer than those of an older list."""
    if not older:
        return {}
    return {
        _name(order): order for order in orders if order.source.kind is SourceKind.ORDERS and order.source not in older
    }


def _as_trigger(order: Order) -> tuple[object, ...]:
    """The fields that rows of one order share across two trigger lists.

    The id alone is not enough, because lists may number their orders separately.
    """
    return order.account, order.symbol, order.key, order.side, order.amount, order.trigger_price


def _trigger_lists(triggers: Sequence[Order]) -> dict[tuple[object, ...], Source]:
    """The source whose row is kept, for each trigger order: one that names its group, else the first by name.

    Empty if all come from one list.
    """
    if len({order.source for order in triggers}) < 2:
        return {}
    kept: dict[tuple[object, ...], tuple[bool, Source]] = {}
    for order in triggers:
        choice, name = (order.group_id is None, order.source), _as_trigger(order)
        kept[name] = min(choice, kept.get(name, choice))
    return {name: source for name, (_, source) in kept.items()}


def _name(order: Order) -> tuple[str, str, str]:
    return order.account, order.symbol, order.order_id


def _names(order: Order) -> list[tuple[str, str, str]]:
    """The names of an order across lists: its own id, and its id in the book."""
    if order.book_order_id is None:
        return [_name(order)]
    return [_name(order), (order.account, order.symbol, order.book_order_id)]


def _with_fill_progress_of(order: Order, fresher: Mapping[tuple[str, str, str], Order]) -> Order:
    """An order of an older list, with status and fill progress of its fresher row, if there is one."""
    row = next((fresher[name] for name in _names(order) if name in fresher), None)
    if row is None:
        return order
    return order_with(
        order,
        status=row.status,
        filled=row.filled,
        remaining=row.remaining,
        average_price=row.average_price,
        updated_at=row.updated_at,
    )


def with_roles(orders: Iterable[Order]) -> tuple[Order, ...]:
    """The same orders with roles. A stated role is kept. The others are inferred by a rule, named in `role_rule`."""
    orders = tuple(orders)
    groups = _by_group(orders)
    return tuple(_with_role(order, groups[order.group] if order.group else ()) for order in orders)


def _by_group(orders: Iterable[Order]) -> dict[Group, list[Order]]:
    members: dict[Group, list[Order]] = defaultdict(list)
    for order in orders:
        if order.group is not None:
            members[order.group].append(order)
    return members


def _with_role(order: Order, group: Sequence[Order]) -> Order:
    if order.adds_to_position and order.contingency is not Contingency.ATTACHED and order.role is not Role.ENTRY:
        # The type is not the role: a "take profit" that sells for a short position opens it.
        return order_with(order, role=Role.ENTRY, role_origin=RoleOrigin.INFERRED, role_rule=ADDS_RULE)
    if order.role is not Role.UNKNOWN:
        return order
    role, rule = _inferred_role(order, group)
    if role is Role.UNKNOWN:
        return order
    return order_with(order, role=role, role_origin=RoleOrigin.INFERRED, role_rule=rule)


def _inferred_role(order: Order, group: Sequence[Order]) -> tuple[Role, str]:
    """The role by the first rule that applies, and the rule in words."""
    if order.contingency in ENTRY_LEGS and _is_first_leg(order, group):
        return Role.ENTRY, "first leg of a group whose other legs wait for it"
    if order.is_undirected:
        return Role.UNKNOWN, ""
    if order.kind is OrderKind.LIMIT and order.contingency in (Contingency.OCO, Contingency.OTOCO):
        return Role.TAKE_PROFIT, "plain limit leg of an OCO"
    if order.contingency is Contingency.BRACKET and any(other.is_stop for other in group):
        if all(other.side is not order.side for other in group if other.is_stop):
            return Role.ENTRY, "stands between a stop and a take profit of its size, placed with them"
        if order.kind is OrderKind.LIMIT:
            return Role.TAKE_PROFIT, "limit order placed with a stop of its size"
    if order.kind is OrderKind.LIMIT and any(o.is_stop and o.side is order.side for o in group if o is not order):
        return Role.TAKE_PROFIT, "plain limit leg beside a stop of one group"
    return _role_by_itself(order)


def _role_by_itself(order: Order) -> tuple[Role, str]:
    """The role by kind, side and position, without regard to the group.

    A buying trigger order may be an entry, unless it can only reduce a position or belongs to a group.
    """
    if order.side is Side.SELL or order.reduces_position or order.contingency is not None:
        if order.is_stop:
            return Role.STOP_LOSS, "type of the order"
        if order.kind in (OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT):
            return Role.TAKE_PROFIT, "type of the order"
    if order.reduces_position:
        return Role.EXIT, "can only reduce a position"
    return Role.UNKNOWN, ""


def _is_first_leg(order: Order, group: Sequence[Order]) -> bool:
    """True if the other legs wait for this one: leg 1 if legs are numbered, else the order of the other side."""
    if order.leg_id is not None:
        return order.leg_id == "1"
    return any(other.side is not order.side for other in group) and not order.waits_for_trigger


ROLE_ORDER = {Role.ENTRY: 0, Role.TAKE_PROFIT: 1, Role.STOP_LOSS: 2, Role.EXIT: 3, Role.UNKNOWN: 4}


def groups_of(orders: Iterable[Order]) -> tuple[OrderGroup, ...]:
    """The groups of these orders. A group with a single leg left is still a group."""
    return tuple(
        OrderGroup(
            account,
            group_id,
            next((o.contingency for o in legs if o.contingency is not None), None),
            tuple(sorted(legs, key=lambda o: (ROLE_ORDER[o.role], o.key))),
        )
        for (account, _, group_id), legs in _by_group(orders).items()
    )


def rivals_of(order: Order) -> tuple[Group, Side] | None:
    """The key of the set of legs that exclude this one. None if it excludes no other order.

    Only one leg of such a set can fill, so totals count the largest of them.
    """
    if order.contingency not in _EXCLUSIVE or order.role is Role.ENTRY or (group := order.group) is None:
        return None
    return group, order.side


def summary_of(orders: Iterable[Order], rates: Mapping[str, Rates], currency: str) -> OrderSummary:
    """Counts by role and kind, and the values of buying and selling orders in `currency`.

    `rates` are those of each account, by name. Among legs that exclude one another only the largest counts.
    """
    orders = tuple(orders)
    worth = {Side.BUY: Decimal(0), Side.SELL: Decimal(0)}
    unvalued = 0
    rate_of: dict[tuple[str, str | None], Rate | None] = {}
    assumed: set[str] = set()
    largest: dict[tuple[Group, Side], Decimal] = {}
    for order in orders:
        pair = order.account, order.quote
        if pair not in rate_of:
            rate_of[pair] = rates[order.account].find(order.quote, currency) if order.quote else None
        value, rate = order.value, rate_of[pair]
        if value is None or rate is None:
            unvalued += 1
            continue
        assumed.update(rate.assumed)
        if (rivals := rivals_of(order)) is None:
            worth[order.side] += value * rate.value
        else:
            largest[rivals] = max(largest.get(rivals, Decimal(0)), value * rate.value)
    for (_, side), value in largest.items():
        worth[side] += value
    trigger = sum(order.waits_for_trigger for order in orders)
    return OrderSummary(
        currency=currency,
        count=len(orders),
        normal=len(orders) - trigger,
        trigger=trigger,
        groups=len({order.group for order in orders} - {None}),
        by_role=Counter(order.role for order in orders),
        buy_value=worth[Side.BUY],
        sell_value=worth[Side.SELL],
        unvalued=unvalued,
        assumed=tuple(sorted(assumed)),
    )
