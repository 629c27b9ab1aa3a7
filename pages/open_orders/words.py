"""Words: display texts of an order's fields."""

from datetime import timedelta

from domain.orders import Contingency, Order, OrderKind, Role, RoleOrigin, TrailingUnit, TriggerDirection
from domain.positions import MARGIN_MODES
from pages.shared.formats import UNKNOWN, percent_text, quantity_text

KINDS = {
    OrderKind.LIMIT: "Limit",
    OrderKind.MARKET: "Market",
    OrderKind.STOP: "Stop",
    OrderKind.STOP_LIMIT: "Stop limit",
    OrderKind.TAKE_PROFIT: "Take profit",
    OrderKind.TAKE_PROFIT_LIMIT: "Take profit limit",
    OrderKind.TRAILING_STOP: "Trailing",
    OrderKind.UNKNOWN: "Unknown",
}
CONTINGENCIES = {
    Contingency.OCO: "OCO",
    Contingency.OTO: "OTO",
    Contingency.OTOCO: "OTOCO",
    Contingency.ATTACHED: "Attached",
    Contingency.BRACKET: "Bracket",
}
ROLES = {
    Role.ENTRY: "Entry",
    Role.TAKE_PROFIT: "Take profit",
    Role.STOP_LOSS: "Stop loss",
    Role.EXIT: "Exit",
    Role.UNKNOWN: "Unknown",
}
INFERRED = "°"  # marks a role that Stillframe inferred and the exchange did not state
AT_MARKET = "Market"
# Types with "limit" in their name. Without a limit price the limit is unknown. They do not execute at market.
_LIMITED = frozenset(
    {OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.TAKE_PROFIT_LIMIT, OrderKind.UNKNOWN},
)


def side_word(order: Order) -> str:
    """Buy or Sell."""
    return order.side.value.capitalize()


def type_words(order: Order) -> tuple[str, ...]:
    """The type of an order and the type of its group: ("Stop", "OCO")."""
    bound = CONTINGENCIES.get(order.contingency) if order.contingency is not None else None
    return (KINDS[order.kind],) if bound is None else (KINDS[order.kind], bound)


def group_word(order: Order) -> str:
    """The end of the group's id: short, and the same at every refresh."""
    return "" if order.group_id is None else f"…{order.group_id[-4:]}{INFERRED if order.is_group_inferred else ''}"


def role_word(order: Order) -> str:
    """The role of an order. An inferred role is marked, an unknown one is an en dash."""
    if order.role is Role.UNKNOWN:
        return UNKNOWN
    return f"{ROLES[order.role]}{INFERRED}" if order.role_origin is RoleOrigin.INFERRED else ROLES[order.role]


def limit_word(order: Order) -> str:
    """The limit price as the exchange gave it, or Market for an order that executes at any price."""
    if order.limit_price is not None:
        return quantity_text(order.limit_price)
    return UNKNOWN if order.kind in _LIMITED else AT_MARKET


def price_word(order: Order) -> str:
    """The next price of the order: its trigger if it waits for one, else its limit."""
    return trigger_word(order) if order.waits_for_trigger else limit_word(order)


def at_price(price: str) -> str:
    """A price from `price_word` after the words of an order: "at 3,121.93", "at market", "trails 2 %"."""
    if price == AT_MARKET:
        return "at market"
    return f"at {price}" if price[:1].isdigit() or price == UNKNOWN else price


def card_words(side: str, quantity: str, price: str) -> str:
    """An order as a card of a phone has it: "Sell 0.5 at 3,121.93"."""
    return " ".join(filter(None, (side, quantity.strip(), at_price(price.strip()))))


def kind_words(role: str, types: str, *, is_among_all: bool) -> str:
    """What tells an order apart in its list: its role among all orders, else its type."""
    return role if is_among_all and role != UNKNOWN else types.replace(",", ", ")


def trigger_word(order: Order) -> str:
    """The trigger price as the exchange gave it, or the trailing distance. "" for an order without a trigger."""
    if order.trigger_price is not None:
        return quantity_text(order.trigger_price)
    if order.trailing_distance is not None:
        return trailing_word(order)
    return UNKNOWN if order.waits_for_trigger else ""


def trailing_word(order: Order) -> str:
    """The trailing distance of an order."""
    if order.trailing_distance is None:
        return UNKNOWN
    if order.trailing_unit is TrailingUnit.PERCENT:
        return f"trails {percent_text(order.trailing_distance / 100)}"
    return f"trails {quantity_text(order.trailing_distance)}"


def condition_word(order: Order) -> str:
    """The price that fires the trigger, and its direction: "Mark ≥". "" for an order without a trigger."""
    if not order.waits_for_trigger:
        return ""
    sign = {TriggerDirection.RISES: "≥", TriggerDirection.FALLS: "≤", None: ""}[order.trigger_direction]
    kind = "Price" if order.trigger_kind is None else order.trigger_kind.capitalize()
    return f"{kind} {sign}".rstrip()


def flag_words(order: Order) -> str:
    """The restrictions of an order."""
    flags = (
        ("post-only", order.post_only),
        ("reduce-only", order.reduce_only),
        ("closes position", order.close_position),
        (f"closes {percent_text(order.close_fraction or 0)}", order.close_fraction and not order.close_position),
        ("not active yet", order.is_active is False),
    )
    return ", ".join(name for name, is_set in flags if is_set)


def position_words(order: Order) -> str:
    """The position that an order names: "long, cross margin", "id 19848526". "" if it names none."""
    side = None if order.position_side is None else order.position_side.value
    name = order.position_name
    named = f"{name} margin" if name in MARGIN_MODES else f"id {name}" if name else None
    return ", ".join(word for word in (side, named) if word)


def age_column_text(age: timedelta | None) -> str:
    """An age in two units, padded so that texts sort by age. Spaces sort before digits in every alphabet."""
    if age is None:
        return UNKNOWN
    seconds = max(int(age.total_seconds()), 0)
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days:4} d {hours:2} h"
    if hours:
        return f"{'':5}{hours:3} h {minutes:2} min"
    return f"{'':8}{minutes:4} min" if minutes else f"{'':10}{seconds:5} s"


def searched_words(order: Order) -> str:
    """The text that a search matches."""
    ids = (order.symbol, order.exchange_symbol, order.order_id, order.key, order.client_order_id, order.book_order_id,
           order.group_id, order.leg_id, order.account)  # fmt: skip
    return "\n".join(dict.fromkeys(text for text in ids if text)).lower()
