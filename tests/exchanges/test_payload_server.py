"""The server of payloads: what a client does is no noise of the tests', what the server does wrong is."""

import http.client
import socket
import struct
import threading
from urllib.parse import urlsplit

import pytest

from tests.exchanges.payload_server import Reply, Request, serving

LARGE = "x" * 20_000_000  # more than the system takes without a reader


def test_a_disconnected_client_is_not_logged_as_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    asked, gone = threading.Event(), threading.Event()
    handling: list[threading.Thread] = []

    def late(_: Request) -> Reply:
        handling.append(threading.current_thread())
        asked.set()
        gone.wait(60)
        return Reply(LARGE)

    with serving() as server:
        server.answers["/late"] = late
        client = socket.create_connection((str(urlsplit(server.url).hostname), urlsplit(server.url).port or 0))
        client.sendall(b"GET /late HTTP/1.1\r\nHost: here\r\n\r\n")
        assert asked.wait(60)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset at once
        client.close()
        gone.set()
        handling[0].join(60)
        assert not handling[0].is_alive()
    assert capfd.readouterr().err == ""


def test_a_faulty_reply_is_logged_as_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    def wrong(_: Request) -> Reply:
        raise ZeroDivisionError

    with serving() as server:
        server.answers["/wrong"] = wrong
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        connection.request("GET", "/wrong")
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()
    assert "ZeroDivisionError" in capfd.readouterr().err
