"""Overview: what am I worth, what is open, what is unprotected, and can these numbers be trusted."""

from domain.sources import Source
from pages.shared.frame import show_page
from pages.shared.scene import Scene

SOURCES = (Source.BALANCES, Source.POSITIONS, Source.ORDERS, Source.TRIGGERS, Source.PRICES)


def show_overview() -> None:
    """The first page."""
    show_page("Overview", SOURCES, _show_body)


def _show_body(scene: Scene) -> None:
    del scene
