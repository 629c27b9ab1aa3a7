"""Parts: the sections of an opened order as the script draws them and as the stream renews them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape

from db.reads.order_results import OrderResult
from domain.endings import Outcome
from domain.orders import Order, Role
from domain.snapshot import Snapshot
from pages.coin.choices import choices_of_market
from pages.open_orders.endings import ending_words
from pages.open_orders.filter import OrderFilter, filtered_rows
from pages.open_orders.ladder import ladder_html, symbols_by_nearness
from pages.open_orders.loading import load_stop_facts, load_table
from pages.open_orders.opened_order.ended import ended_facts
from pages.open_orders.opened_order.facts import (
    closing_facts,
    facts_of,
    facts_of_ended,
    group_of,
    market_facts,
    protection_facts,
    timeline_of,
)
from pages.open_orders.opened_order.html import group_html, headline, timeline_html
from pages.open_orders.opened_order.loading import Found, Opened, load_opened, triggers_of
from pages.open_orders.words import ROLES, price_word, type_words
from pages.shared.choices import address_of
from pages.shared.failures import load_or
from pages.shared.formats import count_text
from pages.shared.order_history import load_order_results
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets_html import facts_html, heading_html, opened_html


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another order of the same account. `kind` makes the key of its button unique."""

    label: str
    key: str
    kind: str


def places_shape(scene: Scene, key: str, account: str | None) -> str:
    """The places of the panel as a text: its links, its alert, and the payload of the order."""
    opened = load_opened(scene, key, account)
    raw = repr(raw_of(opened, scene)).encode("utf-8", "surrogatepass")
    links = (legs_of(opened, scene), links_of(opened, scene), same_links(opened))
    return repr((opened.found, links, blake2b(raw, digest_size=8).hexdigest()))


def head_html(scene: Scene, key: str, account: str | None) -> str:
    """The order in one line, its state and its facts."""
    opened, view, at = load_opened(scene, key, account), scene.view, scene.at
    order, snapshot, outcome = opened.order, opened.snapshot, opened.outcome
    if opened.found is Found.NOWHERE:
        return opened_html("No order has this id", key, "Clear the id, or choose another moment or account.")
    if opened.found is Found.FILLS:
        words = "It filled at once, or between two refreshes."
        return opened_html(f"Order {key}", "It was never in the list of open orders", words)
    assert order is not None
    assert snapshot is not None
    if opened.found is Found.BOOK_SIDE:
        words = "This is the book order of a trigger order in the list."
        return opened_html(headline(order), "Not listed by itself", words)
    if outcome is None:
        market = market_facts(order, snapshot.prices.get(order.symbol))
        closing = closing_facts(load_stop_facts(scene)(order) if order.is_stop else None, view)
        facts = (*market, *closing, *protection_facts(order, snapshot.orders), *facts_of(order, view, at))
        return opened_html(headline(order), "Open") + _chart_html(order, snapshot, view) + facts_html(facts)
    first_seen = opened.versions[0].valid_from if opened.versions else None
    result = _result_of(order, outcome, snapshot, scene)
    facts = (*ended_facts(order, outcome, first_seen, result, view, at), *facts_of_ended(order, view, at))
    unread = _unread("The ending") if opened.is_outcome_unread else ""
    title = opened_html(headline(order), ending_words(outcome, order))
    return title + _chart_html(order, snapshot, view) + unread + facts_html(facts)


def _chart_html(order: Order, snapshot: Snapshot, view: View) -> str:
    """A link to the candles of the order's market. The coin page offers the markets of open orders and positions."""
    coin = order.symbol.partition("/")[0]
    offered = {each.symbol for each in snapshot.orders} | {each.symbol for each in snapshot.positions}
    choices, name = {"coin": coin}, coin
    if order.symbol in offered:
        choices, name = choices_of_market(coin, (snapshot.account.venue, order.symbol)), order.symbol
    address = escape(address_of("coin", view, choices))
    return f'<p class="sf-note"><a class="sf-link" href="{address}">Chart of {escape(name)}</a></p>'


