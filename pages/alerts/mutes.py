"""Mutes: hold messages about an alert, a rule, a market, an account or a channel back for a while, or end that."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from domain.alerts import Mute, MuteScope, SubjectKey
from domain.edits import EditKind
from pages.shared.alerts import load_channels, load_rules
from pages.shared.edits import file_own_edit
from pages.shared.failures import load_or, load_or_none
from pages.shared.formats import moment_text
from pages.shared.market_figures import load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.widgets import show_empty

MINUTES = {"1 hour": 60, "4 hours": 240, "1 day": 1440, "1 week": 10080}
_ERROR = "mute_error"


def show_mutes(scene: Scene, mutes: Sequence[Mute]) -> None:
    """The mutes with their ends, and the form for another."""
    if not mutes:
        show_empty("Nothing is muted", scene.at, scene.view)
    for mute in mutes:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            until = moment_text(mute.until, scene.view.zone, scene.at)
            st.markdown(f"{mute.scope.value.capitalize()} **{_plain(mute.name)}** until {until}")
            if scene.is_now:
                st.button(
                    "End", on_click=file_mute, args=(mute.scope, mute.target, 0, mute.subject), key=f"unmute_{mute.id}"
                )
    if scene.is_now:
        _show_form(scene)


def _show_form(scene: Scene) -> None:
    for title, load in (("Rules", load_rules), ("Channels", load_channels)):
        load_or_none(title, load)  # says so if they cannot be chosen
    targets = targets_of(scene)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="mute_form"):
        chosen = st.selectbox(
            "Mute", list(targets), index=None, key="mute_target", placeholder="A rule, symbol, account or channel",
            width=300,
        )  # fmt: skip
        span = st.selectbox("For", list(MINUTES), key="mute_span", width=120)
        scope, target = targets.get(chosen or "", (MuteScope.RULE, ""))
        minutes = MINUTES[span]
        st.button("Mute", on_click=file_mute, args=(scope, target, minutes), key="mute_save", disabled=chosen is None)
    if st.session_state.get(_ERROR):
        st.caption(st.session_state[_ERROR])


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


def file_mute(scope: MuteScope, target: str, minutes: int, subject: SubjectKey | None = None) -> None:
    """File a mute. Zero minutes end it."""
    st.session_state[_ERROR] = file_own_edit(EditKind.MUTE, mute_payload(scope, target, minutes, subject))


def mute_payload(scope: MuteScope, target: str, minutes: int, subject: SubjectKey | None) -> dict[str, Any]:
    """The payload of an edit that mutes, or with zero minutes ends a mute."""
    payload: dict[str, Any] = {"scope": scope.value, "target": target, "minutes": minutes}
    if subject is not None:
        payload["subject"] = {"kind": subject.kind.value, "place": subject.place, "name": subject.name}
    return payload


def _plain(text: str) -> str:
    """A name without the letters that Markdown would read."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!|$~<>:" else letter for letter in text)
