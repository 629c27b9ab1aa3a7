"""Running: the version of this process, its uptime and its number of viewers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from platform import python_version

from streamlit.runtime import exists, get_instance

from domain.version import VERSION
from pages.shared.formats import UNKNOWN, age_text, moment_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, kpis_html

# The pages are imported at the first run of the app. The server does that at its start.
STARTED_AT = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WebProcess:
    """The process that shows the pages. `sessions` is None if unknown."""

    version: str
    built_on: str
    started_at: datetime
    uptime: timedelta
    sessions: int | None


def running_at(now: datetime) -> WebProcess:
    """This process."""
    built_on = f"Streamlit {version('streamlit')}, Python {python_version()}"
    return WebProcess(VERSION, built_on, STARTED_AT, now - STARTED_AT, _sessions())


def running_html(view: View, now: datetime) -> str:
    """This process in figures. They need no database."""
    running = running_at(now)
    sessions = UNKNOWN if running.sessions is None else f"{running.sessions:,}"
    return kpis_html(
        (
            Kpi("Version", running.version, running.built_on),
            Kpi("Uptime", age_text(running.uptime), f"since {moment_text(running.started_at, view.zone)}"),
            Kpi("Sessions", sessions, "browser tabs connected now"),
        )
    )


def _sessions() -> int | None:
    """The number of connected browser tabs.

    Streamlit has no public API for it, so an unknown number is not an error.
    """
    manager = getattr(get_instance(), "_session_mgr", None) if exists() else None
    try:
        return None if manager is None else len(manager.list_active_sessions())
    except AttributeError:
        return None
