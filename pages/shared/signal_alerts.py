"""Switches of signal alerts: a preset that is on for a market tells when it says buy, and when it says sell."""

from collections.abc import Sequence

import streamlit as st

from analysis.presets import PRESETS
from domain.edits import EditKind
from domain.rules import Rule
from pages.shared.alerts import load_rules
from pages.shared.edits import show_own_edits
from pages.shared.failures import load_or
from pages.shared.rule_edits import file_removal, file_rule
from pages.shared.scene import Scene
from pages.shared.signal_rules import switched, switched_on
from pages.shared.signal_words import preset_text

_ERROR = "signal_alert_error"


def show_signal_switches(scene: Scene, symbol: str) -> None:
    """A switch for each preset. Not of a past moment."""
    if not scene.is_now:
        return
    rules = load_or((), load_rules)
    on = switched_on(rules, symbol)
    key = f"signal_alerts_{symbol}_{'_'.join(on)}"
    st.pills(
        f"Alert me to signals of {symbol}", list(PRESETS), selection_mode="multi", default=on, key=key,
        format_func=preset_text, on_change=_switch, args=(rules, symbol, on, key),
        help="Each is a rule to buy and one to sell, listed under Alerts",
    )  # fmt: skip
    if st.session_state.get(_ERROR):
        st.caption(st.session_state[_ERROR])
    show_own_edits((EditKind.RULE,), scene, "signals")


def _switch(rules: Sequence[Rule], symbol: str, before: Sequence[str], key: str) -> None:
    chosen = st.session_state.get(key) or []
    problems = []
    for name, preset in PRESETS.items():
        if (name in chosen) is not (name in before):
            for definition in switched(rules, preset, symbol, is_on=name in chosen):
                problems.append(file_rule(definition) if definition.subjects else file_removal(definition.name))
    st.session_state[_ERROR] = next((problem for problem in problems if problem), "")
