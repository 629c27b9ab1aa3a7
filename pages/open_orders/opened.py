"""Opened: the part of the page that shows one order whole."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from db.reads.fills import FillRow
from db.reads.order_versions import OrderVersion
from domain.endings import Ending, Outcome
from domain.orders import Order
from domain.snapshot import Snapshot
from domain.sources import Source, order_sources
from pages.open_orders.detail import changes_frame, facts_of, facts_of_ended, group_frame, group_of, timeline_of
from pages.open_orders.endings import ended_facts, ending_words
from pages.open_orders.listing import close_order, open_order, opened_key
from pages.open_orders.recent import LATELY
from pages.open_orders.table import order_opened
from pages.open_orders.words import AT_MARKET, limit_word, side_word, trigger_kind_word, trigger_word, type_words
from pages.shared.database import DatabaseUnavailable
from pages.shared.formats import count_text, plain_text
from pages.shared.loaders import load_order_versions
from pages.shared.past import load_endings, load_fills_of_order, load_outcome
from pages.shared.scene import Scene
from pages.shared.widgets import section


def show_opened(scene: Scene) -> None:
    """The order that the URL names, or how to open one."""
    key = opened_key()
    with section("Order", "" if key is None else key):
        if key is None:
            _say("No order is opened", "Select a row to see its group, its past and what the exchange sent.")
            return
        order = order_opened(scene.snapshots, key)
        if order is None:
            _show_gone(key, scene)
        else:
            _show_order(order, scene)
        st.button("Close", on_click=close_order, key="close_order", type="tertiary", icon=":material/close:")


def _show_order(order: Order, scene: Scene) -> None:
    snapshot = next(s for s in scene.snapshots if s.account.name == order.account)
    st.html(_facts_html(_headline(order), facts_of(order, scene.view, scene.at)))
    group = group_of(scene.snapshots, order)
    if group is not None:
        name = group.contingency.value if group.contingency else "Group"
        st.caption(f"{name}: {len(group.orders)} open legs" if len(group.orders) > 1 else f"{name}: this leg is left")
        st.dataframe(
            group_frame(group, order, scene.view), hide_index=True, column_config=_group_columns(), key="order_group"
        )
    _show_links(order, None, scene)
    _show_past(_versions(snapshot, order.source, order.key), scene, _fills(scene, snapshot, _ids(order, None)))


def _show_gone(key: str, scene: Scene) -> None:
    """An order that is not open at this moment: how it ended, what became of it, and what is known of its past."""
    for snapshot in scene.snapshots:
        for source in order_sources(snapshot.sources):
            if versions := _versions(snapshot, source, key):
                _show_ended(snapshot, versions, scene)
                return
    for snapshot in scene.snapshots:
        if fills := _fills(scene, snapshot, (key,)):
            _say("It never stood in the list of open orders", "It was filled at once, or before Stillframe looked.")
            _show_past((), scene, fills)
            return
    _say("No order of that id is known", "Clear it, or look at another moment or account.")


def _show_ended(snapshot: Snapshot, versions: Sequence[OrderVersion], scene: Scene) -> None:
    order, gone_at = versions[-1].order, versions[-1].valid_to
    if gone_at is None:  # it stands, but is folded into another order: the book order of a trigger
        _say("Not listed by itself", "It is the book's side of another order of the list.")
        _show_past(versions, scene, _fills(scene, snapshot, _ids(order, None)))
        return
    try:
        outcome = load_outcome(scene, order, snapshot.account, gone_at)
    except DatabaseUnavailable:
        outcome = None
        st.caption("How it ended could not be read just now: the database does not answer.")
    known = outcome or Outcome(order.account, order.source, order.key, Ending.GONE, gone_at)
    headline = f"{ending_words(known, order)} · {_headline(order)}"
    st.html(
        _facts_html(
            headline, (*ended_facts(known, order, scene.view, scene.at), *facts_of_ended(order, scene.view, scene.at))
        )
    )
    _show_links(order, known, scene)
    _show_past(versions, scene, _fills(scene, snapshot, _ids(order, known)), known)


def _show_links(order: Order, outcome: Outcome | None, scene: Scene) -> None:
    """The ways between a trigger order and the order in the book that it became (Lesson 8)."""
    became = (outcome.book_order_id if outcome else None) or order.book_order_id
    if became is not None and became != order.order_id:
        _link(f"Open {became}, what it became in the book", became)
    try:
        ended = load_endings(scene, LATELY)
    except DatabaseUnavailable:
        return
    for row in ended:
        former = row.order
        if order.order_id in (row.outcome.book_order_id, former.book_order_id) and former.key != order.key:
            _link(f"Open {former.order_id}, the trigger order that it was", former.key)


def _link(label: str, key: str) -> None:
    st.button(label, on_click=open_order, args=(key,), type="tertiary", icon=":material/link:", key=f"link_{key}")


def _ids(order: Order, outcome: Outcome | None) -> Sequence[str]:
    """Every id under which the fills of an order may stand."""
    ids = (order.order_id, order.book_order_id, outcome.book_order_id if outcome else None)
    return list(dict.fromkeys(id_ for id_ in ids if id_))


def _fills(scene: Scene, snapshot: Snapshot, ids: Sequence[str]) -> Sequence[FillRow]:
    try:
        return load_fills_of_order(scene, snapshot.account, ids)
    except DatabaseUnavailable:
        st.caption("Its fills could not be read just now: the database does not answer.")
        return ()


def _versions(snapshot: Snapshot, source: Source, key: str) -> tuple[OrderVersion, ...] | None:
    try:
        return load_order_versions(snapshot.account, source, key, snapshot.refresh.taken_at)
    except DatabaseUnavailable:
        return None


def _show_past(
    versions: Sequence[OrderVersion] | None,
    scene: Scene,
    fills: Sequence[FillRow] = (),
    outcome: Outcome | None = None,
) -> None:
    """The life of an order, newest first, and what the exchange sent."""
    if versions is None:
        st.caption("Its past and its payload could not be read just now: the database does not answer.")
        return
    told = [(v.valid_from, v.valid_to, v.order) for v in versions]
    own = [row.fill for row in fills]
    changes = timeline_of(told, own, outcome, hide_amounts=scene.view.hide_amounts)
    st.caption(f"Past: {count_text(len(changes) - len(own), 'change')} seen, {count_text(len(own), 'fill')}")
    st.dataframe(changes_frame(changes, scene.view), hide_index=True, column_config=_change_columns(), key="order_past")
    if versions and not scene.view.hide_amounts:
        with st.expander("What the exchange sent", key="order_raw"):
            st.json(_plain(versions[-1].order.raw), expanded=2)


def _headline(order: Order) -> str:
    limit = limit_word(order)
    trigger = f"trigger {trigger_word(order)} {trigger_kind_word(order)}".rstrip() if order.waits_for_trigger else ""
    price = "at market" if limit == AT_MARKET else f"at {limit}"
    return " · ".join(
        part for part in (f"{side_word(order)} {order.symbol}", *type_words(order), trigger, price) if part
    )


def _facts_html(headline: str, facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    return f'<div class="sf-facts"><b>{escape(headline)}</b><dl>{rows}</dl></div>'


def _say(title: str, hint: str) -> None:
    st.html(f'<div class="sf-empty"><b>{escape(title)}</b>{escape(hint)}</div>')


def _plain(value: object) -> object:
    """A payload as JSON can tell it: decimals as the texts they were."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, str | bool | int) else plain_text(value)


def _group_columns() -> dict[str, Any]:
    return {
        "this": st.column_config.TextColumn("", width=24),
        "role": st.column_config.TextColumn("Role"),
        "side": st.column_config.TextColumn("Side"),
        "type": st.column_config.TextColumn("Type"),
        "trigger": st.column_config.TextColumn("Trigger", alignment="right"),
        "limit": st.column_config.TextColumn("Limit", alignment="right"),
        "quantity": st.column_config.TextColumn("Quantity", alignment="right"),
        "status": st.column_config.TextColumn("Status"),
        "order_id": st.column_config.TextColumn("Order id"),
    }


def _change_columns() -> dict[str, Any]:
    return {
        "when": st.column_config.TextColumn("When"),
        "what": st.column_config.TextColumn("What", width=150),
        "before": st.column_config.TextColumn("From", alignment="right"),
        "after": st.column_config.TextColumn("To", alignment="right", width=170),
        "utc": st.column_config.TextColumn("UTC"),
    }
