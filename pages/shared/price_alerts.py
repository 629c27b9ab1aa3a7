"""Price alerts: "tell me at 2,900" in two taps, filed as a rule of the viewer."""

import re
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from domain.edits import EditKind
from domain.rules import RuleDefinition
from pages.shared.alerts import load_channels
from pages.shared.edits import show_own_edits
from pages.shared.failures import load_or
from pages.shared.formats import number_text
from pages.shared.rule_edits import file_rule
from pages.shared.scene import Scene

# Moves of the price that are one tap away.
MOVES = tuple(Decimal(percent) / 100 for percent in ("-10", "-5", "-2", "2", "5", "10"))
_ANSWER = "price_alert_answer"  # the symbol, and what became of the last choice
_PLAIN = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?|\.[0-9]{1,20}")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3}){1,6}")


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
        example = "2900" if price is None else f"{price.normalize():f}"
        st.text_input("Another price", key="price_alert_at", placeholder=example)
        st.button("Tell me", on_click=_file_typed, args=(symbol, price), key="price_alert_save")
        about, answer = st.session_state.get(_ANSWER, ("", ""))
        if answer and about == symbol:
            st.caption(answer)
        channels: Sequence[object] | None = load_or(None, load_channels)
        if channels is not None and not channels:
            st.caption("No channel is set up, so this alert shows here only")
        show_own_edits((EditKind.RULE,), scene)


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


def _file(symbol: str, target: Decimal, price: Decimal | None) -> None:
    problem = file_rule(price_rule(symbol, target, price))
    st.session_state[_ANSWER] = (symbol, problem or f"You are told {price_words(symbol, target, price)}.")


def _file_typed(symbol: str, price: Decimal | None) -> None:
    text = str(st.session_state.get("price_alert_at") or "").strip()
    target = typed_price(text)
    if target is None:
        st.session_state[_ANSWER] = (symbol, _refusal(text[:30]))
        return
    _file(symbol, target, price)
    st.session_state["price_alert_at"] = ""


def _refusal(text: str) -> str:
    if re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", text):
        return f"{text} can be read in two ways: write the number as 99500.5 or 90,010."
    return f"{text or 'Nothing'} is no price: write a number such as 2900 or 0.115."
