"""Switches of signal alerts: a preset that is on for a market tells when it says buy, and when it says sell."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from analysis.presets import PRESETS
from domain.edits import EditKind
from domain.rules import Rule
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, notes_of, payload_of
from pages.shared.alerts import load_rules
from pages.shared.edits import own_edit_lines, watch_own_edits
from pages.shared.failures import load_or
from pages.shared.rule_edits import file_removal, file_rule
from pages.shared.scene import Scene
from pages.shared.signal_rules import switched, switched_on
from pages.shared.signal_words import preset_text
from pages.shared.url_controls import OnValues, into_url

MENU = "Signal alerts"
_PRESETS = "signal_alerts"  # the name of the control
_ERROR = "signal_alert_error"
_WANTED = "signal_alerts_wanted"  # the symbol, the presets that were on, and those that are to be
_HINT = "Each is a rule to buy and one to sell, listed under Alerts"


@dataclass(frozen=True, slots=True)
class SignalWords:
    """The switches of a session: presets that are on or wait for it, and words about the last changes."""

    on: tuple[str, ...]
    notes: tuple[str, ...]


def show_signal_switches(scene: Scene, symbol: str) -> None:
    """A switch for each preset. Not of a past moment."""
    if not scene.is_now:
        return
    controls = signal_controls(symbol, signal_words(scene, symbol), "")
    draw_controls(payload_of(controls), f"signal_alerts_{symbol}", into_url({}, signal_handlers(symbol)))
    watch_own_edits((EditKind.RULE,), scene, "signals")


def signal_controls(symbol: str, words: SignalWords, menu: str) -> Sequence[Control]:
    """A switch for each preset, in a menu or in the line."""
    options = [(name, preset_text(name)) for name in PRESETS]
    label = f"Alert me to signals of {symbol}"
    return [Control(_PRESETS, label, Kind.TOGGLES, options, words.on, _HINT, menu), *notes_of(menu, words.notes)]


def signal_words(scene: Scene, symbol: str) -> SignalWords:
    """The state of the switches. A change counts as done until the rules are different."""
    on = tuple(switched_on(load_or((), load_rules), symbol))
    about, before, wanted = st.session_state.get(_WANTED, ("", (), ()))
    chosen = wanted if (about, before) == (symbol, on) else on
    notes = (st.session_state.get(_ERROR, ""), *own_edit_lines((EditKind.RULE,), scene))
    return SignalWords(chosen, tuple(note for note in notes if note))


def signal_handlers(symbol: str) -> dict[str, OnValues]:
    """The handler of the switches, by name."""
    rules = load_or((), load_rules)
    return {_PRESETS: partial(_switch, rules, symbol)}


def _switch(rules: Sequence[Rule], symbol: str, chosen: Sequence[str]) -> None:
    before = tuple(switched_on(rules, symbol))
    problems = []
    for name, preset in PRESETS.items():
        if (name in chosen) is not (name in before):
            for definition in switched(rules, preset, symbol, is_on=name in chosen):
                problems.append(file_rule(definition) if definition.subjects else file_removal(definition.name))
    st.session_state[_ERROR] = next((problem for problem in problems if problem), "")
    st.session_state[_WANTED] = (symbol, before, tuple(name for name in PRESETS if name in chosen))
