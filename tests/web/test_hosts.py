"""Host names and origins: who may send requests to pages, websocket and API."""

import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.api.server_process import HERE
from tests.web.conftest import Guarded

PATHS = ["/", "/fills", "/health", "/api/dashboard/snapshot", "/_stcore/host-config", "/static/js/none.js", "/overview"]
FOREIGN_HOSTS = [
    "attacker.example",
    "attacker.example:8501",
    "127.0.0.1.attacker.example",
    "lan.example.attacker.example",
    "lan.example",  # *.lan.example stands for the names below
    "[::2]",
    "127.0.0.1@attacker.example",
    "",
]
FOREIGN_ORIGINS = ["http://attacker.example", "https://attacker.example", "null", "http://127.0.0.1:1", "file://", "x"]


def address_of(guarded: Guarded) -> str:
    return urlsplit(guarded.served.url).netloc


def opened(guarded: Guarded, host: str | None = None, origin: str | None = None) -> int:
    """The status of a websocket's handshake: 101 if it opens."""
    headers = {} if host is None else {"Host": host}
    url = f"ws://{address_of(guarded)}/_stcore/stream"
    try:
        with connect(url, additional_headers=headers, origin=origin):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as error:
        return error.response.status_code


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_request_for_a_foreign_host_name_gets_nothing(guarded: Guarded, host: str) -> None:
    for path in PATHS:
        answer = requests.get(guarded.served.url + path, headers={"Host": host}, timeout=60)
        assert answer.status_code in (400, 421)  # 400 by the server, which refuses an empty name
        assert len(answer.content) < 200


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1.attacker.example:8501"])
def test_a_websocket_for_a_foreign_host_name_does_not_open(guarded: Guarded, host: str) -> None:
    assert raw_handshake(guarded, f"Host: {host}", f"Origin: http://{host}") == 403


@pytest.mark.parametrize("host", ["stillframe.example", "STILLFRAME.example:8501", "a.lan.example", "localhost:1"])
def test_a_known_host_name_is_served(guarded: Guarded, host: str) -> None:
    for path in ("/", "/health"):
        assert requests.get(guarded.served.url + path, headers={"Host": host}, timeout=60).status_code == 200
    assert raw_handshake(guarded, f"Host: {host}", f"Origin: http://{host}") == 101


def test_two_host_headers_are_refused(guarded: Guarded) -> None:
    assert raw_handshake(guarded, "Host: stillframe.example", "Host: attacker.example") in (400, 403)


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_page_of_another_site_gets_nothing(guarded: Guarded, origin: str) -> None:
    for path in PATHS:
        assert requests.get(guarded.served.url + path, headers={"Origin": origin}, timeout=60).status_code == 403
    assert opened(guarded, origin=origin) == 403


def test_our_own_page_may_open_its_session(guarded: Guarded) -> None:
    assert opened(guarded, origin=f"http://{address_of(guarded)}") == 101
    assert opened(guarded) == 101  # programs send no Origin


@pytest.mark.parametrize(
    "path", ["/healthz", "/health/", "/health/live", "/ready", "/readyz", "/api", "/api/nothing", "/apis", "/metrics/x"]
)
def test_an_unknown_path_of_monitoring_is_not_found(guarded: Guarded, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        assert requests.request(method, guarded.served.url + path, timeout=60).status_code == 404
    assert "<html" not in requests.get(guarded.served.url + path, timeout=60).text


def test_nothing_asks_the_internet_whatever_a_stranger_sends(guarded: Guarded) -> None:
    """A foreign Origin made Streamlit ask for its own address, and health waited for the answer."""
    for origin in ("http://attacker.example", "http://STILLFRAME.example", "https://stillframe.example:1"):
        assert raw_handshake(guarded, "Host: stillframe.example", f"Origin: {origin}") == 403
    assert guarded.served.get("/health").ok
    assert guarded.proxy.requests == []
    assert guarded.asked_outside.read_text() == ""


@pytest.mark.slow
def test_the_start_in_a_container_asks_the_internet_for_nothing(guarded: Guarded) -> None:
    """With a wildcard address and no name for itself, Streamlit asks for its address before it prints it."""
    script = (
        "from streamlit import config; from streamlit.web import bootstrap;"
        "bootstrap.load_config_options({'server.address': '0.0.0.0', 'server.headless': True});"
        "bootstrap._print_url(False)"
    )
    room = guarded.log.parent
    environment = {"PYTHONPATH": f"{room / 'blocked'}:{HERE}", "HOME": str(room), "https_proxy": guarded.proxy.url}
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=room, env=environment, capture_output=True, text=True, check=True
    )
    assert "http" in printed.stdout
    assert guarded.asked_outside.read_text() == ""
    assert guarded.proxy.requests == []


def raw_handshake(guarded: Guarded, *headers: str) -> int:
    """The status of a websocket's handshake with exactly these headers."""
    url = urlsplit(guarded.served.url)
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        *headers,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=60) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(connection.recv(100).split()[1])
