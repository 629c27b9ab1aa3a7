"""Channels: where messages go, which of them fail, and a test of each."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from domain.edits import EditKind
from pages.live.recording import live_html, live_shape
from pages.shared.alerts import load_channels
from pages.shared.edits import file_own_edit, show_own_edits
from pages.shared.formats import moment_text
from pages.shared.scene import Scene
from pages.shared.url_choices import tell
from pages.shared.widgets import empty_html
from pages.shared.widgets_html import band_html


def show_channels(scene: Scene) -> None:
    """The channels, with a button to test each."""
    live_shape("channels", scene, channels_shape)
    live_html("channel_states", scene, channels_html)
    channels = load_channels()
    if channels and scene.is_now:
        with st.container(horizontal=True, gap="small", key="channel_tests"):
            for channel in channels:
                st.button(f"Test {channel.name}", on_click=file_about, key=f"test_{channel.name}",
                          args=(EditKind.TEST_CHANNEL, {"channel": channel.name}))  # fmt: skip
        show_own_edits((EditKind.TEST_CHANNEL,), scene)


def channels_shape(scene: Scene) -> str:
    """The names of the channels."""
    return repr([channel.name for channel in load_channels()])


def channels_html(scene: Scene) -> str:
    """A band for each channel that fails, and what each takes. Raises DatabaseUnavailable."""
    channels = load_channels()
    if not channels:
        hint = "Add [[channels]] to stillframe.toml, for Telegram, e-mail, Discord, ntfy, Pushover and others."
        return empty_html("No channel is configured, so no message is sent", None, scene.view, hint)
    bands = []
    for channel in channels:
        if channel.failing_since is not None:
            since = moment_text(channel.failing_since, scene.view.zone, scene.at)
            words = f"{channel.name} fails since {since}: {channel.error}. Stillframe retries automatically."
            bands.append(band_html("failed", escape(words)))
    texts = [f"{channel.name} ({channel.service}, {channel.least_severity} and above)" for channel in channels]
    return "".join((*bands, f'<p class="sf-note">{escape(" · ".join(texts))}</p>'))


def file_about(kind: EditKind, payload: Mapping[str, object]) -> None:
    """File an edit. A toast says why if that fails."""
    problem = file_own_edit(kind, payload)
    if problem:
        tell(problem)
