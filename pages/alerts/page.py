"""Alerts: what fires, what was sent about it, and the rules behind it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import streamlit as st

from domain.alerts import AlertEvent, Delivery
from domain.sources import SourceKind
from pages.alerts.channels import show_channels
from pages.alerts.firing import base_currencies, show_firing
from pages.alerts.rules import show_rule_forms, show_rules
from pages.alerts.view import history_table, messages_table, reason_text
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of
from pages.components.controls.model import payload_of as payload_of_controls
from pages.components.sheet.sheet import draw_button
from pages.components.table.model import payload_of
from pages.components.table.table import draw_table
from pages.live.newer import show_newer
from pages.shared.alerts import end_of_second, load_deliveries, load_deliveries_of, load_events
from pages.shared.frame import show_page
from pages.shared.scene import Scene
from pages.shared.url_controls import into_url, url_choice
from pages.shared.widgets import draw_note, draw_text, section, show_empty

KINDS = (SourceKind.PRICES, SourceKind.BALANCES)
PAGE = 200
_ALERT, _MESSAGE = "alert", "message"


class Tab(StrEnum):
    """The parts of the page."""

    NOW = "Firing"
    HISTORY = "History"
    MESSAGES = "Messages"
    RULES = "Rules"


def show_alerts() -> None:
    """The page."""
    show_page("Alerts", KINDS, _show_body, below=_show_below)


def _show_body(scene: Scene) -> None:
    tab = _tab()
    control = Control("tab", "Part", Kind.TABS, options_of(Tab), [tab], is_label_shown=False)
    draw_controls(payload_of_controls([control]), "alert_tabs", into_url({"tab": Tab.NOW}))
    _SHOWN[tab](scene)


def _show_below(scene: Scene) -> None:
    """The editor and the trial of an opened rule, which are forms of Streamlit."""
    if _tab() is Tab.RULES:
        show_rule_forms(scene)


def _tab() -> Tab:
    return url_choice("tab", list(Tab), Tab.NOW)


def _show_history(scene: Scene) -> None:
    alert = st.query_params.get(_ALERT, "")
    alert_id = int(alert) if alert.isdecimal() and len(alert) < 19 else None
    title = "History" if alert_id is None else "History of one alert"
    with section(title, f"the newest {PAGE} events"):
        if alert_id is not None:
            draw_button("Show all alerts", "all_alerts", _close_alert)
        show_newer(scene, newest_event, alert_id)
        events = _events(scene, alert_id)
        if not events:
            show_empty("No alert has fired", scene.at, scene.view, "Try a rule on the past under Rules.")
            return
        messages = load_deliveries_of(tuple(event.id for event in events))
        table = history_table(events, messages, scene.view, scene.at, base_currencies(scene))
        alerts = {str(event.id): str(event.alert_id) for event in events}
        draw_table(payload_of(table), "alert_history", lambda row: _open_alert(alerts.get(row, "")))


def _events(scene: Scene, alert_id: int | None) -> Sequence[AlertEvent]:
    return load_events(end_of_second(scene.at), PAGE, None, alert_id)


def newest_event(scene: Scene, alert_id: int | None) -> str:
    """Names the newest event of the list."""
    events = _events(scene, alert_id)
    return str(events[0].id) if events else ""


def _open_alert(alert: str) -> None:
    st.query_params[_ALERT] = alert


def _close_alert() -> None:
    st.query_params.pop(_ALERT, None)


def _show_messages(scene: Scene) -> None:
    with section("Channels"):
        show_channels(scene)
    with section("Messages", f"the newest {PAGE}"):
        show_newer(scene, newest_message)
        messages = load_deliveries(end_of_second(scene.at), PAGE)
        if messages:
            draw_table(payload_of(messages_table(messages, scene.view, scene.at)), "messages", _open_message)
            draw_note("Click a message to read what was sent.")
        else:
            hint = "A message is written when an alert fires and a channel takes its severity."
            show_empty("No message was written", scene.at, scene.view, hint)
    message = next((m for m in messages if str(m.id) == st.query_params.get(_MESSAGE)), None)
    if message is not None:
        _show_message(scene, message)


def newest_message(scene: Scene) -> str:
    """Names the newest message, and the states of all."""
    messages = load_deliveries(end_of_second(scene.at), PAGE)
    return f"{messages[0].id} {hash(tuple(message.state for message in messages))}" if messages else ""


def _open_message(row: str) -> None:
    st.query_params[_MESSAGE] = row


def _show_message(scene: Scene, message: Delivery) -> None:
    """The text as the channel got it. It may name amounts, so it is hidden with them."""
    with section("What was sent", f"to {message.channel}"):
        if message.message is None:
            reason = f", {reason_text(message, scene.view)}" if message.reason else ""
            draw_note(f"Nothing: the message is {message.state.value}{reason}.")
        elif scene.view.hide_amounts:
            draw_note("Hidden while amounts are hidden.")
        else:
            draw_text(message.message)


_SHOWN: Mapping[Tab, Callable[[Scene], None]] = {
    Tab.NOW: show_firing,
    Tab.HISTORY: _show_history,
    Tab.MESSAGES: _show_messages,
    Tab.RULES: show_rules,
}
