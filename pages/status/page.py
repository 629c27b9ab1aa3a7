"""Status: whether the other pages can be trusted, and what to do if not."""

from pathlib import Path

import streamlit as st

from domain.sources import SourceKind
from pages.shared.frame import show_page
from pages.shared.scene import Scene, SourceLight
from pages.shared.view import View
from pages.shared.widgets import section, show_band, show_kpis
from pages.status.board import board_html
from pages.status.parts import show_app, show_database, show_failures, show_jobs, show_work
from pages.status.reading import (
    attempted_of,
    clock_repairs_read,
    failures_of,
    permissions_read,
    refreshers_read,
    sizes_read,
    value_progress_of,
)
from pages.status.refreshers import lag_lines
from pages.status.view import clock_text, every_text, figures, hidden_names, key_warnings, source_row, valued_text
from pages.status.worth import worth_findings

_STYLE = Path(__file__).with_name("board.css")


def show_status() -> None:
    """The page."""
    show_page("Status", tuple(SourceKind), _show_body, _show_without_database)


def _show_body(scene: Scene) -> None:
    st.html(_STYLE)
    lights = scene.lights(tuple(SourceKind))
    failures, size = failures_of(scene), sizes_read(scene)
    for words, hover in key_warnings(scene.accounts, permissions_read(scene), is_now=scene.is_now):
        show_band("failed", words, hover)
    for words in lag_lines(refreshers_read(scene)):
        show_band("carried", words)
    for words in worth_findings(scene):
        show_band("carried", words)
    show_kpis(figures(scene, lights, None if failures is None else len(failures), size))
    repairs = clock_repairs_read(scene)
    for account in scene.accounts:
        account_lights = [light for light in lights if light.account.id == account.id]
        then = account_lights[0].account if account_lights else account
        with section(account.name, f"{account.exchange}, {every_text(then.expected)}"):
            _show_board(account_lights, scene)
            if words := valued_text(value_progress_of(account, scene), is_now=scene.is_now):
                st.caption(words)
            if (repair := repairs.get(account.id)) is not None:
                st.caption(clock_text(repair, scene.view.zone, scene.at))
    show_failures(failures, scene)
    show_jobs(scene)
    show_work(scene)
    show_database(size, scene)
    show_app(scene, scene.view)


def _show_board(lights: list[SourceLight], scene: Scene) -> None:
    attempted = attempted_of(lights[0].account, scene) if lights else None
    if attempted is not None:
        rows = [source_row(light, attempted, scene) for light in lights]
        st.html(board_html(rows, scene.view, hidden_names(lights[0].account)))


def _show_without_database(view: View) -> None:
    show_app(None, view)
