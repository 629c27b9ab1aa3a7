"""Coin: one coin over all accounts: candles with orders, cost and fills, and everything held and ordered of it."""

import streamlit as st

from analysis.presets import PRESETS
from pages.coin.candles import COUNTS, OVERLAYS, Drawn, show_candles
from pages.coin.choices import Market
from pages.coin.market_figures import market_figures_html
from pages.coin.parts import KINDS, choices_shape, coin_figures_html, coins_shape, load_coins, load_markets
from pages.coin.tables import show_coin_fills, show_coin_orders
from pages.live.recording import live_html, live_shape
from pages.shared.data_warnings import show_data_warnings
from pages.shared.failures import guarded
from pages.shared.frame import show_page
from pages.shared.price_alerts import show_price_alert
from pages.shared.scene import Scene
from pages.shared.signal_alerts import show_signal_switches
from pages.shared.url_choices import with_url_values
from pages.shared.widgets import section, show_empty

TIMEFRAMES = ("15m", "1h", "1d")


def show_coin() -> None:
    """The page."""
    show_page("Coin", KINDS, _show_body, is_live=True)


def _show_body(scene: Scene) -> None:
    show_data_warnings(scene, KINDS)
    coins = load_coins(scene)
    if not coins and "coin" not in st.query_params:
        live_shape("coins", scene, coins_shape)
        show_empty("No coins", scene.taken_at, scene.view)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="coin_filters"):
        coin = st.selectbox("Coin", with_url_values("coin", coins), key="coin", bind="query-params", width=160)
        market = _choose_market(scene, coin)
        timeframe = st.segmented_control(
            "Candles", TIMEFRAMES, default="1h", key="candles", bind="query-params", required=True
        )
        count, overlays, preset = _choose_lines()
    live_shape("choices", scene, choices_shape, coin, market)
    live_html("coin_figures", scene, coin_figures_html, coin, market)
    if market is not None:
        with section(market[1], market[0]):
            shapes = Drawn(market, timeframe or "1h", count, overlays, preset)
            with guarded("The candles"):
                show_candles(scene, coin, shapes)
            show_price_alert(scene, market)
        with section("Indicators and signals", "of the newest candle that closed"):
            live_html("market_figures", scene, market_figures_html, market, timeframe or "1h")
            show_signal_switches(scene, market[1])
    with section("Open orders", f"of {coin}"):
        show_coin_orders(scene, coin)
    with section("Fills", f"the newest of {coin}"):
        show_coin_fills(scene, coin)


def _choose_lines() -> tuple[int, tuple[str, ...], str | None]:
    """The number of candles, the overlays, and the preset of the marks. Chosen rarely, so in a menu."""
    with st.popover("Lines and signals", icon=":material/show_chart:", key="coin_lines"):
        count = st.segmented_control(
            "Shown", COUNTS, default=COUNTS[0], key="count", bind="query-params", required=True
        )
        overlays = st.pills("Lines", list(OVERLAYS), selection_mode="multi", key="means", bind="query-params")
        preset = st.selectbox(
            "Signals", list(PRESETS), index=None, key="signals", bind="query-params", placeholder="None"
        )
    return int(count or COUNTS[0]), tuple(overlays), preset


def _choose_market(scene: Scene, coin: str) -> Market | None:
    markets = {f"{symbol} · {venue}": (venue, symbol) for venue, symbol in load_markets(scene, coin)}
    if not markets:
        return None
    if len(markets) == 1:
        return next(iter(markets.values()))
    chosen = st.selectbox("Market", list(markets), key=f"market_{coin}", width=240)
    return markets[chosen]
