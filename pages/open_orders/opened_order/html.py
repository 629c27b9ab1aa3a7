"""HTML of an opened order: its facts, the legs of its group, its history.

Pure. Every text from elsewhere is escaped.
"""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from domain.order_groups import OrderGroup
from domain.orders import Order
from pages.open_orders.opened_order.facts import OrderChange, status_words
from pages.open_orders.words import (
    AT_MARKET,
    condition_word,
    limit_word,
    role_word,
    side_word,
    trigger_word,
    type_words,
)
from pages.shared.formats import UNKNOWN, moment_text, utc_text
from pages.shared.view import View

MOST_CHANGES = 200  # The newest changes of an order with a long life. A trailing stop moves with every tick.


def headline(order: Order) -> str:
    """An order in one line: action, quantity and prices."""
    kinds = ", ".join(type_words(order))
    return f"{side_word(order)} {order.symbol} · {kinds} · {prices_words(order)}"


def prices_words(order: Order) -> str:
    """The trigger and the price after it: "Mark ≤ 86,500, at market"."""
    limit = limit_word(order)
    price = "at market" if limit == AT_MARKET else f"at {limit}"
    if not order.waits_for_trigger:
        return price
    return f"{condition_word(order)} {trigger_word(order)}, {price}"


def group_html(group: OrderGroup, order: Order, view: View) -> str:
    """The legs of a group with their roles. The opened one is marked."""
    return f'<ul class="sf-legs">{"".join(_leg(leg, leg == order, view) for leg in group.orders)}</ul>'


def _leg(leg: Order, is_this: bool, view: View) -> str:
    role = role_word(leg)
    name = "Order" if role == UNKNOWN else role
    text = f"{side_word(leg)} {view.quantity(leg.amount)} · {type_words(leg)[0]}, {prices_words(leg)}"
    mark = " <i>this order</i>" if is_this else ""
    kind = "this" if is_this else ""
    return f'<li class="{kind}"><b>{escape(name)}{mark}</b><span>{status_words(leg)}</span><p>{escape(text)}</p></li>'


def timeline_html(changes: Sequence[OrderChange], view: View, at: datetime) -> str:
    """The life of an order, newest first. The UTC time is shown on hover."""
    items = "".join(_change(change, view, at) for change in changes[:MOST_CHANGES])
    older = len(changes) - MOST_CHANGES
    more = f'<p class="sf-note">{older:,} older ones are not shown</p>' if older > 0 else ""
    return f'<ol class="sf-life">{items}</ol>{more}'


def _change(change: OrderChange, view: View, at: datetime) -> str:
    texts = [escape(text) for text in (change.before, change.after) if text]
    moved = f"<p>{' <i>→</i> '.join(texts)}</p>" if texts else ""
    when = escape(moment_text(change.at, view.zone, at))
    return (
        f'<li><time title="{escape(utc_text(change.at))}">{when}</time>'
        f"<div><b>{escape(change.what)}</b>{moved}</div></li>"
    )
