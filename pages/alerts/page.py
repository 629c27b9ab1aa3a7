"""Alerts: what fires, what was sent about it, and the rules behind it."""

from collections.abc import Callable, Mapping
from enum import StrEnum

import streamlit as st

from domain.alert_states import State
from domain.alerts import Delivery
from domain.edits import EditKind
from domain.sources import SourceKind
from pages.alerts.mutes import show_mutes
from pages.alerts.rules import show_rules
from pages.alerts.subjects import forget_subject
from pages.alerts.view import ABOUT, firing_table, history_table, messages_table
from pages.components.table.model import payload_of
from pages.components.table.table import draw_table
from pages.shared.alerts import (
    Firing,
    end_of_second,
    load_alerts,
    load_channels,
    load_deliveries,
    load_deliveries_of,
    load_events,
    load_firing,
    load_mutes,
)
from pages.shared.data_warnings import show_data_warnings
from pages.shared.edits import file_own_edit, show_own_edits
from pages.shared.formats import moment_text
from pages.shared.frame import show_page
from pages.shared.scene import Scene
from pages.shared.url_choices import tell
from pages.shared.widgets import section, show_band, show_empty

KINDS = (SourceKind.PRICES, SourceKind.BALANCES)
PAGE = 200
_ALERT, _MESSAGE = "alert", "message"
_MOST_BUTTONS = 5


class Tab(StrEnum):
    """The parts of the page."""

    NOW = "Firing"
    HISTORY = "History"
    MESSAGES = "Messages"
    RULES = "Rules"


