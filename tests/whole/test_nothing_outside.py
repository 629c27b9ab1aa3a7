"""Nothing but the exchange of the configuration is asked, by any process, whatever happens to it."""

import subprocess
import sys
from pathlib import Path

import pytest

from app import PAGES
from tests.api.server_process import page_session
from tests.api.serving import Served
from tests.postgres import Database
from tests.refresher.refresher_process import configured, run_refresher
from tests.simulator.exchange_process import run_simulator
from tests.web.recording_proxy import RecordingProxy, blocked_environment
from tests.whole.browser.website import website

pytestmark = pytest.mark.slow


def test_the_refresher_asks_its_exchange_and_the_pages_ask_nobody(database: Database, tmp_path: Path) -> None:
    with RecordingProxy() as proxy, run_simulator(days=1) as exchange:
        asked_outside, blocked = blocked_environment(tmp_path, proxy.url)
        environment = configured(tmp_path, exchange.url) | blocked
        for command in ("--check", "--once"):
            ran = run_refresher(environment, database.url, command)
            assert ran.returncode == 0, ran.stdout + ran.stderr
        with website(database.url, environment=blocked) as site:
            served = Served(site.url)
            for page in PAGES:
                assert "delta" in page_session(served, "" if page == "overview" else page)
            assert served.get("/api/dashboard/snapshot").status_code == 200
        assert asked_outside.read_text() == ""
        assert proxy.requests == []


def test_the_blocked_sockets_notice_what_asks_outside(tmp_path: Path) -> None:
    """The test above could not fail otherwise."""
    asked_outside, blocked = blocked_environment(tmp_path, "http://127.0.0.1:1")
    script = "import socket; socket.create_connection(('stillframe.example', 80))"
    ran = subprocess.run([sys.executable, "-c", script], env=blocked, capture_output=True, check=False)
    assert ran.returncode != 0
    assert asked_outside.read_text() == "look-up of stillframe.example\n"
