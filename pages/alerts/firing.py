"""Firing: what fires, what is pending and what is muted now, or at a past moment."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from domain.alert_states import State
from domain.alerts import Alert, Mute, MuteScope, subject_from
from domain.edits import EditKind
from pages.alerts.channels import file_about
from pages.alerts.mutes import mute_payload, show_mutes, targets_of
from pages.alerts.subjects import forget_subject
from pages.alerts.view import ABOUT, ACKNOWLEDGE, MUTE, firing_table
from pages.components.table.model import payload_of
from pages.live.recording import live_shape
from pages.live.tables import live_table
from pages.shared.alerts import Firing, end_of_second, load_alerts, load_firing, load_mutes
from pages.shared.edits import show_own_edits
from pages.shared.failures import load_or
from pages.shared.scene import Scene
from pages.shared.widgets import empty_html, section

RULE_TAB = "Rules"


def show_firing(scene: Scene) -> None:
    """The alerts of the moment with their mutes."""
    live_shape("choices", scene, choices_shape)
    with section("Firing"):
        live_table("firing", scene, fires, firing_payload, nothing_fires_html, on_open=_open_rule, on_act=act)
        show_own_edits((EditKind.ACKNOWLEDGE, EditKind.MUTE), scene)
    if scene.is_now:
        with section("Pending", "a rule that holds, but not yet for long enough"):
            live_table(
                "pending", scene, is_pending, pending_payload, nothing_pending_html, on_open=_open_rule, on_act=act
            )
    with section("Muted", "their messages are held back"):
        show_mutes(scene, load_mutes(end_of_second(scene.at)))


def choices_shape(scene: Scene) -> str:
    """The buttons and choices as a text: mutes to end, and all that can be muted."""
    mutes = load_or((), lambda: load_mutes(end_of_second(scene.at)))
    return repr((mutes, list(targets_of(scene))))


def fires(scene: Scene) -> bool:
    """True if any alert fires."""
    return bool(load_firing(scene.view.as_of).count)


def firing_payload(scene: Scene) -> bytes:
    """The table of the alerts that fire. Raises DatabaseUnavailable."""
    return _payload(scene, load_firing(scene.view.as_of))


def nothing_fires_html(scene: Scene) -> str:
    """The place of the table while nothing fires."""
    return empty_html("Nothing fires", scene.at, scene.view, "The rules are listed under Rules.")


def _pending() -> tuple[Alert, ...]:
    return tuple(alert for alert in load_alerts() if alert.state.state is State.PENDING)


def is_pending(scene: Scene) -> bool:
    """True if a rule holds, but not for long enough."""
    return bool(_pending())


def pending_payload(scene: Scene) -> bytes:
    """The table of the alerts that are pending. Raises DatabaseUnavailable."""
    return _payload(scene, Firing(alerts=_pending()))


def nothing_pending_html(scene: Scene) -> str:
    """The place of the table while nothing is pending."""
    return '<p class="sf-note">Nothing is pending.</p>'


def _payload(scene: Scene, firing: Firing) -> bytes:
    return payload_of(firing_table(firing, load_mutes(end_of_second(scene.at)), scene.view, scene.at))


def act(action: str, row: str) -> None:
    """File what a button of a row says: acknowledge, mute or end a mute."""
    name, _, number = action.partition(" ")
    if name == ACKNOWLEDGE:
        file_about(EditKind.ACKNOWLEDGE, {"alert": int(number)})
    elif name == MUTE:
        rule, _, subject = row.partition("\n")
        file_about(EditKind.MUTE, mute_payload(MuteScope.ALERT, rule, int(number), subject_from(subject)))
    elif (mute := next((mute for mute in _mutes_now() if str(mute.id) == number), None)) is not None:
        file_about(EditKind.MUTE, mute_payload(mute.scope, mute.target, 0, mute.subject))


def _mutes_now() -> Sequence[Mute]:
    return load_or((), lambda: load_mutes(end_of_second(datetime.now(UTC))))


def _open_rule(row: str) -> None:
    st.session_state["tab"] = RULE_TAB
    st.query_params["rule"], _, st.query_params[ABOUT] = row.partition("\n")
    forget_subject()
