"""Parts: the sections of Status as the script draws them and as the stream renews them."""

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import payload_of
from pages.live.recording import live_html
from pages.live.tables import live_table
from pages.shared.badge import Kinds
from pages.shared.formats import bytes_text, moment_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.tables import Column
from pages.shared.view import View
from pages.shared.viewer import is_admin
from pages.shared.widgets import empty_html, failed_html, section
from pages.shared.widgets_html import docked_html, kpis_html, state_html
from pages.status.board import board_html
from pages.status.columns import FAILURES, JOBS, TABLES, WORK
from pages.status.reading import (
    attempted_of,
    clock_repairs_read,
    failures_of,
    job_runs_read,
    permissions_read,
    queued_work_read,
    refreshers_read,
    sizes_read,
    value_progress_of,
)
from pages.status.refreshers import lag_lines, work_frame
from pages.status.view import (
    clock_text,
    failures_frame,
    figures,
    forecast_text,
    growth_text,
    hidden_names,
    jobs_frame,
    key_warnings,
    source_row,
    tables_frame,
    valued_text,
)
from pages.status.worth import worth_findings

OF_NOW = "as it is now, not at the moment shown"
_UNREADABLE = "The database does not respond. Stillframe retries automatically."


def places_shape(scene: Scene) -> str:
    """The accounts with their intervals, and whether work waits. The page is gone for who is no administrator now."""
    accounts = [(a.name, a.exchange, a.expected) for a in scene.accounts]
    return repr((is_admin(), accounts, bool(queued_work_read(scene))))


def status_warnings(scene: Scene, _: Kinds) -> str:
    """Keys that can do more than read, refreshes that begin late, and doubts about the net value."""
    warnings = key_warnings(scene.accounts, permissions_read(scene), is_now=scene.is_now)
    keys = [docked_html("failed", escape(words), hover) for words, hover in warnings]
    lines = (*lag_lines(refreshers_read(scene)), *worth_findings(scene))
    return "".join([*keys, *(docked_html("carried", escape(words)) for words in lines)])


def figures_html(scene: Scene) -> str:
    """The figures at the top of the page."""
    failures = failures_of(scene)
    count = None if failures is None else len(failures)
    return kpis_html(figures(scene, scene.lights(tuple(SourceKind)), count, sizes_read(scene)))


def board_of_account_html(scene: Scene, account_id: int) -> str:
    """The sources of one account, and how far its past is valued."""
    lights = [light for light in scene.lights(tuple(SourceKind)) if light.account.id == account_id]
    account = next(account for account in scene.accounts if account.id == account_id)
    return _board(lights[0].account, lights, scene) + _notes(account, scene) if lights else _notes(account, scene)


def _board(account: Account, lights: Iterable[SourceLight], scene: Scene) -> str:
    attempted = attempted_of(account, scene)
    return board_html([source_row(light, attempted, scene) for light in lights], scene.view, hidden_names(account))


def _notes(account: Account, scene: Scene) -> str:
    repair = clock_repairs_read(scene).get(account.id)
    lines = (
        valued_text(value_progress_of(account, scene), is_now=scene.is_now),
        "" if repair is None else clock_text(repair, scene.view.zone, scene.at),
    )
    return "".join(f'<p class="sf-note">{escape(line)}</p>' for line in lines if line)


def show_failures(scene: Scene) -> None:
    """Every failed attempt of the last day, including those of sources that work again."""
    with section("Failed attempts", "last 24 h"):
        live_table("failures", scene, has_failures, failures_payload, no_failures_html)


def has_failures(scene: Scene) -> bool:
    """True if any attempt failed."""
    return bool(failures_of(scene))


def failures_payload(scene: Scene) -> bytes:
    """The table of failed attempts."""
    frame = failures_frame(failures_of(scene) or (), scene.view)
    return _payload("failures", "Failed attempts", frame, FAILURES, scene.view)


def no_failures_html(scene: Scene) -> str:
    """The place of the table without any failure, and while it cannot be read."""
    if failures_of(scene) is None:
        return failed_html("Failed attempts could not be read", _UNREADABLE, None, scene.view)
    return empty_html("No attempt failed in the last 24 h", scene.at, scene.view)


def show_jobs(scene: Scene) -> None:
    """Each job with its last run by the moment shown."""
    with section("Jobs", "last run of each" if scene.is_now else "last run of each by the moment shown"):
        live_table("jobs", scene, has_jobs, jobs_payload, no_jobs_html)


def has_jobs(scene: Scene) -> bool:
    """True if any job has run."""
    return bool(job_runs_read(scene))


def jobs_payload(scene: Scene) -> bytes:
    """The table of jobs."""
    return _payload("jobs", "Jobs", jobs_frame(job_runs_read(scene) or (), scene), JOBS, scene.view)


def no_jobs_html(scene: Scene) -> str:
    """The place of the table before any run, and while it cannot be read."""
    if job_runs_read(scene) is None:
        return failed_html("Jobs could not be read", _UNREADABLE, None, scene.view)
    return state_html("never", "No job has run yet" if scene.is_now else "No job had run by then", "")


def show_work(scene: Scene) -> None:
    """Backfills and other work in the queue, with their progress. Nothing if there is none."""
    if queued_work_read(scene):
        with section("Queued work", "waiting, running, or ended in the last 24 h"):
            live_table("work", scene, has_work, work_payload, no_work_html)


def has_work(scene: Scene) -> bool:
    """True if any work is in the queue."""
    return bool(queued_work_read(scene))


def work_payload(scene: Scene) -> bytes:
    """The table of queued work."""
    return _payload("work", "Queued work", work_frame(queued_work_read(scene), scene.accounts), WORK, scene.view)


def no_work_html(scene: Scene) -> str:
    """Without work the section is not drawn."""
    return ""


def show_database(scene: Scene) -> None:
    """The size and growth of the database. It is always the current one, and a past view says so."""
    with section("Database", "" if scene.is_now else OF_NOW):
        live_html("database_words", scene, database_html)
        live_table("tables", scene, has_size, tables_payload, no_size_html)


def has_size(scene: Scene) -> bool:
    """True if the size of the database could be read."""
    return sizes_read(scene) is not None


def database_html(scene: Scene) -> str:
    """The size, its growth, and the first refresh in words. "" if not known."""
    size = sizes_read(scene)
    if size is None:
        return ""
    held = (bytes_text(size.bytes), growth_text(size.growth_per_day), forecast_text(size))
    lines = [", ".join(word for word in held if word)]
    if size.first_at is not None:
        lines.append(f"The first refresh was at {moment_text(size.first_at, scene.view.zone)}.")
    return "".join(f'<p class="sf-note">{escape(line)}</p>' for line in lines)


def tables_payload(scene: Scene) -> bytes:
    """The tables of the database."""
    size = sizes_read(scene)
    assert size is not None
    return _payload("tables", "Tables of the database", tables_frame(size), TABLES, scene.view)


def no_size_html(scene: Scene) -> str:
    """The place of the tables while they cannot be read."""
    return failed_html("The size of the database could not be read", _UNREADABLE, None, scene.view)


def _payload(name: str, label: str, frame: pd.DataFrame, columns: Sequence[Column], view: View) -> bytes:
    look = Look(name, label, view.inks, [column.name for column in columns])
    return payload_of(table_of_frame(frame, columns, look))
