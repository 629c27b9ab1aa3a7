"""Firing: what fires, what is pending and what is muted now, or at a past moment."""

from collections.abc import Mapping

import streamlit as st

from domain.alert_states import State
from domain.alerts import Alert, MuteScope, subject_from
from domain.edits import EditKind
from pages.alerts.mutes import end_mute, mute_payload, show_mutes
from pages.alerts.subjects import forget_subject
from pages.alerts.view import ABOUT, ACKNOWLEDGE, MUTE, firing_table
from pages.components.table.model import payload_of
from pages.live.tables import live_table
from pages.shared.alerts import Firing, end_of_second, load_alerts, load_firing, load_mutes
from pages.shared.edits import file_or_tell, show_own_edits
from pages.shared.scene import Scene
from pages.shared.widgets import empty_html, section

RULE_TAB = "Rules"


def show_firing(scene: Scene) -> None:
    """The alerts of the moment with their mutes."""
    with section("Firing"):
        live_table("firing", scene, fires, firing_payload, nothing_fires_html, on_open=_open_rule, on_act=act)
        show_own_edits((EditKind.ACKNOWLEDGE, EditKind.MUTE), scene)
    if scene.is_now:
        with section("Pending", "a rule that holds, but not yet for long enough"):
            live_table(
                "pending", scene, is_pending, pending_payload, nothing_pending_html, on_open=_open_rule, on_act=act
            )
    with section("Muted", "their messages are held back"):
        show_mutes(scene)


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
    return '<div class="sf-note">Nothing is pending.</div>'


def _payload(scene: Scene, firing: Firing) -> bytes:
    mutes = load_mutes(end_of_second(scene.at))
    return payload_of(firing_table(firing, mutes, scene.view, scene.at, base_currencies(scene)))


def base_currencies(scene: Scene) -> Mapping[int, str]:
    """The currencies that money values of rules are in, by account."""
    return {account.id: account.base_currency for account in scene.accounts}


def act(action: str, row: str) -> None:
    """File what a button of a row says: acknowledge, mute or end a mute."""
    name, _, number = action.partition(" ")
    if name == ACKNOWLEDGE:
        file_or_tell(EditKind.ACKNOWLEDGE, {"alert": int(number)})
    elif name == MUTE:
        rule, _, subject = row.partition("\n")
        file_or_tell(EditKind.MUTE, mute_payload(MuteScope.ALERT, rule, int(number), subject_from(subject)))
    else:
        end_mute(name, number)


def _open_rule(row: str) -> None:
    rule, _, subject = row.partition("\n")
    st.query_params.update({"tab": RULE_TAB, "rule": rule, ABOUT: subject})
    forget_subject()
