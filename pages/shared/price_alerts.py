"""Price alerts: "tell me at 2,900" in two taps, filed as a rule of the viewer."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from domain.edits import EditKind
from domain.rules import RuleDefinition
from pages.shared.edits import show_own_edits
from pages.shared.formats import number_text
from pages.shared.rule_edits import file_rule
from pages.shared.scene import Scene

# Moves of the price that are one tap away.
MOVES = tuple(Decimal(percent) / 100 for percent in ("-10", "-5", "-2", "2", "5", "10"))
_ERROR = "price_alert_error"


def show_price_alert(scene: Scene, symbol: str, price: Decimal | None) -> None:
    """A button whose menu has prices near the market and a field for any other. Not of a past moment."""
    if not scene.is_now:
        return
    with st.popover("Tell me at a price", icon=":material/notifications:", key="price_alert"):
        if price is not None:
            st.caption(f"{symbol} is at {number_text(price)}")
            with st.container(horizontal=True, gap="small", key="price_moves"):
                for target in targets_of(price):
                    st.button(number_text(target), on_click=_file, args=(symbol, target, price), key=f"tell_{target}")
        st.text_input("Another price", key="price_alert_at", placeholder="2900")
        st.button("Tell me", on_click=_file_typed, args=(symbol, price), key="price_alert_save")
        if st.session_state.get(_ERROR):
            st.caption(st.session_state[_ERROR])
        show_own_edits((EditKind.RULE,), scene)


def targets_of(price: Decimal) -> Sequence[Decimal]:
    """Prices around the market, rounded to four digits."""
    targets = [Decimal(f"{price * (1 + move):.3e}") for move in MOVES]
    return [Decimal(f"{target:f}") for target in targets]  # 2900, not 2.9E+3


def price_rule(symbol: str, target: Decimal, price: Decimal | None) -> RuleDefinition:
    """The rule that holds once the price reaches the target, from the side where it is now."""
    operator = "<=" if price is not None and target < price else ">="
    return RuleDefinition(f"{symbol} at {target:f}", f"price {operator} {target:f}", (symbol,))


def _file(symbol: str, target: Decimal, price: Decimal | None) -> None:
    st.session_state[_ERROR] = file_rule(price_rule(symbol, target, price))


def _file_typed(symbol: str, price: Decimal | None) -> None:
    text = str(st.session_state.get("price_alert_at") or "").replace(",", "").strip()
    target = _price_in(text)
    if target is None:
        st.session_state[_ERROR] = f"{text[:30] or 'Nothing'} is no price: write a number such as 2900 or 0.115."
        return
    _file(symbol, target, price)
    st.session_state["price_alert_at"] = ""


def _price_in(text: str) -> Decimal | None:
    if not text.replace(".", "", 1).isdecimal() or len(text) > 30:
        return None
    target = Decimal(text)
    return target if target > 0 else None
