"""Figures: threads that work out the first figures of pages, for the viewer of a request."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar
from urllib.parse import unquote

from starlette.requests import Request

from db.viewing import viewing
from domain.viewers import CREDENTIAL

log = logging.getLogger("stillframe.web")

Figures = TypeVar("Figures", str, bytes)
# What works out the figures of a path, query, time zone and cookie of choices, for the viewer of the thread. Empty for
# none.
Render = Callable[[str, str, str, str], Figures]

# The browser's theme and time zone, as "Dark.Europe/Berlin". The start of the page sets it.
COOKIE = "stillframe_frame"
THEMES = ("Light", "Dark")
THREADS = 2
# Later figures would hold up the live page.
PATIENCE_SECONDS = 0.7
MOST_WAITING = 20


class FigureThreads:
    """A few threads. Beyond `MOST_WAITING` requests there are no figures, so that pages come all the same."""

    def __init__(self, names: str, kept_cookie: str) -> None:
        """`names` begins the names of the threads, `kept_cookie` is the name of the cookie of choices."""
        self._kept_cookie = kept_cookie
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=names)
        self._waiting = 0

    async def figures(self, request: Request, path: str, render: Render[Figures], none: Figures) -> Figures:
        """The figures of a path, or `none` if they are not ready in time. The page does not depend on them."""
        if self._waiting >= MOST_WAITING:
            return none
        _, zone = cookie_of(request)
        kept = request.cookies.get(self._kept_cookie, "")
        credential = request.scope.get("state", {}).get(CREDENTIAL)

        def work() -> Figures:
            with viewing(credential):
                return render(path, request.url.query, zone, kept)

        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, copy_context().run, work)
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(future), PATIENCE_SECONDS)
        except TimeoutError:
            return none
        except Exception as error:
            log.warning("the first figures of %s failed: %s: %s", path, type(error).__name__, error)
            return none

    def _done(self, future: "asyncio.Future[Figures]") -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # it was logged if somebody waited for it


def cookie_of(request: Request) -> tuple[str, str]:
    """The browser's theme and time zone, "" for what it did not say."""
    theme, _, zone = unquote(request.cookies.get(COOKIE, "")).partition(".")
    return (theme if theme in THEMES else ""), zone[:60]
