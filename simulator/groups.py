"""The effects of grouped orders (OCO, OTO, OTOCO) on one another."""

from simulator.orders import Group, Order, Ticket

OCO, OTO, OTOCO = "OCO", "OTO", "OTOCO"
_LEGS = {OCO: 2, OTO: 2, OTOCO: 3}


def checked(contingency: str, tickets: list[Ticket]) -> None:
    """Raise ValueError unless these may be the legs of such a group."""
    if contingency not in _LEGS:
        raise ValueError(f"no contingency {contingency}")
    if len(tickets) != _LEGS[contingency]:
        raise ValueError(f"{contingency} has {_LEGS[contingency]} legs, not {len(tickets)}")
    if len({ticket.instrument.name for ticket in tickets}) != 1:
        raise ValueError("the legs of a group are of one instrument")
    if contingency != OCO and tickets[0].order_type != "LIMIT":
        raise ValueError(f"the first leg of {contingency} is a LIMIT order")


def is_entry(order: Order) -> bool:
    """True if its fill activates the other legs."""
    return order.group is not None and order.group.contingency != OCO and order.leg_id == 1


def waits_for_entry(group: Group, leg_id: int) -> bool:
    """True if a leg waits for the fill of the first leg."""
    return group.contingency != OCO and leg_id > 1


def to_cancel_on_execution(order: Order) -> list[Order]:
    """The siblings to cancel when this order executes or triggers."""
    if order.group is None or is_entry(order):
        return []
    return [leg for leg in order.group.legs if leg is not order and leg.is_live and not is_entry(leg)]


def to_arm_on_end(order: Order) -> list[Order]:
    """The legs that become active when the entry is filled."""
    if order.group is None or not is_entry(order) or order.remaining:
        return []
    return [leg for leg in order.group.legs if leg is not order and leg.is_live and not leg.is_armed]


def to_cancel_on_end(order: Order) -> list[Order]:
    """The legs to cancel when an order ends without being filled.

    Legs with fills stay, because they are the reason why the others end.
    """
    if order.group is None or not order.remaining:
        return []
    return [leg for leg in order.group.legs if leg is not order and leg.is_live and not (leg.filled or leg.book)]
