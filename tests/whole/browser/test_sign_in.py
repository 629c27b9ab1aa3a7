"""Sign-in in a real browser, before the real web process: each user sees the accounts of this user alone."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from db.credentials import new_token, password_hash, token_hash
from db.writes.sessions import end_sessions_of
from db.writes.sign_in_mode import write_sign_in_mode
from db.writes.viewers import insert_api_token, insert_viewer, set_accounts
from domain.snapshot import Account
from domain.viewers import Mode, Scope
from tests.api.serving import until
from tests.postgres import Database, PostgresServer
from tests.whole.browser.browsing import PATIENCE, PHONE, settled, tab
from tests.whole.browser.market import configured, refreshed
from tests.whole.browser.website import Website, website

ACCOUNTS = ".sf-bar .accounts"
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "five random words of mine"
VAULT = "secret-vault"
USERS = {"alice": ("main",), "bob": (VAULT,)}


@pytest.fixture(scope="module")
def site(filled: tuple[PostgresServer, Account]) -> Iterator[Website]:
    database = filled[0].database
    refreshed(database, configured(database, VAULT))
    with database.writer.begin() as connection:  # the second one took the place of the first
        connection.execute(text("UPDATE account SET is_configured = true"))
    write_sign_in_mode(database.owner, Mode.PASSWORD)
    with database.writer.begin() as connection:
        for name, accounts in USERS.items():
            insert_viewer(connection, name, False, password_hash(PASSWORD))
            set_accounts(connection, name, accounts)
        insert_viewer(connection, "root", True, password_hash(PASSWORD))
    with website(database.url, environment={"STILLFRAME_SIGN_IN": "password"}) as site:
        yield site
    write_sign_in_mode(database.owner, Mode.OFF)


@pytest.fixture
def database(filled: tuple[PostgresServer, Account]) -> Database:
    return filled[0].database


def sign_in(page: Page, site: Website, name: str, path: str = "/") -> None:
    page.goto(site.url + path)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    settled(page)


def session_of(context: BrowserContext) -> str:
    return next(str(cookie["value"]) for cookie in context.cookies() if cookie["name"] == "stillframe_session")


def test_each_user_sees_the_accounts_of_this_user_alone(browser: Browser, site: Website) -> None:
    for name, accounts in USERS.items():
        with tab(browser) as page:
            sign_in(page, site, name)
            (hidden,) = ({"main", VAULT}) - set(accounts)
            settled(page)
            assert VAULT in accounts or VAULT not in page.content()
            expect(page.get_by_text(hidden, exact=True)).to_have_count(0)
            assert page.get_by_role("link", name="Status").count() == 0
            page.goto(f"{site.url}/?account={accounts[0]}")
            settled(page)
            expect(page.get_by_text("There is no account")).to_have_count(0)
            page.goto(f"{site.url}/?account={hidden}")
            expect(page.get_by_text(f"There is no account {hidden}")).to_be_visible()


def test_an_administrator_sees_every_account_and_status(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        sign_in(page, site, "root")
        for name in ("main", VAULT):
            expect(page.locator(ACCOUNTS).get_by_text(name, exact=True)).to_be_visible()
        page.get_by_role("link", name="Status").click()
        expect(page.get_by_role("heading", name="Status", exact=True)).to_be_visible()


def test_signing_out_closes_every_tab_and_back_shows_nothing_old(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        sign_in(page, site, "alice")
        other = page.context.new_page()
        other.goto(site.url + "/fills")
        expect(other.get_by_role("heading", name="Trades", exact=True)).to_be_visible()
        page.locator(".opener").click()
        expect(page.locator(".sf-bar .viewer")).to_contain_text("alice")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Signed out")).to_be_visible()
        expect(other.get_by_role("heading", name="Signed out")).to_be_visible()
        for left in (page, other):
            left.go_back()
            expect(left.get_by_role("heading", name="Sign in")).to_be_visible()
            assert "Overview" not in left.content()


def test_a_session_that_ended_elsewhere_leads_its_page_to_the_form(
    browser: Browser, site: Website, database: Database
) -> None:
    with tab(browser) as page:
        sign_in(page, site, "bob")
        with database.writer.begin() as connection:
            end_sessions_of(connection, "bob")
        page.wait_for_url("**/sign-in", timeout=PATIENCE)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_session_of_one_user_gets_nothing_of_another(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        sign_in(page, site, "alice")
        cookie = {"Cookie": f"stillframe_session={session_of(page.context)}"}
    for path in ("/api/dashboard/snapshot", "/api/orders/open", "/api/fills", "/api/health/ready"):
        response = requests.get(site.url + path, headers=cookie, timeout=60)
        assert response.status_code in (200, 503), path
        assert "main" in response.text or path == "/api/fills"
        assert VAULT not in response.text, path
    named = requests.get(site.url + "/api/orders/open", params={"account": VAULT}, headers=cookie, timeout=60)
    assert named.status_code == 404
    assert requests.get(site.url + "/api/monitoring/summary", headers=cookie, timeout=60).status_code == 403


def test_the_token_of_one_user_gets_nothing_of_another(site: Website, database: Database) -> None:
    token = new_token()
    with database.writer.begin() as connection:
        insert_api_token(connection, token_hash(token), "alice", "test", [Scope.READ], None)
    bearer = {"Authorization": f"Bearer {token}"}
    answer = requests.get(site.url + "/api/orders/open", headers=bearer, timeout=60)
    assert answer.status_code == 200
    assert "main" in answer.text
    assert VAULT not in answer.text
    assert (
        requests.get(site.url + "/api/orders/open", headers={"Authorization": "Bearer x"}, timeout=60).status_code
        == 401
    )


def test_a_stranger_learns_how_ready_the_data_is_and_of_no_account(site: Website) -> None:
    until(lambda: requests.get(site.url + "/api/health/ready", timeout=60).ok)
    ready = requests.get(site.url + "/api/health/ready", timeout=60)
    assert ready.json().keys() == {"status"}
    for path in ("/", "/static/index.html", "/fills", "/api/orders/open", "/nothing"):
        response = requests.get(site.url + path, allow_redirects=False, timeout=60)
        assert response.status_code == 401, path


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example.com"}, {"Cookie": "stillframe_session=guessed"}]
)
def test_a_websocket_without_a_session_is_refused(site: Website, headers: dict[str, str]) -> None:
    url = site.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=headers):
        pass
    assert refused.value.response.status_code == 403


def test_a_page_of_another_site_cannot_open_the_websocket_of_a_user(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        sign_in(page, site, "alice")
        headers = {"Cookie": f"stillframe_session={session_of(page.context)}", "Origin": "https://evil.example.com"}
    url = site.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=headers):
        pass
    assert refused.value.response.status_code == 403


def test_the_form_works_without_javascript_on_a_phone(browser: Browser, site: Website) -> None:
    width, height = PHONE
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(site.url + "/sign-in?following=/api/orders/open")
    for label in ("Name", "Password"):
        box = page.get_by_label(label).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 44
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body")).to_contain_text("main")
    context.close()


def test_what_users_ask_for_stands_in_the_audit(browser: Browser, site: Website, database: Database) -> None:
    with tab(browser) as page:
        sign_in(page, site, "root")
        page.locator(".badge .age").first.click()
        page.get_by_role("button", name="Refresh now").click()
        expect(page.get_by_text("waiting for the exchange")).to_be_visible()

    def actions() -> set[str]:
        with database.owner.connect() as connection:
            return set(connection.execute(text("SELECT action FROM audit WHERE viewer = 'root'")).scalars())

    until(lambda: {"signed in", "refresh requested"} <= actions())
