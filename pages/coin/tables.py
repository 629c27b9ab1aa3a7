"""Tables of the coin page: its open orders and its newest fills."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from db.reads.fills import FillRow
from domain.sources import ORDER_KINDS
from pages.coin.view import CoinFacts
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.components.table.table import draw_table
from pages.fills.columns import fill_columns
from pages.fills.view import fills_frame
from pages.open_orders.columns import list_columns
from pages.open_orders.opened_order.state import OF, OPENED, link_of, order_of_row, row_key
from pages.open_orders.table import table_of
from pages.open_orders.view import seen_words, shown_frame
from pages.shared.loaders import cached, cached_view
from pages.shared.navigation import lead_to
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets import draw_frame, show_empty, show_failed

_HIDDEN_ORDERS = ("symbol", "order_id", "flags", "tif")
_SHOWN_FILLS = ("time", "account", "side", "price", "quantity", "value", "realised", "fee")


def show_coin_orders(facts: CoinFacts, scene: Scene) -> None:
    """The open orders of the coin, nearest to the market first. A click opens the order."""
    if not facts.orders:
        show_empty(f"No open orders of {facts.coin}", scene.taken_at, scene.view)
        return
    table = cached_view(table_of, scene, scene.view.currency)
    requested = {(order.account, order.source, order.key) for order in facts.orders}
    chosen = [n for n, name in enumerate(table.names) if (name.account, name.source, name.key) in requested]
    several = len(scene.accounts) > 1
    ages = seen_words(scene.lights(ORDER_KINDS), scene)
    frame = shown_frame(table, pd.Index(chosen).to_numpy(), ages, hide_amounts=scene.view.hide_amounts, several=several)
    names = [table.names[n] for n in chosen]
    rows = TableRows([row_key(n.account, n.key) for n in names], [link_of(n.account, n.key) for n in names])
    columns = list_columns(scene.view.currency)
    hidden = _HIDDEN_ORDERS if several else (*_HIDDEN_ORDERS, "account")
    order = [column.name for column in columns if column.name not in hidden]
    look = Look("coin_orders", f"Open orders of {facts.coin}", scene.view.inks, order, "distance")
    draw_frame(frame, columns, look, "coin_orders", rows, _open_order)


def _open_order(row: str) -> None:
    account, key = order_of_row(row)
    lead_to("open_orders", {OPENED: key, OF: account})


def show_coin_fills(fills: Sequence[FillRow] | None, scene: Scene) -> None:
    """The newest fills of the coin. None: they could not be read."""
    if fills is None:
        show_failed("Fills could not be read", "Stillframe retries automatically.", None, scene.view)
        return
    if not fills:
        show_empty("No fills are known", scene.taken_at, scene.view)
        return
    keys = hash(tuple((row.fill.account, row.fill.key) for row in fills))
    several = len(scene.accounts) > 1
    key = (scene.key, scene.past_key, scene.at, keys, hash(scene.view), several)
    draw_table(cached(_fills_payload, key, list(fills), scene.view, scene.at, several), "coin_fills")


def _fills_payload(fills: list[FillRow], view: View, at: datetime, several: bool) -> bytes:
    order = [name for name in _SHOWN_FILLS if several or name != "account"]
    look = Look("coin_fills", "Fills, newest first", view.inks, order)
    return payload_of(table_of_frame(fills_frame(fills, view, at, several), fill_columns(view.zone), look))
