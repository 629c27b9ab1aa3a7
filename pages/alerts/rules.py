"""Rules: the list, and one rule with its text, its trial on the past and the answer to "why not?"."""

from collections import Counter

import streamlit as st

from domain.edits import EditKind
from domain.rules import Rule, RuleOrigin
from pages.alerts.editor import show_editor
from pages.alerts.mutes import show_rule_mute
from pages.alerts.subjects import forget_subject
from pages.alerts.trial import show_trial
from pages.alerts.view import ABOUT, ORIGIN_NOTES, rules_table, span_text
from pages.alerts.why import show_why
from pages.components.sheet.sheet import draw_button, draw_html
from pages.components.table.model import payload_of
from pages.live.recording import forgo_push
from pages.live.tables import live_table
from pages.shared.alerts import load_alerts, load_rules, load_versions
from pages.shared.edits import show_own_edits
from pages.shared.failures import guarded, load_or
from pages.shared.formats import moment_text
from pages.shared.scene import Scene
from pages.shared.url_choices import printable
from pages.shared.widgets import draw_note, draw_text, empty_html, section, show_band
from pages.shared.widgets_html import heading_html

_RULE, _NEW = "rule", "new rule"


def show_rules(scene: Scene) -> None:
    """The list of rules, or the head of one of them."""
    rules = load_rules()
    name = _name()
    rule = next((rule for rule in rules if rule.name == name), None)
    if rule is None and name != _NEW:
        _show_list(scene, name)
        return
    forgo_push()  # an editor with its trial, which belongs to one viewer for a while
    draw_button("All rules", "all_rules", _close)
    if rule is None:
        draw_html(heading_html("New rule"))
    else:
        _show_head(scene, rule)


def show_rule_forms(scene: Scene) -> None:
    """The editor of the opened rule, with what depends on the text as it is written. Nothing for the list."""
    name = _name()
    rule = next((rule for rule in load_rules() if rule.name == name), None)
    if rule is None and name != _NEW:
        return
    draft = None if rule is None else rule.definition
    if rule is None or _is_editable(rule, scene):
        with guarded("The editor"):
            draft = show_editor(scene, rule)
    if draft is not None:
        with section("Would it have fired?", "the same evaluation as live, over the stored past"):
            show_trial(scene, draft)
        if not _comes_from_alert():
            with section("Why not?", "each comparison at the moment shown"):
                show_why(scene, draft)
    if rule is not None:
        _show_versions(scene, rule)


def _name() -> str:
    return printable(st.query_params.get(_RULE, ""))


def _is_editable(rule: Rule, scene: Scene) -> bool:
    return rule.origin is not RuleOrigin.CONFIGURATION and scene.is_now


def _comes_from_alert() -> bool:
    return ABOUT in st.query_params


def _show_list(scene: Scene, missing: str) -> None:
    with section("Rules", "those in force now"):
        if missing:
            draw_note(f"No rule is named {missing}.")
        if scene.is_now:
            draw_button("New rule", "new_rule", lambda: _open(_NEW))
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


def _show_head(scene: Scene, rule: Rule) -> None:
    """What stands above the editor: the reason if an alert led here, the state of the rule, and its mutes."""
    if _comes_from_alert():
        with section("Why", "each comparison at the moment shown"):
            show_why(scene, rule.definition)
    with section(rule.name, ORIGIN_NOTES[rule.origin]):
        if rule.error:
            show_band("failed", f"It rests until its next attempt, because it failed: {rule.error}")
        if rule.warning:
            show_band("carried", rule.warning)
        if not _is_editable(rule, scene):
            _show_fixed(rule)
        if scene.is_now:
            show_rule_mute(rule.name)
            show_own_edits((EditKind.MUTE,), scene, "_of_rule")


def _show_fixed(rule: Rule) -> None:
    definition = rule.definition
    draw_text(definition.text)
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
    draw_note(" · ".join(part for part in parts if part))
    if rule.origin is RuleOrigin.CONFIGURATION:
        draw_note("It can be read here, and changed in stillframe.toml.")


def _show_versions(scene: Scene, rule: Rule) -> None:
    with section("Versions", "newest first"):
        for version in load_versions(rule.id):
            when, by = moment_text(version.changed_at, scene.view.zone, scene.at), version.changed_by or "Stillframe"
            draw_note(f"{version.version}, {when}, {by}")
            draw_text(version.definition.text)
