"""Mutes: hold messages about an alert, a rule, a market, an account or a channel back for a while, or end that."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from domain.alerts import Mute, MuteScope, SubjectKey
from domain.edits import EditKind
from pages.alerts.view import mutes_table
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of
from pages.components.controls.model import payload_of as payload_of_controls
from pages.components.table.model import payload_of
from pages.live.recording import live_shape
from pages.live.tables import live_table
from pages.shared.alerts import end_of_second, load_channels, load_mutes, load_rules
from pages.shared.edits import file_or_tell
from pages.shared.failures import load_or, load_or_none
from pages.shared.market_figures import load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice
from pages.shared.widgets import empty_html

# Spans in minutes, with their words.
SPANS = [("60", "1 hour"), ("240", "4 hours"), ("1440", "1 day"), ("10080", "1 week")]
_CHOICES: Mapping[str, Callable[[], object]] = {
    "Rules": load_rules, "Watched markets": load_watched, "Channels": load_channels,
}  # fmt: skip
_FORM, _TARGET, _SPAN = "mute_form", "mute_target", "mute_span"


def show_mutes(scene: Scene) -> None:
    """The mutes with their ends, and the choice of another."""
    live_table("mutes", scene, is_muted, mutes_payload, nothing_muted_html, on_act=end_mute)
    if scene.is_now:
        live_shape("mute_targets", scene, targets_shape)
        _show_form(scene)


def is_muted(scene: Scene) -> bool:
    """True if anything is muted. Raises DatabaseUnavailable."""
    return bool(load_mutes(end_of_second(scene.at)))


def mutes_payload(scene: Scene) -> bytes:
    """The table of the mutes in force. Raises DatabaseUnavailable."""
    return payload_of(mutes_table(load_mutes(end_of_second(scene.at)), scene.view, scene.at))


def nothing_muted_html(scene: Scene) -> str:
    """The place of the table while nothing is muted."""
    return empty_html("Nothing is muted", scene.at, scene.view)


def targets_shape(scene: Scene) -> str:
    """All that can be muted as a text: the options of the form."""
    return repr(list(targets_of(scene)))


def _show_form(scene: Scene) -> None:
    for title, load in _CHOICES.items():
        load_or_none(title, load)  # says so if they cannot be chosen
    targets = targets_of(scene)
    chosen = session_choice(_TARGET, targets)
    options = [("", "A rule, symbol, account or channel"), *options_of(targets)]
    controls = [
        Control(_TARGET, "Mute", Kind.SELECT, options, [chosen]),
        Control(_SPAN, "For", Kind.ACTIONS, SPANS, disabled=[] if chosen else [value for value, _ in SPANS]),
    ]

    def mute(spans: Sequence[str]) -> None:
        if (target := targets.get(session_choice(_TARGET, targets))) is not None:
            file_or_tell(EditKind.MUTE, mute_payload(*target, int(spans[0])))
            st.session_state[_TARGET] = ""

    draw_controls(payload_of_controls(controls), _FORM, into_session([_TARGET], {_SPAN: mute}))


def show_rule_mute(rule: str) -> None:
    """Buttons that mute all alerts of a rule."""
    control = Control(_SPAN, "Mute this rule for", Kind.ACTIONS, SPANS)

    def choose(_: str, values: Sequence[str]) -> None:
        file_or_tell(EditKind.MUTE, mute_payload(MuteScope.RULE, rule, int(values[0])))

    draw_controls(payload_of_controls([control]), "rule_mute", choose)


def targets_of(scene: Scene) -> Mapping[str, tuple[MuteScope, str]]:
    """Everything that can be muted, by its name in the list."""
    rules, channels = load_or((), load_rules), load_or((), load_channels)
    markets = markets_of(scene, load_or((), load_watched))
    symbols = sorted({name for market in markets for name in (market.symbol, market.base)})
    named = [
        *((MuteScope.RULE, rule.name) for rule in rules),
        *((MuteScope.SYMBOL, symbol) for symbol in symbols),
        *((MuteScope.ACCOUNT, account.name) for account in scene.accounts),
        *((MuteScope.CHANNEL, channel.name) for channel in channels),
    ]
    return {f"{scope.value} {target}": (scope, target) for scope, target in named}


def end_mute(_: str, number: str) -> None:
    """File the end of the mute with this number."""
    mutes: Sequence[Mute] = load_or((), lambda: load_mutes(end_of_second(datetime.now(UTC))))
    if (mute := next((mute for mute in mutes if str(mute.id) == number), None)) is not None:
        file_or_tell(EditKind.MUTE, mute_payload(mute.scope, mute.target, 0, mute.subject))


def mute_payload(scope: MuteScope, target: str, minutes: int, subject: SubjectKey | None = None) -> dict[str, Any]:
    """The payload of an edit that mutes, or with zero minutes ends a mute."""
    payload: dict[str, Any] = {"scope": scope.value, "target": target, "minutes": minutes}
    if subject is not None:
        payload["subject"] = {"kind": subject.kind.value, "place": subject.place, "name": subject.name}
    return payload
