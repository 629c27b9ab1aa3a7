"""Running: which Stillframe this process is, since when it runs, and for how many viewers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from platform import python_version

from streamlit.runtime import exists, get_instance

VERSION = "0.1.0"
# The pages are imported at the first run of the app, which the server does by itself as it starts.
STARTED_AT = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Running:
    """The process that shows the pages. `sessions` is None if unknown."""

    version: str
    built_on: str
    started_at: datetime
    uptime: timedelta
    sessions: int | None


def running_at(now: datetime) -> Running:
    """This process."""
    built_on = f"Streamlit {version('streamlit')}, Python {python_version()}"
    return Running(VERSION, built_on, STARTED_AT, now - STARTED_AT, _sessions())


def _sessions() -> int | None:
    """How many browser tabs are connected. Streamlit has no public way to ask, so an unknown one is not an error."""
    manager = getattr(get_instance(), "_session_mgr", None) if exists() else None
    try:
        return None if manager is None else len(manager.list_active_sessions())
    except AttributeError:
        return None
