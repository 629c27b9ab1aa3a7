"""The connection to an exchange: time-outs, a deadline for each whole answer, and the guard at the lowest level."""

import http.client
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Types for the sender alone: (method, url, body) -> None, raising when the request must not leave.
Check = Callable[[str, str, str | bytes | None], None]

CONNECT_SECONDS = 3.0
MOST_BYTES = 64 * 1024 * 1024
_PIECE_BYTES = 256 * 1024
DEFAULT_SECONDS = 8.0


class OverDeadline(requests.Timeout):
    """The answer was not whole by its deadline."""


class TooLong(requests.RequestException):
    """The answer is longer than any honest one."""


class ReadOnlySession(requests.Session):
    """A requests.Session that sends nothing but what its check lets through.

    Redirects are not followed (a signed request must not travel on), cookies are not kept, and neither proxies nor
    credentials are taken from the environment. requests' own time-out starts anew with every byte that arrives; here
    one deadline bounds the whole answer, its head as well as its body.
    """

    def __init__(self, check: Check, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._check = check
        self._now = now
        self._local = threading.local()
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Everything that this thread sends inside must be answered within `seconds`; an outer, nearer deadline
        stays."""
        outer: float | None = getattr(self._local, "deadline", None)
        mine = self._now() + seconds
        self._local.deadline = mine if outer is None else min(outer, mine)
        try:
            yield
        finally:
            self._local.deadline = outer

    def remaining(self) -> float:
        """Seconds until this thread's deadline, never negative."""
        deadline: float | None = getattr(self._local, "deadline", None)
        return DEFAULT_SECONDS if deadline is None else max(0.0, deadline - self._now())

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send what the check lets through, and read the answer whole before the deadline."""
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
            response.close()  # a broken answer's connection is not used again
            raise
        return response


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
        raise OverDeadline("the answer stopped or dripped in the middle") from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(str(error)) from error
    return b"".join(pieces)


class _InTime(io.RawIOBase):
    """What arrives on a socket until the deadline, which the socket's time-out tells when the reading begins."""

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
            raise TimeoutError("the answer dripped past its deadline")
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer whose head and body come in time or not at all."""

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
    """Sends over connections whose answers come in time."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
