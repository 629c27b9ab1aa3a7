"""Coin: one coin over all accounts: candles with orders, cost and fills, and everything held and ordered of it."""

import streamlit as st

from pages.coin.candles import show_candles
from pages.coin.controls import show_coin_controls
from pages.coin.market_figures import market_figures_html
from pages.coin.parts import KINDS, choices_shape, coin_figures_html, coins_shape
from pages.coin.tables import show_coin_fills, show_coin_orders
from pages.components.sheet.sheet import box
from pages.live.recording import live_html, live_shape
from pages.shared.coins import load_coins
from pages.shared.failures import guarded
from pages.shared.frame import show_page
from pages.shared.scene import Scene
from pages.shared.widgets import section, show_empty


def show_coin() -> None:
    """The page."""
    show_page("Coin", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    if not load_coins(scene) and "coin" not in st.query_params:
        live_shape("coins", scene, coins_shape)
        show_empty("No coins", scene.taken_at, scene.view)
        return
    with box("coin_filters"):
        choices = show_coin_controls(scene)
    coin, market, drawn = choices.coin, choices.market, choices.drawn
    live_shape("choices", scene, choices_shape, coin, market)
    if market is None and coin not in load_coins(scene):
        hint = "No account holds or orders it, and no market of it is on the watchlist. Choose another coin above."
        show_empty(f"Nothing is known of {coin}", scene.taken_at, scene.view, hint)
        return
    live_html("coin_figures", scene, coin_figures_html, coin, market)
    if market is not None and drawn is not None:
        with section(market[1], market[0]), guarded("The candles"):
            show_candles(scene, coin, drawn)
        with section("Indicators and signals", "of the newest candle that closed"):
            live_html("market_figures", scene, market_figures_html, market, drawn.timeframe)
    with section("Open orders", f"of {coin}"):
        show_coin_orders(scene, coin)
    with section("Fills", f"the newest of {coin}"):
        show_coin_fills(scene, coin)
