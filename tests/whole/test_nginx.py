"""Stillframe behind nginx with two web processes: downloads, known hosts, limits, caches and TLS."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.api.server_process import server_around
from tests.api.serving import Served, until
from tests.whole.nginx_process import PROGRAM, Proxy, nginx

pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")]

# A new file at each run, so that only the replica of the session has it.
DOWNLOAD = """
import time
import streamlit as st
st.download_button("CSV", f"a,b\\n{time.time_ns()},2\\n", "data.csv", "text/csv")
"""
CLIENTS = [f"127.0.0.{number}" for number in range(2, 10)]


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Served]]:
    with (
        server_around(tmp_path_factory.mktemp("one"), first=DOWNLOAD, second="") as one,
        server_around(tmp_path_factory.mktemp("two"), first=DOWNLOAD, second="") as two,
    ):
        yield [one, two]


@pytest.fixture(scope="module")
def proxy(replicas: list[Served], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    room = tmp_path_factory.mktemp("nginx")
    with nginx(room, [replica.url for replica in replicas]) as plain:
        yield plain


class FromAddress(HTTPAdapter):
    """Sends requests from this address of the machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: object, **options: object) -> None:
        """Bind each connection."""
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **options)  # type: ignore[arg-type]


def download_link(proxy: Proxy, client: str) -> str:
    """The path of the download that a page offers to this client."""
    rerun = BackMsg()
    rerun.rerun_script.page_name = ""
    connection = socket.create_connection(("127.0.0.1", proxy.port), source_address=(client, 0))
    with connect(f"ws://127.0.0.1:{proxy.port}/_stcore/stream", sock=connection) as session:
        session.send(rerun.SerializeToString())
        while True:
            message = ForwardMsg.FromString(session.recv(timeout=60, decode=False))
            if url := message.delta.new_element.download_button.url:
                return str(url)


def test_a_download_works_for_every_client_with_two_replicas(proxy: Proxy) -> None:
    for client in CLIENTS:
        with requests.Session() as browser:
            browser.mount("http://", FromAddress(client))
            link = download_link(proxy, client)
            answer = browser.get(proxy.url + link, timeout=60)
            assert answer.status_code == 200
            assert answer.text.startswith("a,b\n")


def test_an_unknown_host_name_gets_nothing_but_a_probe_by_address_gets_health(proxy: Proxy) -> None:
    for path in ("/", "/api/fills", "/_stcore/stream", "/metrics"):
        refused = requests.get(proxy.url + path, headers={"Host": "attacker.example"}, timeout=60)
        assert refused.status_code == 421
    assert requests.get(proxy.url + "/health", headers={"Host": "10.1.2.3"}, timeout=60).json()["status"] == "ok"
    assert requests.get(proxy.url + "/metrics", timeout=60).status_code == 404


def test_files_are_kept_by_caches_and_pages_are_not(proxy: Proxy) -> None:
    page = requests.get(proxy.url + "/", timeout=60)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    script = page.text.partition('data-main href="./')[2].partition('"')[0]
    for _ in range(2):
        file = requests.get(f"{proxy.url}/{script}", timeout=60)
        assert "immutable" in file.headers["Cache-Control"]
        assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert requests.get(proxy.url + "/api/fills", timeout=60).headers["Cache-Control"] == "no-store"


def test_too_many_requests_are_refused_with_429(proxy: Proxy) -> None:
    """A slow machine sends few requests a second one after the other, so they are sent at once."""

    def status(_: int) -> int:
        return requests.get(proxy.url + "/api/nothing", timeout=60).status_code

    assert status(0) == 404
    with ThreadPoolExecutor(80) as clients:
        until(lambda: 429 in clients.map(status, range(160)))


def test_the_lines_for_tls_serve_the_known_name_only(replicas: list[Served], proxy: Proxy, tmp_path: Path) -> None:
    certificate = tmp_path / "tls_certificate"
    options = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    files = ["-keyout", tmp_path / "tls_key", "-out", certificate]
    subprocess.run(["openssl", *options.split(), *map(str, files)], check=True, capture_output=True)
    with nginx(tmp_path, [replica.url for replica in replicas], tls=True) as secured:
        answer = requests.get(f"https://localhost:{secured.tls_port}/health", verify=str(certificate), timeout=60)
        assert answer.status_code == 200
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        plain = requests.get(secured.url + "/fills", headers={"Host": "localhost"}, allow_redirects=False, timeout=60)
        assert (plain.status_code, plain.headers["Location"]) == (301, "https://localhost/fills")
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        with (
            socket.create_connection(("127.0.0.1", secured.tls_port)) as connection,
            pytest.raises(ssl.SSLError, match="unrecognized name"),
        ):
            context.wrap_socket(connection, server_hostname="attacker.example")
