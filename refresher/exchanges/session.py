"""The connection to an exchange: time-outs, a deadline for each whole answer, and the guard at the lowest level."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3

# Types for the sender alone: (method, url, body) -> None, raising when the request must not leave.
Check = Callable[[str, str, str | bytes | None], None]

CONNECT_SECONDS = 3.0
MOST_BYTES = 64 * 1024 * 1024
_PIECE_BYTES = 256 * 1024
DEFAULT_SECONDS = 8.0


class OverDeadline(requests.Timeout):
    """The answer had begun, and was not whole by its deadline."""


class TooLong(requests.RequestException):
    """The answer is longer than any honest one."""


class ReadOnlySession(requests.Session):
    """A requests.Session that sends nothing but what its check lets through.

    Redirects are not followed (a signed request must not travel on), cookies are not kept, and neither proxies nor
    credentials are taken from the environment. requests' own time-out starts anew with every byte that arrives, so a
    deadline bounds the whole answer besides.
    """

    def __init__(self, check: Check) -> None:
        super().__init__()
        self._check = check
        self._local = threading.local()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Everything that this thread sends inside must be answered within `seconds`; an outer, nearer deadline
        stays."""
        outer: float | None = getattr(self._local, "deadline", None)
        mine = time.monotonic() + seconds
        self._local.deadline = mine if outer is None else min(outer, mine)
        try:
            yield
        finally:
            self._local.deadline = outer

    def remaining(self) -> float:
        """Seconds until this thread's deadline, never negative."""
        deadline: float | None = getattr(self._local, "deadline", None)
        return DEFAULT_SECONDS if deadline is None else max(0.0, deadline - time.monotonic())

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send what the check lets through, and read the answer whole before the deadline."""
        self._check(request.method or "", request.url or "", request.body)
        seconds = self.remaining()
        if seconds <= 0:
            raise OverDeadline("no time left")
        deadline = time.monotonic() + seconds
        kwargs |= {"timeout": (min(CONNECT_SECONDS, seconds), seconds), "stream": True, "allow_redirects": False}
        response = super().send(request, **kwargs)
        try:
            response._content = _body(response, deadline)
        except BaseException:
            response.close()  # a broken answer's connection is not used again
            raise
        return response


def _body(response: requests.Response, deadline: float) -> bytes:
    """The whole body. Read in pieces as they arrive, so that an answer that only drips is given up in time."""
    raw = response.raw
    pieces: list[bytes] = []
    length = 0
    try:
        while piece := raw.read1(_PIECE_BYTES, decode_content=True):
            pieces.append(piece)
            length += len(piece)
            if length > MOST_BYTES:
                raise TooLong(f"more than {MOST_BYTES} bytes")
            _wait_until(raw, deadline)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise OverDeadline("the answer stopped in the middle") from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(str(error)) from error
    return b"".join(pieces)


def _wait_until(raw: Any, deadline: float) -> None:
    """Let the next piece take no longer than what is left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise OverDeadline("the answer dripped past its deadline")
    socket = getattr(getattr(raw, "connection", None), "sock", None)
    if socket is not None:
        socket.settimeout(left)
