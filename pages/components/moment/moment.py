"""Drawing the choice of a past moment."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from pages.components.mounting import Component, on_event
from pages.components.payload import packed

_MOMENT = Component("moment", ("main.js",))


def draw_moment(at: datetime, now: datetime, zone: ZoneInfo, key: str, on_apply: Callable[[str], None]) -> None:
    """Draw date and time in `zone`, beginning at `at`. `on_apply` gets the chosen local time, as in 2026-03-31T14:05.

    Nothing is chosen before Apply or Enter.
    """
    local = f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
    latest = f"{now.astimezone(zone):%Y-%m-%dT%H:%M}"
    data = packed({"value": local, "max": latest, "zone": zone.key})
    _MOMENT.mount(key, data, on_applied_change=on_event(key, "applied", on_apply), height="content")
