"""The HTTP session of an exchange: time-outs, a deadline per complete response, and the guard."""

import http.client
import io
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from exchanges.connection.clock import Clock
from exchanges.connection.thread_values import ThreadValue

# Types for the sender alone: (method, url, body) -> None, raising when the request must not leave.
Check = Callable[[str, str, str | bytes | None], None]

CONNECT_SECONDS = 3.0
MOST_BYTES = 64 * 1024 * 1024
_PIECE_BYTES = 256 * 1024
DEFAULT_SECONDS = 8.0


class OverDeadline(requests.Timeout):
    """The response was not complete by its deadline."""


class TooLong(requests.RequestException):
    """The response exceeds the size limit."""


class ReadOnlySession(requests.Session):
    """A requests.Session that sends only requests that pass its check.

    It follows no redirects (a signed request must not go elsewhere), keeps no cookies, and takes neither proxies nor
    credentials from the environment. The time-out of requests restarts with every received byte. Here one deadline
    covers the complete response, head and body.
    """

    def __init__(self, check: Check, clock: Clock | None = None) -> None:
        super().__init__()
        self._check = check
        self._clock = clock or Clock()
        # How far the clock of the last response was ahead of ours. None: no response stated its time.
        self.clock_ahead: timedelta | None = None
        self._deadline = ThreadValue[float]()
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Limit all requests of this thread inside the block to `seconds`. A nearer outer deadline stays."""
        outer, deadline = self._deadline.get(), self._clock.now() + seconds
        self._deadline.set(deadline if outer is None else min(outer, deadline))
        try:
            yield
        finally:
            self._deadline.set(outer)

    def remaining(self) -> float:
        """Seconds until this thread's deadline, never negative."""
        deadline = self._deadline.get()
        return DEFAULT_SECONDS if deadline is None else max(0.0, deadline - self._clock.now())

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Check and send a request, and read the complete response before the deadline."""
        self._check(request.method or "", request.url or "", request.body)
        seconds = self.remaining()
        if seconds <= 0:
            raise OverDeadline("no time left")
        timeout = urllib3.Timeout(total=seconds, connect=min(CONNECT_SECONDS, seconds))
        kwargs |= {"timeout": timeout, "stream": True, "allow_redirects": False}
        response = super().send(request, **kwargs)
        try:
            response._content = _body(response)
        except BaseException:
            response.close()  # a connection with a broken response is not reused
            raise
        if (stated := date_of(response.headers.get("Date"))) is not None:
            self.clock_ahead = stated - self._clock.moment()
        return response


def date_of(header: str | None) -> datetime | None:
    """The moment of a Date header. None without a readable one."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except (TypeError, ValueError, OverflowError):
        return None


def _body(response: requests.Response) -> bytes:
    """The whole body, read in pieces as they arrive."""
    raw = response.raw
    pieces: list[bytes] = []
    length = 0
    try:
        while piece := raw.read1(_PIECE_BYTES, decode_content=True):
            pieces.append(piece)
            length += len(piece)
            if length > MOST_BYTES:
                raise TooLong(f"more than {MOST_BYTES} bytes")
    except urllib3.exceptions.ReadTimeoutError as error:
        raise OverDeadline("the response stopped or slowed down in the middle") from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(str(error)) from error
    return b"".join(pieces)


class _InTime(io.RawIOBase):
    """Reads a socket until a deadline, taken from the socket's time-out when reading begins."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)
        seconds = connected.gettimeout()
        self._deadline = time.monotonic() + (DEFAULT_SECONDS if seconds is None else seconds)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the response was not complete by its deadline")
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """A response whose head and body must arrive before the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_InTime(sock))


class _PlainConnection(HTTPConnection):
    response_class = _Answer


class _SecureConnection(HTTPSConnection):
    response_class = _Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Uses connections whose responses have a deadline."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
