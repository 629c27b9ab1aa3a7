"""Parts of Status below the boards: failures, jobs, database and app."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from db.reads.attempts import FailedAttempt
from db.reads.sizes import DatabaseSize
from pages.components.table.frames import Look
from pages.shared.formats import age_text, bytes_text, moment_text
from pages.shared.scene import Scene
from pages.shared.tables import Column
from pages.shared.view import View
from pages.shared.widgets import draw_frame, section, show_empty, show_failed, show_kpis, show_never
from pages.shared.widgets_html import Kpi
from pages.status.columns import FAILURES, JOBS, TABLES, WORK
from pages.status.reading import job_runs_read, queued_work_read
from pages.status.refreshers import work_frame
from pages.status.running import running_at
from pages.status.view import failures_frame, forecast_text, growth_text, jobs_frame, tables_frame

_OF_NOW = "as it is now, not at the moment shown"
_UNREADABLE = "The database does not respond. Stillframe retries automatically."


def show_failures(failures: Sequence[tuple[str, FailedAttempt]] | None, scene: Scene) -> None:
    """Every failed attempt of the last day, including those of sources that work again."""
    with section("Failed attempts", "last 24 h"):
        if failures is None:
            show_failed("Failed attempts could not be read", _UNREADABLE, None, scene.view)
        elif not failures:
            show_empty("No attempt failed in the last 24 h", scene.at, scene.view)
        else:
            frame, look = (
                failures_frame(failures, scene.view),
                _look("failures", "Failed attempts", FAILURES, scene.view),
            )
            draw_frame(frame, FAILURES, look, "failures")


def show_jobs(scene: Scene) -> None:
    """Each job with its last run by the moment shown."""
    with section("Jobs", "last run of each" if scene.is_now else "last run of each by the moment shown"):
        runs = job_runs_read(scene)
        if runs is None:
            show_failed("Jobs could not be read", _UNREADABLE, None, scene.view)
        elif not runs:
            show_never("No job has run yet" if scene.is_now else "No job had run by then", "")
        else:
            draw_frame(jobs_frame(runs, scene), JOBS, _look("jobs", "Jobs", JOBS, scene.view), "jobs")


def show_work(scene: Scene) -> None:
    """Backfills and other work in the queue, with their progress. Nothing if there is none."""
    if work := queued_work_read(scene):
        with section("Queued work", "waiting, running, or ended in the last 24 h"):
            look = _look("work", "Queued work", WORK, scene.view)
            draw_frame(work_frame(work, scene.accounts), WORK, look, "work")


def show_database(size: DatabaseSize | None, scene: Scene) -> None:
    """The size and growth of the database. It is always the current one, and a past view says so."""
    words = () if size is None else (bytes_text(size.bytes), growth_text(size.growth_per_day), forecast_text(size))
    held = ", ".join(word for word in words if word)
    with section("Database", held if scene.is_now else ": ".join(text for text in (_OF_NOW, held) if text)):
        if size is None:
            show_failed("The size of the database could not be read", _UNREADABLE, None, scene.view)
            return
        draw_frame(tables_frame(size), TABLES, _look("tables", "Tables of the database", TABLES, scene.view), "tables")
        if size.first_at is not None:
            st.caption(f"The first refresh was at {moment_text(size.first_at, scene.view.zone)}.")


def show_app(scene: Scene | None, view: View) -> None:
    """The process that shows this page, always the current one. It needs no database and no scene."""
    running = running_at(datetime.now(UTC))
    sessions = "–" if running.sessions is None else f"{running.sessions:,}"
    with section("App", "" if scene is None or scene.is_now else _OF_NOW):
        show_kpis(
            (
                Kpi("Version", running.version, running.built_on),
                Kpi("Uptime", age_text(running.uptime), f"since {moment_text(running.started_at, view.zone)}"),
                Kpi("Sessions", sessions, "browser tabs connected now"),
            )
        )


def _look(name: str, label: str, columns: Sequence[Column], view: View) -> Look:
    return Look(name, label, view.inks, [column.name for column in columns])
