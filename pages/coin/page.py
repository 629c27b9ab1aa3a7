"""Coin: one coin over all accounts: candles with orders, cost and fills, and everything held and ordered of it."""

from collections.abc import Sequence

import streamlit as st

from analysis.presets import PRESETS
from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow
from domain.sources import ORDER_KINDS, SourceKind
from pages.coin.candles import COUNTS, OVERLAYS, Drawn, show_candles
from pages.coin.figures import coin_kpis
from pages.coin.market_figures import show_market_figures
from pages.coin.tables import show_coin_fills, show_coin_orders
from pages.coin.view import CoinFacts, coin_facts, coins_of, markets_of, price_of
from pages.overview.gains import load_costs
from pages.overview.view import facts_of
from pages.shared.data_warnings import show_data_warnings
from pages.shared.database import DatabaseUnavailable
from pages.shared.failures import load_or
from pages.shared.frame import show_page
from pages.shared.loaders import cached_view
from pages.shared.market_figures import load_watched
from pages.shared.past import load_fills
from pages.shared.price_alerts import show_price_alert
from pages.shared.scene import Scene
from pages.shared.signal_alerts import show_signal_switches
from pages.shared.url_choices import with_url_values
from pages.shared.widgets import section, show_empty, show_kpis

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES, SourceKind.FILLS)
TIMEFRAMES = ("15m", "1h", "1d")
MOST_FILLS = 200


def show_coin() -> None:
    """The page."""
    show_page("Coin", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    show_data_warnings(scene, KINDS)
    coins = coins_of(scene.snapshots)
    if not coins and "coin" not in st.query_params:
        show_empty("No coins", scene.taken_at, scene.view)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="coin_filters"):
        coin = st.selectbox("Coin", with_url_values("coin", coins), key="coin", bind="query-params", width=160)
        market = _choose_market(scene, coin)
        timeframe = st.segmented_control(
            "Candles", TIMEFRAMES, default="1h", key="candles", bind="query-params", required=True
        )
        count = st.segmented_control(
            "Shown", COUNTS, default=COUNTS[0], key="count", bind="query-params", required=True
        )
        overlays = st.pills("Lines", list(OVERLAYS), selection_mode="multi", key="means", bind="query-params")
        preset = st.selectbox(
            "Signals", list(PRESETS), index=None, key="signals", bind="query-params", placeholder="None", width=190
        )
    facts = _facts(scene, coin)
    price = None if market is None else price_of(scene.snapshots, market)
    show_kpis(list(coin_kpis(facts, price, scene.view)))
    fills = _load_fills(scene, coin)
    if market is not None:
        with section(market[1], market[0]):
            shapes = Drawn(market, timeframe or "1h", int(count or COUNTS[0]), tuple(overlays), preset)
            show_candles(scene, facts, shapes, fills or ())
            show_price_alert(scene, market[1], None if price is None else price.best)
        with section("Indicators and signals", "of the newest candle that closed"):
            show_market_figures(scene, market, timeframe or "1h")
            show_signal_switches(scene, market[1])
    with section("Open orders", f"of {coin}"):
        show_coin_orders(facts, scene)
    with section("Fills", f"the newest of {coin}"):
        show_coin_fills(fills, scene)


def _choose_market(scene: Scene, coin: str) -> tuple[str, str] | None:
    added = [(m.venue, m.symbol) for m in load_or((), load_watched) if m.symbol.partition("/")[0] == coin]
    keys = dict.fromkeys((*markets_of(scene.snapshots, coin), *added))
    markets = {f"{symbol} · {venue}": (venue, symbol) for venue, symbol in keys}
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
