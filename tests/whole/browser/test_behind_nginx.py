"""Every page behind deploy/nginx.conf: its content security policy blocks nothing that a page needs."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Browser

from domain.snapshot import Account
from tests.postgres import PostgresServer
from tests.whole.browser.browsing import opened, tab
from tests.whole.browser.test_looks import PAGES
from tests.whole.browser.website import website
from tests.whole.nginx_process import PROGRAM, ROOT, nginx

POLICY = "Content Security Policy"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")
def test_every_page_works_under_the_content_security_policy(
    browser: Browser, filled: tuple[PostgresServer, Account], tmp_path: Path
) -> None:
    server, _ = filled
    with website(server.database.url) as site, nginx(tmp_path, [site.url]) as proxy, tab(browser) as page:
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if POLICY in message.text else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        for path, title in PAGES.items():
            opened(page, proxy.url + path, title)
        assert problems == []


def test_the_policy_names_the_script_inside_the_page_of_streamlit() -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    scripts = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    policy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"'sha256-([^']+)'", policy) == hashes
