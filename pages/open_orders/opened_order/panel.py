"""Panel: the side panel with all facts of one order, open or ended. The stream renews it."""

from collections.abc import Sequence

import streamlit as st

from pages.live.recording import live_html, live_shape
from pages.open_orders.opened_order.loading import Found, load_opened
from pages.open_orders.opened_order.parts import (
    Link,
    head_html,
    legs_html,
    legs_of,
    life_html,
    links_of,
    places_shape,
    prices_html,
    raw_of,
    same_links,
)
from pages.open_orders.opened_order.state import close_order, open_order, opened_account, opened_key
from pages.shared.price_alerts import show_price_alert
from pages.shared.scene import Scene
from pages.shared.side_panel import show_raw, side_panel


def show_opened(scene: Scene) -> None:
    """Draw the order that the URL names, if any."""
    key = opened_key()
    if key is None:
        return
    with side_panel(close_order):
        _show(scene, key, opened_account())


def _show(scene: Scene, key: str, account: str | None) -> None:
    opened = load_opened(scene, key, account)
    live_shape("opened_places", scene, places_shape, key, account)
    live_html("opened_head", scene, head_html, key, account)
    if opened.found is Found.OPEN and opened.order is not None and opened.snapshot is not None:
        show_price_alert(scene, (opened.snapshot.account.venue, opened.order.symbol))
    live_html("opened_legs", scene, legs_html, key, account)
    legs = legs_of(opened, scene)
    if legs:
        with st.container(horizontal=True, gap="small", key="leg_links"):
            _show_links(legs)
    _show_links(links_of(opened, scene))
    live_html("opened_life", scene, life_html, key, account)
    show_raw(raw_of(opened, scene), "order_raw")
    live_html("opened_prices", scene, prices_html, key, account)
    _show_links(same_links(opened))


def _show_links(links: Sequence[Link]) -> None:
    for link in links:
        args, name = (link.key, opened_account()), f"{link.kind}_{link.key}"
        st.button(link.label, on_click=open_order, args=args, type="tertiary", icon=":material/link:", key=name)
