"""Controls of the coin page: coin, market, candles and lines in the address, and menus of alerts, in one component."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from analysis.presets import PRESETS
from domain.edits import EditKind
from pages.coin.candles import COUNTS, OVERLAYS, Drawn
from pages.coin.choices import Market, coin_named, market_named, market_text
from pages.coin.parts import load_largest_coin, load_markets
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.live.recording import live_data
from pages.shared.coins import load_coins
from pages.shared.edits import watch_own_edits
from pages.shared.navigation import put_in_url
from pages.shared.price_alerts import AlertWords, price_alert_controls, price_alert_handlers, price_alert_words
from pages.shared.scene import Scene
from pages.shared.signal_alerts import MENU as SIGNALS_MENU
from pages.shared.signal_alerts import SignalWords, signal_controls, signal_handlers, signal_words
from pages.shared.url_choices import with_url_values
from pages.shared.url_controls import (
    OnValues,
    into_url,
    keep_choices,
    recall_choices,
    url_choice,
    url_choices,
)

KEY, _OPENED = "coin_controls", "opened_coin"
TIMEFRAMES = ("15m", "1h", "1d")
_LINES = "Lines and signals"
# The names in the address. A choice of its default leaves the address.
_DEFAULTS = {"candles": "1h", "count": COUNTS[0], "means": "", "signals": ""}
_NAMES = ("coin", "market", *_DEFAULTS)


@dataclass(frozen=True, slots=True)
class CoinChoices:
    """The choices of the viewer. `drawn` is None for a coin without a market."""

    coin: str
    market: Market | None
    timeframe: str
    count: str
    overlays: tuple[str, ...]
    preset: str

    @property
    def drawn(self) -> Drawn | None:
        """The choices of the chart."""
        if self.market is None:
            return None
        return Drawn(self.market, self.timeframe, int(self.count), self.overlays, self.preset or None)


@dataclass(frozen=True, slots=True)
class AlertMenus:
    """The words in the menus of alerts about a market."""

    price: AlertWords
    signals: SignalWords


def show_coin_controls(scene: Scene) -> CoinChoices:
    """Draw the controls, and return the choices of the address."""
    _recall()
    choices = _choices_of_url(scene)
    keep_choices(KEY, _NAMES)
    handlers: dict[str, OnValues] = {"coin": _show_coin, "market": partial(put_in_url, "market")}
    menus = None
    if scene.is_now and choices.market is not None:
        symbol = choices.market[1]
        menus = AlertMenus(price_alert_words(scene, choices.market), signal_words(scene, symbol))
        handlers |= price_alert_handlers(scene, choices.market) | signal_handlers(symbol)
    coins = tuple(with_url_values("coin", load_coins(scene)))
    payload = live_data(KEY, scene, controls_payload, coins, choices, menus)
    draw_controls(payload, KEY, into_url(_DEFAULTS, handlers))
    if menus is not None:
        watch_own_edits((EditKind.RULE,), scene, KEY)
    return choices


def _recall() -> None:
    """Take up the choices of the last visit. A link to a coin begins with its first market."""
    names_coin = "coin" in st.query_params
    recall_choices(KEY, [name for name in _NAMES if name != "market" or not names_coin])


def _choices_of_url(scene: Scene) -> CoinChoices:
    coin = coin_named(st.query_params.get_all("coin"), _opened_coin(scene))
    markets = load_markets(scene, coin)
    texts = [market_text(market) for market in markets]
    return CoinChoices(
        coin,
        market_named([url_choice("market", texts, texts[0])], markets) if texts else None,
        url_choice("candles", TIMEFRAMES, "1h"),
        url_choice("count", COUNTS, COUNTS[0]),
        url_choices("means", list(OVERLAYS)),
        url_choice("signals", list(PRESETS), ""),
    )


def _opened_coin(scene: Scene) -> str:
    """The coin of an address that names none. It stays for the session, whatever prices do."""
    coin: str = st.session_state.get(_OPENED, "")
    if coin not in load_coins(scene):
        coin = st.session_state[_OPENED] = load_largest_coin(scene)
    return coin


def _show_coin(values: Sequence[str]) -> None:
    """Another coin has other markets."""
    st.query_params.pop("market", None)
    put_in_url("coin", values)


def controls_payload(scene: Scene, coins: Sequence[str], choices: CoinChoices, menus: AlertMenus | None) -> bytes:
    """The controls as the browser gets them."""
    markets = load_markets(scene, choices.coin)
    controls = [Control("coin", "Coin", Kind.SELECT, options_of(coins), [choices.coin])]
    if choices.market is not None and len(markets) > 1:
        options = options_of(market_text(market) for market in markets)
        controls.append(Control("market", "Market", Kind.SELECT, options, [market_text(choices.market)]))
    controls += [
        Control("candles", "Candles", Kind.BUTTONS, options_of(TIMEFRAMES), [choices.timeframe]),
        Control("count", "Shown", Kind.BUTTONS, options_of(COUNTS), [choices.count], menu=_LINES),
        Control("means", "Lines", Kind.TOGGLES, options_of(OVERLAYS), choices.overlays, menu=_LINES),
        Control("signals", "Signals", Kind.SELECT, [("", "None"), *options_of(PRESETS)], [choices.preset], menu=_LINES),
    ]
    if menus is not None and choices.market is not None:
        controls += price_alert_controls(scene, choices.market, menus.price)
        controls += signal_controls(choices.market[1], menus.signals, SIGNALS_MENU)
    return payload_of(controls)
