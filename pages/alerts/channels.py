"""Channels: where messages go, which of them fail, and a test of each."""

from collections.abc import Sequence
from html import escape

from domain.edits import EditKind
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, payload_of
from pages.live.recording import live_html, live_shape
from pages.shared.alerts import load_channels
from pages.shared.edits import file_or_tell, show_own_edits
from pages.shared.formats import moment_text
from pages.shared.scene import Scene
from pages.shared.widgets import empty_html
from pages.shared.widgets_html import band_html

_TESTS = "channel_tests"


def show_channels(scene: Scene) -> None:
    """The channels, with a button to test each."""
    live_shape("channels", scene, channels_shape)
    live_html("channel_states", scene, channels_html)
    channels = load_channels()
    if channels and scene.is_now:
        tests = [(channel.name, f"Test {channel.name}") for channel in channels]
        control = Control(_TESTS, "Tests of channels", Kind.ACTIONS, tests, is_label_shown=False)
        draw_controls(payload_of([control]), _TESTS, _test)
        show_own_edits((EditKind.TEST_CHANNEL,), scene)


def _test(_: str, names: Sequence[str]) -> None:
    for name in names:
        file_or_tell(EditKind.TEST_CHANNEL, {"channel": name})


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
