"""Coin: one coin over all accounts: candles with orders, cost and fills, and everything held and ordered of it."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from analysis.candle_series import series_of
from analysis.indicators import INDICATORS
from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow
from domain.candles import Candle
from domain.sources import ORDER_KINDS, SourceKind
from pages.coin.figures import coin_kpis
from pages.coin.tables import show_coin_fills, show_coin_orders
from pages.coin.view import HEIGHT, CoinFacts, candle_chart, coin_facts, coins_of, markets_of, overlay, price_of
from pages.components.chart.chart import draw_chart
from pages.components.chart.model import Line, payload_of
from pages.overview.gains import load_costs
from pages.overview.view import facts_of
from pages.shared.data_warnings import show_data_warnings
from pages.shared.database import DatabaseUnavailable
from pages.shared.frame import show_page
from pages.shared.loaders import cached_view
from pages.shared.market_data import load_candles
from pages.shared.past import load_fills
from pages.shared.scene import Scene
from pages.shared.url_choices import with_url_values
from pages.shared.widgets import section, show_empty, show_failed, show_kpis

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES, SourceKind.FILLS)
TIMEFRAMES = ("15m", "1h", "1d")
CANDLES = 240
MOST_FILLS = 200
# The overlays of the field's usual charts. Their warm-up is fetched beside the candles that are drawn.
OVERLAYS = {"EMA 10": ("ema", 10), "MA 50": ("sma", 50), "MA 200": ("sma", 200)}
_WARM_UP = 200


def show_coin() -> None:
    """The page."""
    show_page("Coin", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    show_data_warnings(scene, KINDS)
    coins = coins_of(scene.snapshots)
    if not coins:
        show_empty("No coins", scene.taken_at, scene.view)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="coin_filters"):
        coin = st.selectbox("Coin", with_url_values("coin", coins), key="coin", bind="query-params", width=160)
        market = _choose_market(scene, coin)
        timeframe = st.segmented_control(
            "Candles", TIMEFRAMES, default="1h", key="candles", bind="query-params", required=True
        )
        overlays = st.pills("Means", list(OVERLAYS), selection_mode="multi", key="means", bind="query-params")
    facts = _facts(scene, coin)
    show_kpis(list(coin_kpis(facts, None if market is None else price_of(scene.snapshots, market), scene.view)))
    fills = _load_fills(scene, coin)
    if market is not None:
        with section(market[1], market[0]):
            _show_chart(scene, facts, market, timeframe or "1h", overlays, fills or ())
    with section("Open orders", f"of {coin}"):
        show_coin_orders(facts, scene)
    with section("Fills", f"the newest of {coin}"):
        show_coin_fills(fills, scene)


def _choose_market(scene: Scene, coin: str) -> tuple[str, str] | None:
    markets = {f"{symbol} · {venue}": (venue, symbol) for venue, symbol in markets_of(scene.snapshots, coin)}
    if not markets:
        return None
    if len(markets) == 1:
        return next(iter(markets.values()))
    chosen = st.selectbox("Market", list(markets), key=f"market_{coin}", width=240)
    return markets[chosen]


def _facts(scene: Scene, coin: str) -> CoinFacts:
    facts = cached_view(facts_of, scene, scene.view.currency)
    return coin_facts(scene.snapshots, facts, load_costs(scene, facts), coin)


def _load_fills(scene: Scene, coin: str) -> Sequence[FillRow] | None:
    """The newest fills of the coin's markets. None if they could not be read."""
    symbols = {symbol for _, symbol in markets_of(scene.snapshots, coin)}
    try:
        rows, _ = load_fills(scene, FillFilter(symbols=tuple(sorted(symbols)), until=scene.view.as_of), MOST_FILLS)
    except DatabaseUnavailable:
        return None
    return rows


def _show_chart(
    scene: Scene,
    facts: CoinFacts,
    market: tuple[str, str],
    timeframe: str,
    overlays: Sequence[str],
    fills: Sequence[FillRow],
) -> None:
    venue, symbol = market
    count = CANDLES + (_WARM_UP if overlays else 0)
    try:
        candles = _candles(venue, symbol, timeframe, count, scene)
    except DatabaseUnavailable as error:
        show_failed("The candles could not be read", str(error), None, scene.view)
        return
    if not candles:
        hint = "The refresher fetches candles of every market that is held or ordered, the newest first."
        show_empty("No candles are stored yet", None, scene.view, hint)
        return
    lines = [_overlay(name, candles, number) for number, name in enumerate(overlays)]
    of_symbol = [row for row in fills if row.fill.symbol == symbol]
    shown = candles[-CANDLES:]
    draw_chart(payload_of(candle_chart(shown, market, facts, of_symbol, lines, scene.view)), "candles_chart", HEIGHT)


def _candles(venue: str, symbol: str, timeframe: str, count: int, scene: Scene) -> tuple[Candle, ...]:
    return load_candles(venue, symbol, timeframe, count, scene.at)


def _overlay(name: str, candles: Sequence[Candle], number: int) -> Line:
    """A mean of the newest candles. It starts again after a gap."""
    indicator, n = OVERLAYS[name]
    runs = series_of(candles, candles[0].timeframe)
    values = np.concatenate([INDICATORS[indicator].values(run, n) for run in runs])
    known = [None if np.isnan(value) else float(value) for value in values]
    return overlay(name, candles[-CANDLES:], known[-CANDLES:], number)