def _result_of(order: Order, outcome: Outcome, snapshot: Snapshot, scene: Scene) -> OrderResult | None:
    """The fills of an ended order, of the order in the book if it placed one."""
    names = dict.fromkeys((outcome.book_order_id, order.book_order_id, order.order_id))
    ids = [(snapshot.account.id, order.symbol, name) for name in names if name]
    results = load_or({}, lambda: load_order_results(scene, ids))
    return next((results[id_] for id_ in ids if id_ in results), None)


def legs_html(scene: Scene, key: str, account: str | None) -> str:
    """The legs of the group of an open order. "" without a group."""
    opened = load_opened(scene, key, account)
    order = opened.order
    group = None if order is None or opened.found is not Found.OPEN else group_of(scene.snapshots, order)
    if order is None or group is None:
        return ""
    name = type_words(order)[-1] if group.contingency else "Group"
    note = f"{len(group.orders)} open legs" if len(group.orders) > 1 else "this leg is left"
    return heading_html(name, note) + group_html(group, order, scene.view)


def legs_of(opened: Opened, scene: Scene) -> Sequence[Link]:
    """Links to the other legs of the group of an open order."""
    order = opened.order
    group = None if order is None or opened.found is not Found.OPEN else group_of(scene.snapshots, order)
    if order is None or group is None:
        return ()
    others = [leg for leg in group.orders if leg.key != order.key]
    names = ["Leg" if leg.role is Role.UNKNOWN else ROLES[leg.role] for leg in others]
    return [Link(f"{name} {price_word(leg)}", leg.key, "leg") for name, leg in zip(names, others, strict=True)]


def links_of(opened: Opened, scene: Scene) -> Sequence[Link]:
    """Links between a trigger order and the order in the book that it became."""
    order, outcome = opened.order, opened.outcome
    if order is None:
        return ()
    links = []
    became = (outcome.book_order_id if outcome else None) or order.book_order_id
    if became is not None and became != order.order_id:
        market = f"{order.exchange_symbol}/"
        name = f"{market}{became}" if order.key.startswith(market) else became
        links.append(Link(f"Open {became}, what it became in the book", name, "became"))
    former = triggers_of(scene, order)
    return [*links, *(Link(f"Open {id_}, the trigger order that it was", key, "former") for key, id_ in former)]


def same_links(opened: Opened) -> Sequence[Link]:
    """Links to the other orders of the same id. An order that several lists name has one key."""
    shown = None if opened.order is None else opened.order.key
    keys = dict.fromkeys(key for _, key in opened.same if key != shown)
    return [Link(f"Open {key}, which has the same id", key, "same") for key in keys]


def life_html(scene: Scene, key: str, account: str | None) -> str:
    """The history of the order, newest first. "" if there is no order."""
    opened = load_opened(scene, key, account)
    if opened.found is Found.NOWHERE:
        return ""
    if opened.versions is None:
        return _unread("The history")
    states = [(v.valid_from, v.valid_to, v.order) for v in opened.versions]
    executions = [row.fill for row in opened.fills or ()]
    changes = timeline_of(states, executions, opened.outcome, hide_amounts=scene.view.hide_amounts)
    changes_text = count_text(len(changes) - len(executions), "change")
    heading = heading_html("History", f"{changes_text} seen, {count_text(len(executions), 'fill')}")
    unread = _unread("Fills") if opened.fills is None else ""
    return heading + unread + timeline_html(changes, scene.view, scene.at)


def _unread(title: str) -> str:
    return f'<p class="sf-note">{title} could not be read. Stillframe retries automatically.</p>'


def raw_of(opened: Opened, scene: Scene) -> object:
    """The newest payload of the order. None without one, and while amounts are hidden."""
    if not opened.versions or scene.view.hide_amounts:
        return None
    return opened.versions[-1].order.raw


def prices_html(scene: Scene, key: str, account: str | None) -> str:
    """The prices of all orders of the symbol, of every account shown. "" unless the order is open."""
    opened = load_opened(scene, key, account)
    if opened.order is None or opened.found is not Found.OPEN:
        return ""
    table, view, symbol = load_table(scene), scene.view, opened.order.symbol
    rows = filtered_rows(table, OrderFilter(symbols=(symbol,))).rows
    if symbol not in symbols_by_nearness(table, rows):
        return ""
    heading = heading_html("Price ladder", "hatched: waiting for trigger")
    return heading + ladder_html(table, rows, symbol, view.inks, hide_amounts=view.hide_amounts)
