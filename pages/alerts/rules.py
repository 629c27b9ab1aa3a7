"""Rules: the list, and one rule with its text, its trial on the past and the answer to "why not?"."""

from collections import Counter
from contextlib import nullcontext

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.alerts import MuteScope
from domain.edits import EditKind
from domain.rules import Rule, RuleDefinition, RuleOrigin
from pages.alerts.editor import show_editor
from pages.alerts.mutes import MINUTES, file_mute
from pages.alerts.subjects import forget_subject
from pages.alerts.trial import show_trial
from pages.alerts.view import ABOUT, ORIGINS, rules_table, span_text
from pages.alerts.why import show_why
from pages.components.table.model import payload_of
from pages.live.recording import forgo_push
from pages.live.tables import live_table
from pages.shared.alerts import load_alerts, load_rules, load_versions
from pages.shared.edits import show_own_edits
from pages.shared.failures import load_or
from pages.shared.formats import moment_text
from pages.shared.scene import Scene
from pages.shared.url_choices import printable
from pages.shared.widgets import empty_html, section, show_band

_RULE, _NEW = "rule", "new rule"


def show_rules(scene: Scene) -> None:
    """The list of rules, or one of them."""
    rules = load_rules()
    name = printable(st.query_params.get(_RULE, ""))
    rule = next((rule for rule in rules if rule.name == name), None)
    if rule is None and name != _NEW:
        _show_list(scene, name)
        return
    forgo_push()  # an editor with its trial, which belongs to one viewer for a while
    if rule is not None:
        _show_rule(scene, rule)
    else:
        _show_new(scene)


def _show_list(scene: Scene, missing: str) -> None:
    with section("Rules", "those in force now"):
        if missing:
            st.caption(f"No rule is named {missing}.")
        if scene.is_now:
            st.button("New rule", on_click=_open, args=(_NEW,), key="new_rule", icon=":material/add:")
        live_table("rules", scene, has_rules, rules_payload, no_rules_html, on_open=_open)
        show_own_edits((EditKind.RULE,), scene)


def has_rules(scene: Scene) -> bool:
    """True if there is any rule. Raises DatabaseUnavailable."""
    return bool(load_rules())


def rules_payload(scene: Scene) -> bytes:
    """The table of the rules. Raises DatabaseUnavailable."""
    active = Counter(alert.rule_id for alert in load_or((), load_alerts) if alert.state.is_active)
    return payload_of(rules_table(load_rules(), active, scene.view, scene.at))


def no_rules_html(scene: Scene) -> str:
    """The place of the rules while there are none."""
    hint = "Write one here or in stillframe.toml. Built-in rules begin once a channel exists."
    return empty_html("No rules", None, scene.view, hint)


def _open(name: str) -> None:
    st.query_params[_RULE] = name
    st.query_params.pop(ABOUT, None)
    forget_subject()


def _close() -> None:
    for name in (_RULE, ABOUT):
        st.query_params.pop(name, None)


def _show_new(scene: Scene) -> None:
    st.button("All rules", on_click=_close, key="all_rules", icon=":material/arrow_back:")
    with section("New rule"):
        draft = show_editor(scene, None)
    _show_proofs(scene, draft)


def _show_rule(scene: Scene, rule: Rule) -> None:
    st.button("All rules", on_click=_close, key="all_rules", icon=":material/arrow_back:")
    reason = st.container(key="rule_reason") if ABOUT in st.query_params else None
    draft: RuleDefinition | None = rule.definition
    with section(rule.name, ORIGINS[rule.origin]):
        if rule.error:
            show_band("failed", f"It rests until its next attempt, because it failed: {rule.error}")
        if rule.warning:
            st.warning(rule.warning)
        if rule.origin is not RuleOrigin.CONFIGURATION and scene.is_now:
            draft = show_editor(scene, rule)
        else:
            _show_fixed(rule)
        if scene.is_now:
            _show_mute(rule)
    _show_proofs(scene, draft, reason)
    with section("Versions", "newest first"):
        for version in load_versions(rule.id):
            when, by = moment_text(version.changed_at, scene.view.zone, scene.at), version.changed_by or "Stillframe"
            st.caption(f"{version.version}, {when}, {by}")
            st.code(version.definition.text, language=None, wrap_lines=True)


def _show_fixed(rule: Rule) -> None:
    definition = rule.definition
    st.code(definition.text, language=None, wrap_lines=True)
    parts = [
        f"about {', '.join(definition.subjects)}",
        f"of {', '.join(definition.accounts)}" if definition.accounts else "",
        f"to {', '.join(definition.channels)}" if definition.channels else "",
        f"holds for {span_text(definition.timing.for_)}",
        f"keeps firing for {span_text(definition.timing.keep_for)}",
        definition.severity.value,
        "" if definition.resolves is None else f"resolves when {definition.resolves}",
        "" if definition.is_enabled else "switched off",
    ]
    st.caption(" · ".join(part for part in parts if part))
    if rule.origin is RuleOrigin.CONFIGURATION:
        st.caption("It can be read here, and changed in stillframe.toml.")


def _show_mute(rule: Rule) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="rule_mute"):
        st.caption("Mute this rule for", width="content")
        for words, minutes in MINUTES.items():
            st.button(words, on_click=file_mute, args=(MuteScope.RULE, rule.name, minutes), key=f"mute_{minutes}")


def _show_proofs(scene: Scene, draft: RuleDefinition | None, reason: DeltaGenerator | None = None) -> None:
    """The past of the rule as a trial, and the reason why it does not hold. Nothing for a text that cannot be parsed.

    `reason` is the place above the editor, for a rule that was opened from its alert.
    """
    if draft is None:
        return
    with section("Would it have fired?", "the same evaluation as live, over the stored past"):
        show_trial(scene, draft)
    with (
        nullcontext() if reason is None else reason,
        section("Why not?" if reason is None else "Why", "each comparison at the moment shown"),
    ):
        show_why(scene, draft)
