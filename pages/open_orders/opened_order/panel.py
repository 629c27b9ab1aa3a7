"""Panel: the side panel with all facts of one order, open or ended."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from db.reads.ended_orders import EndedOrderRow
from db.reads.fills import FillRow
from db.reads.order_versions import OrderVersion
from domain.csv_lines import plain_text
from domain.endings import Ending, Outcome
from domain.orders import Order, Role
from domain.snapshot import Snapshot
from domain.sources import Source
from pages.open_orders.endings import ended_facts, ending_words
from pages.open_orders.filter import OrderFilter, filtered_rows
from pages.open_orders.history_lines import realised_remark
from pages.open_orders.ladder import ladder_html, symbols_by_nearness
from pages.open_orders.loading import load_table
from pages.open_orders.opened_order.facts import (
    facts_of,
    facts_of_ended,
    group_of,
    market_facts,
    protection_facts,
    timeline_of,
)
from pages.open_orders.opened_order.html import facts_html, group_html, headline, timeline_html
from pages.open_orders.opened_order.state import close_order, open_order, opened_account, opened_among, opened_key
from pages.open_orders.recent import LATELY
from pages.open_orders.table import order_opened
from pages.open_orders.words import ROLES, price_word, type_words
from pages.shared.failures import load_or, load_or_none
from pages.shared.formats import count_text, money_text
from pages.shared.loaders import load_order_versions
from pages.shared.order_history import load_order_names, load_order_results
from pages.shared.past import load_endings, load_fills_of_order, load_outcome
from pages.shared.price_alerts import show_price_alert
from pages.shared.scene import Scene


def show_opened(scene: Scene) -> None:
    """Draw the order that the URL names, if any."""
    key = opened_key()
    if key is None:
        return
    with st.container(key="order_panel", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="right", key="order_head"):
            icon = ":material/close:"
            st.button("Close", on_click=close_order, key="close_order", type="tertiary", icon=icon, shortcut="Escape")
        among = opened_among(scene.snapshots)
        order = order_opened(among, key)
        if order is None:
            _show_gone(key, among, scene)
        else:
            _show_order(order, scene)


def _show_order(order: Order, scene: Scene) -> None:
    snapshot = next(s for s in scene.snapshots if s.account.name == order.account)
    _show_title(headline(order), "Open")
    price = snapshot.prices.get(order.symbol)
    market, protection = market_facts(order, price), protection_facts(order, snapshot.orders)
    st.html(facts_html((*market, *protection, *facts_of(order, scene.view, scene.at))))
    show_price_alert(scene, (snapshot.account.venue, order.symbol))
    _show_group(order, scene)
    _show_links(order, None, scene)
    _show_past(_versions(snapshot, order.source, order.key), scene, _fills_of(order, None, scene, snapshot))
    _show_ladder(order, scene)


def _show_ladder(order: Order, scene: Scene) -> None:
    """The prices of all orders of the symbol, of every account shown."""
    table, view = load_table(scene), scene.view
    rows = filtered_rows(table, OrderFilter(symbols=(order.symbol,))).rows
    if order.symbol in symbols_by_nearness(table, rows):
        _show_heading("Price ladder", "hatched: waiting for trigger")
        st.html(ladder_html(table, rows, order.symbol, view.inks, hide_amounts=view.hide_amounts))


def _show_group(order: Order, scene: Scene) -> None:
    group = group_of(scene.snapshots, order)
    if group is None:
        return
    name = type_words(order)[-1] if group.contingency else "Group"
    _show_heading(name, f"{len(group.orders)} open legs" if len(group.orders) > 1 else "this leg is left")
    st.html(group_html(group, order, scene.view))
    with st.container(horizontal=True, gap="small", key="leg_links"):
        for leg in group.orders:
            if leg.key != order.key:
                name = "Leg" if leg.role is Role.UNKNOWN else ROLES[leg.role]
                _show_link(f"{name} {price_word(leg)}", leg.key, "leg")


def _show_gone(key: str, among: Sequence[Snapshot], scene: Scene) -> None:
    """An order that is not open at this moment: its ending and its history."""
    order_id = key.rpartition("/")[2]
    for snapshot in among:
        taken_at, account = snapshot.refresh.taken_at, snapshot.account
        names: Sequence[tuple[Source, str]] = load_or((), lambda: load_order_names(account, key, taken_at))  # noqa: B023
        for source, name in names:
            versions = _versions(snapshot, source, name)
            if versions:
                _show_found(snapshot, versions, scene)
                _show_legs(names[1:])
                return
    for snapshot in among:
        fills = [row for row in _fills(scene, snapshot, (order_id,)) if _is_of(row, key)]
        if fills:
            _show_title(f"Order {key}", "It was never in the list of open orders")
            st.caption("It filled at once, or between two refreshes.")
            _show_past((), scene, fills)
            return
    _show_title("No order has this id", key)
    st.caption("Clear the id, or choose another moment or account.")


def _show_found(snapshot: Snapshot, versions: Sequence[OrderVersion], scene: Scene) -> None:
    """An order that was found by an id. It may be open, if the id is not the one in the list."""
    key = versions[-1].order.key
    order = order_opened([snapshot], key) if versions[-1].valid_to is None else None
    if order is None:
        _show_ended(snapshot, versions, scene)
    else:
        _show_order(order, scene)


def _show_legs(others: Sequence[tuple[Source, str]]) -> None:
    """Links to the other orders of the same id."""
    for _, key in others:
        _show_link(f"Open {key}, which has the same id", key, "same")


def _show_ended(snapshot: Snapshot, versions: Sequence[OrderVersion], scene: Scene) -> None:
    order, gone_at = versions[-1].order, versions[-1].valid_to
    if gone_at is None:  # still open, but merged into another row: the book order of a trigger order
        _show_title(headline(order), "Not listed by itself")
        st.caption("This is the book order of a trigger order in the list.")
        _show_links(order, None, scene)
        _show_past(versions, scene, _fills_of(order, None, scene, snapshot))
        return
    outcome = load_or_none("The ending", lambda: load_outcome(scene, order, snapshot.account, gone_at))
    ended = outcome or Outcome(order.account, order.source, order.key, Ending.GONE, gone_at)
    _show_title(headline(order), ending_words(ended, order))
    view, at = scene.view, scene.at
    realised = _realised_facts(order, ended, snapshot, scene)
    st.html(facts_html((*ended_facts(ended, view, at), *realised, *facts_of_ended(order, view, at))))
    _show_links(order, ended, scene)
    _show_past(versions, scene, _fills_of(order, ended, scene, snapshot), ended)


def _realised_facts(order: Order, outcome: Outcome, snapshot: Snapshot, scene: Scene) -> Sequence[tuple[str, str]]:
    """The realised profit of the fills of an ended order, in the base currency. Empty if it closed nothing."""
    names = dict.fromkeys((outcome.book_order_id, order.book_order_id, order.order_id))
    ids = [(snapshot.account.id, order.symbol, name) for name in names if name]
    results = load_or({}, lambda: load_order_results(scene, ids))
    recorded = [results[id_] for id_ in ids if id_ in results]
    if not recorded or not recorded[0].realised:
        return ()
    result, hidden = recorded[0], scene.view.hide_amounts
    profit = money_text(result.realised, result.currency or "", signed=True, hidden=hidden)
    return (("Realised P&L", ", ".join(filter(None, [profit, realised_remark(result, scene.view)]))),)


def _show_title(title: str, state: str) -> None:
    st.html(f'<div class="sf-opened"><b>{escape(title)}</b><span>{escape(state)}</span></div>')


def _show_heading(title: str, note: str) -> None:
    st.html(f'<div class="sf-section"><h2>{escape(title)}</h2><span class="sf-note">{escape(note)}</span></div>')


def _show_links(order: Order, outcome: Outcome | None, scene: Scene) -> None:
    """Links between a trigger order and the order in the book that it became."""
    became = (outcome.book_order_id if outcome else None) or order.book_order_id
    if became is not None and became != order.order_id:
        market = f"{order.exchange_symbol}/"
        name = f"{market}{became}" if order.key.startswith(market) else became
        _show_link(f"Open {became}, what it became in the book", name, "became")
    ended: Sequence[EndedOrderRow] = load_or((), lambda: load_endings(scene, LATELY))
    triggers = {
        row.order.key: row.order.order_id
        for row in ended
        if (row.order.account, row.order.symbol) == (order.account, order.symbol)
        and order.order_id in (row.outcome.book_order_id, row.order.book_order_id)
    }
    for key, order_id in triggers.items():
        if key != order.key:
            _show_link(f"Open {order_id}, the trigger order that it was", key, "former")


def _show_link(label: str, key: str, kind: str) -> None:
    """A link to another order of the same account. `kind` makes the widget key unique."""
    name, icon = f"{kind}_{key}", ":material/link:"
    st.button(label, on_click=open_order, args=(key, opened_account()), type="tertiary", icon=icon, key=name)


def _fills_of(order: Order, outcome: Outcome | None, scene: Scene, snapshot: Snapshot) -> Sequence[FillRow]:
    """The fills of an order under all ids that they may carry."""
    ids = (order.order_id, order.book_order_id, outcome.book_order_id if outcome else None)
    return _fills(scene, snapshot, list(dict.fromkeys(id_ for id_ in ids if id_)), order.symbol)


def _is_of(row: FillRow, key: str) -> bool:
    """Whether a fill is of the order that a link names by its id, or by market and id."""
    return key in (row.fill.order_id, f"{row.fill.exchange_symbol}/{row.fill.order_id}")


def _fills(scene: Scene, snapshot: Snapshot, ids: Sequence[str], symbol: str | None = None) -> Sequence[FillRow]:
    return load_or_none("Fills", lambda: load_fills_of_order(scene, snapshot.account, ids, symbol)) or ()


def _versions(snapshot: Snapshot, source: Source, key: str) -> tuple[OrderVersion, ...] | None:
    return load_or(None, lambda: load_order_versions(snapshot.account, source, key, snapshot.refresh.taken_at))


def _show_past(
    versions: Sequence[OrderVersion] | None,
    scene: Scene,
    fills: Iterable[FillRow] = (),
    outcome: Outcome | None = None,
) -> None:
    """The history of an order, newest first, and the raw payload."""
    if versions is None:
        st.caption("The database does not respond, so the history and the payload are not shown.")
        return
    states = [(v.valid_from, v.valid_to, v.order) for v in versions]
    executions = [row.fill for row in fills]
    changes = timeline_of(states, executions, outcome, hide_amounts=scene.view.hide_amounts)
    changes_text = count_text(len(changes) - len(executions), "change")
    _show_heading("History", f"{changes_text} seen, {count_text(len(executions), 'fill')}")
    st.html(timeline_html(changes, scene.view, scene.at))
    if versions and not scene.view.hide_amounts:
        with st.expander("Raw exchange data", key="order_raw"):
            st.json(_plain(versions[-1].order.raw), expanded=2)


def _plain(value: object) -> object:
    """A payload for JSON, with decimals as texts."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | bool | int) else plain_text(value)
