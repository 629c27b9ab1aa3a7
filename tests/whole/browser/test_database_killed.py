"""Postgres is killed under an open page and started again: data stays, a band says since when, without a reload."""

import os
import signal
import time
from contextlib import suppress

import psutil
import pytest
import requests
from playwright.sync_api import Browser, expect

from db.embedded import EmbeddedPostgresError, State
from tests.api.serving import until
from tests.postgres import PostgresServer
from tests.whole.browser.browsing import opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed
from tests.whole.browser.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.chaos]

DATA = ("/api/dashboard/snapshot", "/api/orders/open", "/api/monitoring/summary", "/api/health/ready")
ALIVE = ("/ping_fast", "/__ping", "/health", "/api/health")


def killed(server: PostgresServer) -> None:
    """Kill the server and wait until the last of its processes has noticed."""
    pid = server.cluster.pid()
    assert pid is not None
    family = psutil.Process(pid).children(recursive=True)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not any(process.is_running() and process.status() != "zombie" for process in family))


def started(server: PostgresServer) -> bool:
    """Start it again. It is refused while children of the killed server still hold its memory."""
    with suppress(EmbeddedPostgresError):
        server.cluster.start()
    return server.cluster.state() is State.RUNNING


def test_a_page_stays_while_the_database_is_killed_and_continues_by_itself(browser: Browser, stack: Stack) -> None:
    server, account, site = stack.server, stack.account, stack.site
    refreshed(server.database, account)
    with tab(browser) as page:
        opened(page, site.url, "Overview")
        expect(page.get_by_text("200,000").first).to_be_visible()
        page.evaluate("window.never_reloaded = true")
        killed(server)
        expect(page.get_by_text("Database unreachable")).to_be_visible()
        expect(page.get_by_text("since").first).to_be_visible()
        expect(page.get_by_text("200,000").first).to_be_visible()
        page.get_by_role("link", name="Orders", exact=True).click()
        expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
        expect(page.get_by_text("Database unreachable")).to_be_visible()
        expect(page.locator(".sf-table tr[data-key]").first).to_be_visible()
        page.get_by_role("link", name="Overview").click()
        until(lambda: started(server))
        expect(page.get_by_text("Database unreachable")).to_have_count(0)
        server.database.dispose()
        refreshed(server.database, account, moved="1.5")
        expect(page.get_by_text("300,000").first).to_be_visible()
        assert page.evaluate("window.never_reloaded") is True


def test_the_routes_respond_as_documented_before_and_during_and_after(stack: Stack) -> None:
    server, account, site = stack.server, stack.account, stack.site
    server.database.dispose()
    refreshed(server.database, account)
    assert {path: site.get(path).status_code for path in (*ALIVE, *DATA)} == dict.fromkeys((*ALIVE, *DATA), 200)
    killed(server)
    for path in DATA:
        down = site.get(path)
        assert down.status_code == 503
        assert "Traceback" not in down.text
    assert {site.get(path).status_code for path in ALIVE} == {200}
    until(lambda: started(server))
    assert {path: _recovered(site, path).status_code for path in DATA} == dict.fromkeys(DATA, 200)


def _recovered(site: Website, path: str) -> requests.Response:
    """The first response that is not a refusal, or the last one: a server may say for a moment that it starts."""
    deadline = time.monotonic() + 60
    while (answer := site.get(path)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer
