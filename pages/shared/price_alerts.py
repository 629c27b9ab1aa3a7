"""Price alerts: "tell me at 2,900" in two taps, filed as a rule of the viewer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial

import streamlit as st

from domain.edits import Edit, EditKind, EditState
from domain.rules import RuleDefinition, RuleOrigin
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, notes_of, payload_of
from pages.live.recording import live_data
from pages.shared.alerts import load_channels, load_rules
from pages.shared.edits import own_edit_lines, own_edits, watch_own_edits
from pages.shared.failures import load_or
from pages.shared.formats import number_text, price_text
from pages.shared.loaders import load_scene
from pages.shared.market_data import price_of
from pages.shared.rule_edits import file_removal, file_rule
from pages.shared.scene import Scene
from pages.shared.url_controls import OnValues, into_url
from pages.shared.view import View
from pages.shared.viewer import viewer_now

Market = tuple[str, str]  # venue and symbol
# Moves of the price that are one tap away.
MOVES = tuple(Decimal(percent) / 100 for percent in ("-10", "-5", "-2", "2", "5", "10"))
MENU = "Tell me at a price"
_TAPPED, _TYPED, _REMOVED = "near_price", "typed_price", "removed_alert"  # the names of the controls
_NEWEST = timedelta(minutes=1)  # an edit this old stands in the rules
_ANSWER = "price_alert_answer"  # the symbol, and what became of the last choice
_REFUSED = "price_alert_refused"  # the text that the field shows again
_PLAIN = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?|\.[0-9]{1,20}")
_RULE = re.compile(r"price (<=|>=) ([0-9]+(?:\.[0-9]+)?)")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3}){1,6}")


@dataclass(frozen=True, slots=True)
class AlertWords:
    """The words of the menu that belong to the session and its viewer. `refused` holds the text that was no price.

    `alerts` are the viewer's price alerts of the market: the name of each rule, and its words.
    """

    notes: tuple[str, ...]
    refused: tuple[str, ...] = ()
    alerts: tuple[tuple[str, str], ...] = ()


def show_price_alert(scene: Scene, market: Market) -> None:
    """A menu with prices near the market and a field for any other. Not of a past moment."""
    if not scene.is_now:
        return
    draw_controls(
        live_data("price_alert", scene, price_alert_payload, market, price_alert_words(scene, market)),
        "price_alert",
        into_url({}, price_alert_handlers(scene, market)),
    )
    watch_own_edits((EditKind.RULE,), scene, "price_alert")


def price_alert_payload(scene: Scene, market: Market, words: AlertWords) -> bytes:
    """The menu by itself."""
    return payload_of(price_alert_controls(scene, market, words))


def price_alert_controls(scene: Scene, market: Market, words: AlertWords) -> Sequence[Control]:
    """The menu as controls: the newest price, prices near it, a field, and the words about the last choice."""
    price = best_price(scene, market)
    example = "2900" if price is None else f"{price.normalize():f}"
    targets = () if price is None else [(f"{target:f}", number_text(target)) for target in targets_of(price)]
    now = "" if price is None else f"{market[1]} is at {price_text(price)}"
    tapped = Control(_TAPPED, "Prices", Kind.ACTIONS, targets, menu=MENU, is_label_shown=False)
    typed = Control(_TYPED, "Another price", Kind.FIELD, [("", "Tell me")], words.refused, example, MENU)
    listed = [(name, f"✕ {text}") for name, text in words.alerts]
    label = f"Your alerts of {market[1]}, a tap removes one"
    alerts = Control(_REMOVED, label, Kind.ACTIONS, listed, hint="Remove this alert", menu=MENU)
    controls = [*notes_of(MENU, [now]), *([tapped] if targets else []), typed, *([alerts] if listed else [])]
    return [*controls, *notes_of(MENU, words.notes)]


def price_alert_words(scene: Scene, market: Market) -> AlertWords:
    """The words about the last choice of this session, and about the viewer's newest changes."""
    about, answer = st.session_state.get(_ANSWER, ("", ""))
    refused = st.session_state.pop(_REFUSED, "")
    channels: Sequence[object] | None = load_or(None, load_channels)
    alone = "No channel is set up, so this alert shows here only" if channels is not None and not channels else ""
    unread = "Your alerts could not be read" if load_or(None, load_rules) is None else ""
    notes = (answer if about == market[1] else "", alone, unread, *own_edit_lines((EditKind.RULE,), scene))
    alerts = tuple(_alerts_of(scene, market[1]).items())
    return AlertWords(tuple(note for note in notes if note), (refused,) if refused else (), alerts)


def _alerts_of(scene: Scene, symbol: str) -> Mapping[str, str]:
    """The viewer's price alerts of a market: names of rules with their words.

    Rules of the configuration file and of others, which an administrator reads too, cannot be removed here, so they are
    not listed. Newest edits count before the refresher has applied them.
    """
    viewer = load_or(None, viewer_now)
    owner = None if viewer is None else viewer.name or None
    alerts = {
        rule.name: words
        for rule in load_or((), load_rules)
        if rule.origin is RuleOrigin.APP
        and rule.owner == owner
        and rule.definition.subjects == (symbol,)
        and (words := _words_of(rule.definition.text))
    }
    edits: Sequence[Edit] = load_or((), lambda: own_edits((EditKind.RULE,), scene))
    for edit in sorted(edits, key=lambda edit: edit.filed_at):
        if edit.state is EditState.REFUSED or edit.filed_by != owner or edit.filed_at < scene.at - _NEWEST:
            continue
        name = str(edit.payload.get("name"))
        if edit.payload.get("remove"):
            alerts.pop(name, None)
        elif edit.payload.get("subjects") == [symbol] and (words := _words_of(str(edit.payload.get("text")))):
            alerts[name] = words
    return alerts


def _words_of(text: str) -> str:
    """The words of a price alert, as in "falls to 90,010". "" for a rule of another kind."""
    match = _RULE.fullmatch(text)
    return f"{'falls' if match[1] == '<=' else 'rises'} to {Decimal(match[2]):,f}" if match else ""


def price_alert_handlers(scene: Scene, market: Market) -> dict[str, OnValues]:
    """The handlers of the controls, by name. They remember the price that was drawn."""
    file = partial(_file_typed, scene.view, market, best_price(scene, market))
    return {_TAPPED: file, _TYPED: file, _REMOVED: partial(_remove, _alerts_of(scene, market[1]), market[1])}


def best_price(scene: Scene, market: Market) -> Decimal | None:
    """The newest price of the market."""
    price = price_of(scene.snapshots, market)
    return None if price is None else price.best


def targets_of(price: Decimal) -> Sequence[Decimal]:
    """Prices around the market, rounded to four digits."""
    targets = [Decimal(f"{price * (1 + move):.3e}") for move in MOVES]
    return [Decimal(f"{target:f}") for target in targets]  # 2900, not 2.9E+3


def price_rule(symbol: str, target: Decimal, price: Decimal | None) -> RuleDefinition:
    """The rule that holds once the price reaches the target, from the side where it is now."""
    operator = "<=" if price is not None and target < price else ">="
    return RuleDefinition(f"{symbol} at {target:,f}", f"price {operator} {target:f}", (symbol,))


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
    told = f"You are told {price_words(symbol, target, price)}. To undo this, tap it above."
    st.session_state[_ANSWER] = (symbol, problem or told)


def _remove(alerts: Mapping[str, str], symbol: str, values: Sequence[str]) -> None:
    """File the removal of an alert that was listed."""
    name = "".join(values[:1])
    if name in alerts:
        problem = file_removal(name)
        st.session_state[_ANSWER] = (symbol, problem or f"The alert is removed: {symbol} {alerts[name]}.")


def _file_typed(view: View, market: Market, drawn: Decimal | None, values: Sequence[str]) -> None:
    text = "".join(values[:1]).strip()
    target = typed_price(text)
    if target is None:
        st.session_state[_ANSWER], st.session_state[_REFUSED] = (market[1], _refusal(text[:30])), text[:30]
        return
    _file(view, market, target, drawn)


def _refusal(text: str) -> str:
    if re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", text):
        return f"{text} can be read in two ways: write the number as 99500.5 or 90,010."
    return f"{text or 'Nothing'} is no price: write a number such as 2900 or 0.115."
