"""Failures: a section of a page that fails says so in its place, and the rest of the page is drawn."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from pages.components.sheet.sheet import draw_html
from pages.shared.database import DatabaseUnavailable
from pages.shared.widgets_html import state_html

Loaded = TypeVar("Loaded")
Other = TypeVar("Other")

log = logging.getLogger("stillframe.pages")

# A page runs every few seconds. The same error is logged once in this time.
LOG_AGAIN_SECONDS = 300.0
# Called when a section of the page that runs has failed.
on_failure: ContextVar[Callable[[], object]] = ContextVar("stillframe_on_failure", default=lambda: None)
_logged: dict[tuple[str, str], float] = {}


@contextmanager
def guarded(title: str) -> Iterator[None]:
    """Draw a section. If anything in it fails, its place says what failed and what to do."""
    try:
        yield
    except Exception as error:
        note(title, error)
        show_failure(title, error)


def load_or_none(title: str, load: Callable[[], Loaded]) -> Loaded | None:
    """The result of a loader. If it fails, the section says so and the result is None."""
    try:
        return load()
    except Exception as error:
        note(title, error)
        show_failure(title, error)
        return None


def load_or(otherwise: Other, load: Callable[[], Loaded]) -> Loaded | Other:
    """The result of a loader. If it fails, `otherwise`, which the page shows as unknown."""
    try:
        return load()
    except Exception as error:
        note(getattr(load, "__qualname__", "a loader"), error)
        return otherwise


def show_failure(title: str, error: Exception) -> None:
    """Say in the place of a section that it failed."""
    on_failure.get()()
    if isinstance(error, DatabaseUnavailable):
        words = str(error)
        reason = f"{words[:1].upper()}{words[1:].rstrip('.')}. Stillframe retries automatically."
        draw_html(state_html("failed", f"{title} could not be read", reason))
    else:
        reason = "Stillframe met an error here. The log of the web process names it. The rest of the page is complete."
        draw_html(state_html("failed", f"{title} could not be shown", reason))


def note(title: str, error: Exception) -> None:
    """Log an error of a page, once in a while. Outages are logged where they begin."""
    if isinstance(error, DatabaseUnavailable):
        return
    key, now = (title, type(error).__name__), time.monotonic()
    if now - _logged.get(key, float("-inf")) > LOG_AGAIN_SECONDS:
        _logged[key] = now
        log.error("%s could not be shown", title, exc_info=error)
