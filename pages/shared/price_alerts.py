"""Price alerts: "tell me at 2,900" in two taps, filed as a rule of the viewer."""

import re
from collections.abc import Sequence
from decimal import Decimal
from html import escape

import streamlit as st

from domain.edits import EditKind
from domain.rules import RuleDefinition
from pages.live.recording import live_html
from pages.shared.alerts import load_channels
from pages.shared.edits import show_own_edits
from pages.shared.failures import load_or
from pages.shared.formats import number_text
from pages.shared.loaders import load_scene
from pages.shared.market_data import price_of
from pages.shared.rule_edits import file_rule
from pages.shared.scene import Scene
from pages.shared.view import View

Market = tuple[str, str]  # venue and symbol
# Moves of the price that are one tap away.
MOVES = tuple(Decimal(percent) / 100 for percent in ("-10", "-5", "-2", "2", "5", "10"))
_ANSWER = "price_alert_answer"  # the symbol, and what became of the last choice
_PLAIN = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?|\.[0-9]{1,20}")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3}){1,6}")


def show_price_alert(scene: Scene, market: Market) -> None:
    """A button whose menu has prices near the market and a field for any other. Not of a past moment."""
    if not scene.is_now:
        return
    symbol, price = market[1], best_price(scene, market)
    with st.popover("Tell me at a price", icon=":material/notifications:", key="price_alert"):
        live_html("alert_price", scene, market_price_html, market)
        if price is not None:
            with st.container(horizontal=True, gap="small", key="price_moves"):
                for target in targets_of(price):
                    st.button(number_text(target), on_click=_file, args=(scene.view, market, target, price),
                              key=f"tell_{target}")  # fmt: skip
        example = "2900" if price is None else f"{price.normalize():f}"
        st.text_input("Another price", key="price_alert_at", placeholder=example)
        st.button("Tell me", on_click=_file_typed, args=(scene.view, market, price), key="price_alert_save")
        about, answer = st.session_state.get(_ANSWER, ("", ""))
        if answer and about == symbol:
            st.caption(answer)
        channels: Sequence[object] | None = load_or(None, load_channels)
        if channels is not None and not channels:
            st.caption("No channel is set up, so this alert shows here only")
        show_own_edits((EditKind.RULE,), scene)


def best_price(scene: Scene, market: Market) -> Decimal | None:
    """The newest price of the market."""
    price = price_of(scene.snapshots, market)
    return None if price is None else price.best


def market_price_html(scene: Scene, market: Market) -> str:
    """The newest price in words. "" if none is known."""
    price = best_price(scene, market)
    return "" if price is None else f'<p class="sf-note">{escape(market[1])} is at {number_text(price)}</p>'


def targets_of(price: Decimal) -> Sequence[Decimal]:
    """Prices around the market, rounded to four digits."""
    targets = [Decimal(f"{price * (1 + move):.3e}") for move in MOVES]
    return [Decimal(f"{target:f}") for target in targets]  # 2900, not 2.9E+3


def price_rule(symbol: str, target: Decimal, price: Decimal | None) -> RuleDefinition:
    """The rule that holds once the price reaches the target, from the side where it is now."""
    operator = "<=" if price is not None and target < price else ">="
    return RuleDefinition(f"{symbol} at {target:f}", f"price {operator} {target:f}", (symbol,))


def price_words(symbol: str, target: Decimal, price: Decimal | None) -> str:
    """The moment of the alert: "when BTC falls to 90,010"."""
    base = symbol.partition("/")[0]
    move = "is at or above" if price is None else "falls to" if target < price else "rises to"
    return f"when {base} {move} {target:,f}"


def typed_price(text: str) -> Decimal | None:
    """A price such as 2900, 0.115 or 90,010. None for anything else, also if a comma may be a decimal sign."""
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    target = Decimal(text) if _PLAIN.fullmatch(text) else None
    return target or None


def _file(view: View, market: Market, target: Decimal, drawn: Decimal | None) -> None:
    """File the rule. The price of this moment decides its side: the page may have been drawn a while ago.

    If it cannot be read, the price that was drawn decides.
    """
    newest, symbol = load_or(None, lambda: best_price(load_scene(view), market)), market[1]
    price = drawn if newest is None else newest
    problem = file_rule(price_rule(symbol, target, price))
    st.session_state[_ANSWER] = (symbol, problem or f"You are told {price_words(symbol, target, price)}.")


def _file_typed(view: View, market: Market, drawn: Decimal | None) -> None:
    text = str(st.session_state.get("price_alert_at") or "").strip()
    target = typed_price(text)
    if target is None:
        st.session_state[_ANSWER] = (market[1], _refusal(text[:30]))
        return
    _file(view, market, target, drawn)
    st.session_state["price_alert_at"] = ""


def _refusal(text: str) -> str:
    if re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", text):
        return f"{text} can be read in two ways: write the number as 99500.5 or 90,010."
    return f"{text or 'Nothing'} is no price: write a number such as 2900 or 0.115."
