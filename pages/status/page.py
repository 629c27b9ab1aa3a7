"""Status: whether the other pages can be trusted, and what to do if not."""

from datetime import UTC, datetime
from pathlib import Path

from domain.sources import SourceKind
from pages.components.sheet.sheet import draw_html
from pages.live.recording import live_html, live_shape
from pages.shared.frame import show_page
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets import section
from pages.status.parts import (
    OF_NOW,
    board_of_account_html,
    figures_html,
    places_shape,
    show_database,
    show_failures,
    show_jobs,
    show_work,
    status_warnings,
)
from pages.status.running import running_html
from pages.status.view import every_text

_STYLE = f"<style>{Path(__file__).with_name('board.css').read_text()}</style>"


def show_status() -> None:
    """The page."""
    show_page("Status", tuple(SourceKind), _show_body, _show_without_database, warnings=status_warnings)


def _show_body(scene: Scene) -> None:
    draw_html(_STYLE)
    live_shape("places", scene, places_shape)
    live_html("figures", scene, figures_html)
    lights = scene.lights(tuple(SourceKind))
    for account in scene.accounts:
        then = next((light.account for light in lights if light.account.id == account.id), account)
        with section(account.name, f"{account.exchange}, {every_text(then.expected)}"):
            live_html("board", scene, board_of_account_html, account.id)
    show_failures(scene)
    show_jobs(scene)
    show_work(scene)
    show_database(scene)
    with section("App", "" if scene.is_now else OF_NOW):
        live_html("app", scene, app_html)


def app_html(scene: Scene) -> str:
    """The process that shows this page, always the current one."""
    return running_html(scene.view, datetime.now(UTC))


def _show_without_database(view: View) -> None:
    with section("App"):
        draw_html(running_html(view, datetime.now(UTC)))