def show_alerts() -> None:
    """The page."""
    show_page("Alerts", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    show_data_warnings(scene, KINDS)
    tab = st.segmented_control("Part", list(Tab), default=Tab.NOW, key="tab", bind="query-params", required=True,
                               label_visibility="collapsed")  # fmt: skip
    _SHOWN[Tab(tab or Tab.NOW)](scene)


def _show_now(scene: Scene) -> None:
    at = end_of_second(scene.at)
    with section("Firing"):
        firing = load_firing(scene.view.as_of)
        _show_firing(scene, firing)
        _show_acknowledge(scene, firing)
    if scene.is_now:
        with section("Pending", "a rule that holds, but not yet for long enough"):
            pending = tuple(alert for alert in load_alerts() if alert.state.state is State.PENDING)
            if pending:
                _show_table(scene, Firing(alerts=pending), "pending")
            else:
                st.caption("Nothing is pending.")
    with section("Muted", "their messages are held back"):
        show_mutes(scene, load_mutes(at))


def _show_firing(scene: Scene, firing: Firing) -> None:
    if not firing.count:
        show_empty("Nothing fires", scene.at, scene.view, "The rules are listed under Rules.")
        return
    _show_table(scene, firing, "firing")


def _show_table(scene: Scene, firing: Firing, key: str) -> None:
    table = firing_table(firing, load_mutes(end_of_second(scene.at)), scene.view, scene.at)
    draw_table(payload_of(table), key, _open_rule)


def _show_acknowledge(scene: Scene, firing: Firing) -> None:
    """A button for each alert that still sends reminders."""
    waiting = [alert for alert in firing.alerts if alert.acknowledged_at is None]
    if waiting and scene.is_now:
        with st.container(horizontal=True, gap="small", key="acknowledge"):
            for alert in waiting[:_MOST_BUTTONS]:
                words = f"Acknowledge {alert.rule}, {alert.subject.label}"
                st.button(words, on_click=_file_about, args=(EditKind.ACKNOWLEDGE, {"alert": alert.id}),
                          key=f"acknowledge_{alert.id}", help="It sends no reminders until it fires again")  # fmt: skip
    show_own_edits((EditKind.ACKNOWLEDGE,), scene)


def _file_about(kind: EditKind, payload: Mapping[str, object]) -> None:
    problem = file_own_edit(kind, payload)
    if problem:
        tell(problem)


def _open_rule(row: str) -> None:
    st.session_state["tab"] = Tab.RULES
    st.query_params["rule"], _, st.query_params[ABOUT] = row.partition("\n")
    forget_subject()


def _show_history(scene: Scene) -> None:
    alert = st.query_params.get(_ALERT, "")
    alert_id = int(alert) if alert.isdecimal() and len(alert) < 19 else None
    title = "History" if alert_id is None else "History of one alert"
    with section(title, f"the newest {PAGE} events"):
        if alert_id is not None:
            st.button("Show all alerts", on_click=_close_alert, key="all_alerts")
        events = load_events(end_of_second(scene.at), PAGE, None, alert_id)
        if not events:
            show_empty("No alert has fired", scene.at, scene.view, "Try a rule on the past under Rules.")
            return
        messages = load_deliveries_of(tuple(event.id for event in events))
        table = history_table(events, messages, scene.view, scene.at)
        alerts = {str(event.id): str(event.alert_id) for event in events}
        draw_table(payload_of(table), "alert_history", lambda row: _open_alert(alerts.get(row, "")))


def _open_alert(alert: str) -> None:
    st.query_params[_ALERT] = alert


def _close_alert() -> None:
    st.query_params.pop(_ALERT, None)


def _show_messages(scene: Scene) -> None:
    with section("Channels"):
        _show_channels(scene)
    with section("Messages", f"the newest {PAGE}"):
        messages = load_deliveries(end_of_second(scene.at), PAGE)
        if messages:
            draw_table(payload_of(messages_table(messages, scene.view, scene.at)), "messages", _open_message)
            st.caption("Click a message to read what was sent.")
        else:
            hint = "A message is written when an alert fires and a channel takes its severity."
            show_empty("No message was written", scene.at, scene.view, hint)
    message = next((m for m in messages if str(m.id) == st.query_params.get(_MESSAGE)), None)
    if message is not None:
        _show_message(scene, message)


def _open_message(row: str) -> None:
    st.query_params[_MESSAGE] = row


def _show_message(scene: Scene, message: Delivery) -> None:
    """The text as the channel got it. It may name amounts, so it is hidden with them."""
    with section("What was sent", f"to {message.channel}"):
        if message.message is None:
            st.caption(
                f"Nothing: the message is {message.state.value}{f', {message.reason}' if message.reason else ''}."
            )
        elif scene.view.hide_amounts:
            st.caption("Hidden while amounts are hidden.")
        else:
            st.code(message.message, language=None, wrap_lines=True)


def _show_channels(scene: Scene) -> None:
    channels = load_channels()
    if not channels:
        hint = "Add [[channels]] to stillframe.toml, for Telegram, e-mail, Discord, ntfy, Pushover and others."
        show_empty("No channel is configured, so no message is sent", None, scene.view, hint)
        return
    for channel in channels:
        if channel.failing_since is not None:
            since = moment_text(channel.failing_since, scene.view.zone, scene.at)
            show_band(
                "failed", f"{channel.name} fails since {since}: {channel.error}. Stillframe retries automatically."
            )
    texts = [f"{channel.name} ({channel.service}, {channel.least_severity} and above)" for channel in channels]
    st.caption(" · ".join(texts))
    if scene.is_now:
        with st.container(horizontal=True, gap="small", key="channel_tests"):
            for channel in channels:
                st.button(f"Test {channel.name}", on_click=_file_about, key=f"test_{channel.name}",
                          args=(EditKind.TEST_CHANNEL, {"channel": channel.name}))  # fmt: skip
        show_own_edits((EditKind.TEST_CHANNEL,), scene)


_SHOWN: Mapping[Tab, Callable[[Scene], None]] = {
    Tab.NOW: _show_now,
    Tab.HISTORY: _show_history,
    Tab.MESSAGES: _show_messages,
    Tab.RULES: show_rules,
}
