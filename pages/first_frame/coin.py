"""Coin: the first figures and orders of the coin page."""

from dataclasses import dataclass

import numpy as np

from pages.coin.choices import Market, coin_named, market_named
from pages.coin.parts import coin_kpis_of, load_coin, load_largest_coin, load_markets
from pages.first_frame.html import FirstRows, figures_html, rows_html
from pages.first_frame.orders import order_list
from pages.open_orders.loading import load_table
from pages.shared.choices import Query
from pages.shared.scene import Scene


@dataclass(frozen=True, slots=True)
class CoinChoice:
    """The coin and market of an address. The coin is "" if there is none."""

    coin: str
    market: Market | None


def coin_choice(scene: Scene, query: Query) -> CoinChoice:
    """The choice that the page makes for the same address."""
    coin = coin_named(query.get("coin", ()), load_largest_coin(scene))
    return CoinChoice(coin, market_named(query.get("market", ()), load_markets(scene, coin)) if coin else None)


def coin_html(scene: Scene, choice: CoinChoice) -> str:
    """The figures and the open orders of the coin."""
    coin = choice.coin
    if not coin:
        return rows_html(FirstRows("", (), (), empty="No coins"))
    return figures_html(coin_kpis_of(scene, coin, choice.market)) + rows_html(coin_order_rows(scene, coin))


def coin_order_rows(scene: Scene, coin: str) -> FirstRows:
    """The open orders of the coin, nearest to the market first."""
    table, several = load_table(scene), len(scene.accounts) > 1
    names = ["Side", *(["Account"] if several else []), "Role", "Price", "Distance", "Quantity", "Value"]
    is_read = load_coin(scene, coin).orders_are_read
    empty = f"No open orders of {coin}" if is_read else f"Not all orders could be read, so orders of {coin} are unknown"
    return order_list(scene.view, table, np.flatnonzero(table.column("base") == coin), "Open orders", names, empty)
