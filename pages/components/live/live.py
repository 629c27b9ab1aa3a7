"""Drawing the connection of a page to the stream. It shows nothing."""

from datetime import datetime

from pages.components.chart.model import milliseconds
from pages.components.live.run_request import KEY
from pages.components.mounting import Component
from pages.components.payload import packed

LIVE = Component("live", ("../age_text.js", "places.js", "leader.js", "silence.js", "../connection.js", "main.js"))


def draw_live(token: str, version: str, at: datetime, is_now: bool, query: str) -> None:
    """Follow the page with this token from this version on. Without a token the page follows by runs of its script.

    `query` are the choices that the address should hold.
    """
    data = packed({"token": token, "version": version, "at": milliseconds(at), "now": is_now, "query": query})
    LIVE.mount(KEY, data, {"moved": _run})


def _run(_: str) -> None:
    """The page has other places now. The run that follows draws them."""
