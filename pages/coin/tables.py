"""Tables of the coin page: its open orders and its newest fills."""

from datetime import datetime

import numpy as np

from db.reads.fills import FillRow
from domain.sources import ORDER_KINDS
from pages.coin.parts import load_coin, load_coin_fills
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.fills.columns import fill_columns
from pages.fills.opened import OPENED_FILL
from pages.fills.view import fills_frame
from pages.live.tables import live_table
from pages.open_orders.columns import list_columns
from pages.open_orders.listed import SPARE
from pages.open_orders.loading import load_table
from pages.open_orders.opened_order.state import OF, OPENED, link_of
from pages.open_orders.table import OrderTable
from pages.open_orders.view import Seen, seen_words, shown_frame
from pages.open_orders.words import card_words, kind_words
from pages.shared.loaders import cached
from pages.shared.navigation import lead_to
from pages.shared.opened_row import parts_of_row, row_key
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets import empty_html

_HIDDEN_ORDERS = ("symbol", "order_id", "flags", "tif", "card")
_SHOWN_FILLS = ("time", "account", "side", "price", "quantity", "value", "realised", "fee")


def show_coin_orders(scene: Scene, coin: str) -> None:
    """The open orders of the coin, nearest to the market first. A click opens the order."""
    live_table("coin_orders", scene, has_orders, orders_payload, no_orders_html, coin, on_open=_open_order)


def has_orders(scene: Scene, coin: str) -> bool:
    """True if any order is open."""
    return bool(load_coin(scene, coin).orders)


def no_orders_html(scene: Scene, coin: str) -> str:
    """The place of the orders while none is open."""
    return empty_html(f"No open orders of {coin}", scene.taken_at, scene.view)


def orders_payload(scene: Scene, coin: str) -> bytes:
    """The table of the open orders."""
    ages, several = seen_words(scene.lights(ORDER_KINDS), scene), len(scene.accounts) > 1
    key = (scene.key, hash(scene.view), coin, ages, several)
    return cached(_orders_payload, key, load_table(scene), coin, scene.view, ages, several)


def _orders_payload(table: OrderTable, coin: str, view: View, ages: Seen, several: bool) -> bytes:
    chosen = np.flatnonzero(table.column("base") == coin)
    frame = shown_frame(table, chosen, ages, hide_amounts=view.hide_amounts, several=several)
    words = map(card_words, frame["side"], frame["quantity"], frame["price"])
    cells = zip(words, frame["role"], frame["type"], strict=True)
    frame = frame.assign(
        card=[f"{order} · {kind_words(role, types, is_among_all=True)}" for order, role, types in cells]
    )
    names = [table.order(row) for row in chosen.tolist()]
    rows = TableRows([row_key(n.account, n.key) for n in names], [link_of(n.account, n.key, view) for n in names])
    columns = list_columns(view.currency)
    hidden = _HIDDEN_ORDERS if several else (*_HIDDEN_ORDERS, "account")
    order = [column.name for column in columns if column.name not in hidden]
    look = Look("coin_orders", f"Open orders of {coin}", view.inks, order, "distance", spare=SPARE)
    return payload_of(table_of_frame(frame, columns, look, rows))


def _open_order(row: str) -> None:
    account, key = parts_of_row(row)
    lead_to("open_orders", {OPENED: key, OF: account})


def show_coin_fills(scene: Scene, coin: str) -> None:
    """The newest fills of the coin. Raises DatabaseUnavailable."""
    live_table("coin_fills", scene, has_fills, fills_payload, no_fills_html, coin, on_open=_open_fill)


def has_fills(scene: Scene, coin: str) -> bool:
    """True if any fill is known. Raises DatabaseUnavailable."""
    return bool(load_coin_fills(scene, coin))


def no_fills_html(scene: Scene, _: str) -> str:
    """The place of the fills while none is known."""
    return empty_html("No fills are known", scene.taken_at, scene.view)


def fills_payload(scene: Scene, coin: str) -> bytes:
    """The table of the newest fills. Raises DatabaseUnavailable."""
    fills, several = load_coin_fills(scene, coin), len(scene.accounts) > 1
    keys = hash(tuple((row.fill.account, row.fill.key) for row in fills))
    day = scene.at.astimezone(scene.view.zone).date()  # times of today are shown without the date
    key = (scene.past_key, scene.view.as_of, day, keys, hash(scene.view), several)
    return cached(_fills_payload, key, list(fills), scene.view, scene.at, several)


def _fills_payload(fills: list[FillRow], view: View, at: datetime, several: bool) -> bytes:
    order = [name for name in _SHOWN_FILLS if several or name != "account"]
    look = Look("coin_fills", "Fills, newest first", view.inks, order)
    names = [(row.fill.account, row.fill.key) for row in fills]
    rows = TableRows([row_key(*name) for name in names], [OPENED_FILL.link(*name, view) for name in names])
    return payload_of(table_of_frame(fills_frame(fills, view, at, several), fill_columns(view.zone), look, rows))


def _open_fill(row: str) -> None:
    lead_to(OPENED_FILL.path, OPENED_FILL.choices(*parts_of_row(row)))
