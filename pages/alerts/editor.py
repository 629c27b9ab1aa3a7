"""Editor of a rule: its text with errors at once, its subjects, timing and severity. It is filed as an edit."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule, warning_of
from domain.alert_states import Timing
from domain.condition_words import words_of
from domain.edits import EditKind
from domain.rules import EVERY, HELD, WATCHED, Rule, RuleDefinition, RuleOrigin, Severity
from pages.shared.alerts import load_channels
from pages.shared.edits import show_own_edits
from pages.shared.failures import load_or
from pages.shared.market_figures import load_watched, markets_of
from pages.shared.rule_edits import file_removal, file_rule
from pages.shared.scene import Scene

_ERROR, _EXAMPLE = "rule_error", "rule_example"
# Texts to begin with, by what they tell.
EXAMPLES = {
    "A coin has no stop": "covered <= 0 % and value > 100",
    "A price is reached": "price > 100000",
    "A price falls within a day": 'change(price, "1d") < -10 %',
    "RSI is low in an uptrend": 'rsi(14, "4h") < 30 and close("1d") > sma(200, "1d")',
    "One mean crosses another": 'ema(10, "4h") crosses above sma(50, "4h")',
    "Net value falls within a day": 'change(net_value, "1d") <= -5 %',
    "A position nears its liquidation": "distance_to_liquidation < 10 %",
    "The price nears an order": "distance_to_market < 1 %",
    "A stop vanished": 'stop_vanished("1d")',
    "Data cannot be read": "failing_for >= 15m",
}
_ABOUT = "About: held, watched or all, else names of markets, coins, orders or sources."
_COUNT_FLOWS = frozenset({"net_value", "drawdown"})
_LONGEST_MINUTES = 7 * 24 * 60


def show_editor(scene: Scene, rule: Rule | None) -> RuleDefinition | None:
    """The form. Returns the rule as it is written now, None while its text cannot be parsed."""
    before = rule.definition if rule is not None else RuleDefinition("", "")
    key = f"{before.name}_{0 if rule is None else rule.version}"
    name = before.name or st.text_input("Name", key=f"rule_name_{key}", max_chars=80).strip()
    text_key = f"rule_text_{key}"
    if rule is None:
        place = "Choose one, or write below"
        st.selectbox(
            "Example", list(EXAMPLES), None, key=_EXAMPLE, on_change=_take_example, args=(text_key,), placeholder=place
        )
    text = st.text_area("Fires when", before.text, key=text_key, max_chars=2000).strip()
    below_text = st.container()
    draft = _definition(scene, before, name, text, key)
    with below_text:
        is_parsed = _show_check(text, draft.resolves)
    with st.container(horizontal=True, gap="small", key="rule_buttons"):
        st.button("Save", on_click=_file, args=(draft, False), key="rule_save", disabled=not (is_parsed and name))
        if rule is not None and rule.origin is RuleOrigin.APP:
            st.button("Remove", on_click=_file, args=(draft, True), key="rule_remove")
    if st.session_state.get(_ERROR):
        st.caption(st.session_state[_ERROR])
    show_own_edits((EditKind.RULE,), scene)
    return draft if is_parsed else None


def _take_example(text_key: str) -> None:
    """Begin with the text of the chosen example."""
    if (chosen := st.session_state[_EXAMPLE]) is not None:
        st.session_state[text_key] = EXAMPLES[chosen]


def _definition(scene: Scene, before: RuleDefinition, name: str, text: str, key: str) -> RuleDefinition:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="rule_fields"):
        subjects = st.multiselect(
            "About", _subjects(scene, before.subjects), list(before.subjects), key=f"rule_about_{key}", width=260,
            accept_new_options=True,
        )  # fmt: skip
        holds_for = _minutes("Wait before it fires, minutes", before.timing.for_, f"rule_for_{key}")
        keeps_for = _minutes("Wait before it ends, minutes", before.timing.keep_for, f"rule_keep_{key}")
        severities = list(Severity)
        severity = st.selectbox(
            "Severity", severities, severities.index(before.severity), key=f"rule_severity_{key}", width=120
        )
        is_enabled = st.toggle("On", before.is_enabled, key=f"rule_on_{key}")
    st.caption(_ABOUT)
    resolves = st.text_input(
        "Ends when", before.resolves or "", key=f"rule_resolves_{key}", placeholder="It holds no more"
    ).strip()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="rule_places"):
        accounts = [account.name for account in scene.accounts]
        of_accounts = _some("Accounts", accounts, before.accounts, f"rule_accounts_{key}")
        names = [channel.name for channel in load_or((), load_channels)]
        channels = _some("Channels", names, before.channels, f"rule_channels_{key}")
    return RuleDefinition(
        name, text, tuple(subjects) or (HELD,), of_accounts, resolves or None, Timing(holds_for, keeps_for),
        severity, channels, is_enabled,
    )  # fmt: skip


def _some(label: str, names: Sequence[str], before: Sequence[str], key: str) -> tuple[str, ...]:
    """A choice of names, all of them if none is chosen. Names that are gone meanwhile stay until they are removed."""
    options = list(dict.fromkeys((*names, *before)))
    if len(options) < 2 and not before:
        return ()
    return tuple(st.multiselect(label, options, list(before), key=key, width=260, placeholder="All"))


def _minutes(label: str, before: timedelta, key: str) -> timedelta:
    minutes = int(before / timedelta(minutes=1))
    return timedelta(minutes=st.number_input(label, 0, _LONGEST_MINUTES, minutes, key=key, width=190))


def _subjects(scene: Scene, chosen: Sequence[str]) -> list[str]:
    markets = markets_of(scene, load_or((), load_watched))
    return list(dict.fromkeys((HELD, WATCHED, EVERY, *chosen, *(market.symbol for market in markets))))


def _show_check(text: str, resolves: str | None) -> bool:
    """Say at once why the text is not understood. True if it can be used."""
    if not text:
        return False
    try:
        parsed = parsed_rule(text, resolves)
    except RuleError as error:
        st.error(f"This is no rule yet. {str(error)[:1].upper()}{str(error)[1:]}.")
        return False
    warning = warning_of(parsed)
    if warning is not None:
        st.warning(f"{warning[:1].upper()}{warning[1:]}.")
    flows = " A withdrawal lowers net value too." if _COUNT_FLOWS & parsed.term_names else ""
    st.caption(f"For each {parsed.kind.value}: {words_of(parsed.holds)}.{flows}")
    return True


def _file(draft: RuleDefinition, is_removed: bool) -> None:
    st.session_state[_ERROR] = file_removal(draft.name) if is_removed else file_rule(draft)
