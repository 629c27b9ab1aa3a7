"""Sign-in by password over real HTTP and a real database."""

import requests
from starlette.requests import HTTPConnection

from db.credentials import token_hash
from signin.limits import MOST_BY_NAME_AND_ADDRESS
from signin.settings import SignInSettings
from tests.signin.site import PASSWORD, Site, cookie_of, hidden, send_form, signed_in, site_on


def who(site: Site, browser: requests.Session) -> str | None:
    response = browser.get(site.url + "/api/who", allow_redirects=False)
    return response.json()["viewer"] if response.ok else None


def test_a_stranger_is_led_to_the_form_and_then_to_the_page_that_was_asked_for(site: Site) -> None:
    browser = site.browser()
    led = browser.get(site.url + "/fills?account=main", allow_redirects=False)
    assert led.status_code == 303
    assert led.headers["location"] == "/sign-in?following=%2Ffills%3Faccount%3Dmain"
    form = browser.get(site.url + led.headers["location"]).text
    assert hidden(form, "following") == "/fills?account=main"
    response = send_form(site, browser, "Alice ", PASSWORD, "/fills?account=main")
    assert (response.status_code, response.headers["location"]) == (303, "/fills?account=main")
    assert who(site, browser) == "alice"
    assert site.audit()[-1] == ("alice", "signed in", "password")


def test_a_stranger_gets_no_file_and_no_data(site: Site) -> None:
    for path in ("/static/js/index.js", "/media/x.csv", "/_stcore/upload_file", "/api/who", "/nothing"):
        response = requests.get(site.url + path, timeout=60)
        assert response.status_code == 401, path
        assert "viewer" not in response.text
    assert requests.get(site.url + "/health", timeout=60).text == "ok"


def test_nobody_can_send_the_header_of_a_credential(site: Site) -> None:
    forged = requests.get(site.url + "/health", headers={"X-Stillframe-Credential": "forged"}, timeout=60)
    assert forged.ok
    browser = signed_in(site)
    shown = browser.get(site.url + "/", headers={"X-Stillframe-Credential": "forged"}).json()
    assert shown["header_is_credential"]
    assert shown["header"] == cookie_of(browser)


def test_the_session_is_a_cookie_for_this_server_alone_and_is_stored_hashed(site: Site) -> None:
    response = send_form(site, site.browser(), "alice", PASSWORD)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("stillframe_session=")
    assert "; HttpOnly; Path=/; SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    with site.database.owner.connect() as connection:
        stored = connection.exec_driver_sql("SELECT token_hash, viewer FROM session WHERE viewer = 'alice'").one()
        whole = connection.exec_driver_sql("SELECT session::text FROM session WHERE viewer = 'alice'").scalar_one()
    assert bytes(stored.token_hash) == token_hash(token)
    assert token not in whole


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(database) -> None:
    from domain.viewers import Mode

    with site_on(database, SignInSettings(Mode.PASSWORD, public_url="https://still.example.com")) as site:
        form = requests.get(site.url + "/sign-in", timeout=60)
        assert form.headers["set-cookie"].startswith("__Host-stillframe_form=")
        form_cookie = form.headers["set-cookie"].partition(";")[0]
        fields = {"form_token": hidden(form.text, "form_token"), "name": "alice", "password": PASSWORD}
        headers = {"Cookie": form_cookie}
        response = requests.post(site.url + "/sign-in", fields, headers=headers, allow_redirects=False, timeout=60)
        assert response.headers["set-cookie"].startswith("__Host-stillframe_session=")
        assert "; Secure" in response.headers["set-cookie"]
        token = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
        for name, status in (("stillframe_session", 401), ("__Host-stillframe_session", 200)):
            headers = {"Cookie": f"{name}={token}"}
            assert requests.get(site.url + "/api/who", headers=headers, timeout=60).status_code == status


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(site: Site) -> None:
    answers = [send_form(site, site.browser(), name, "wrong") for name in ("alice", "nobody", "bob", "(web)")]
    assert {answer.status_code for answer in answers} == {401}
    assert all("Name or password is wrong." in answer.text for answer in answers)
    assert all("stillframe_session" not in answer.headers["set-cookie"] for answer in answers)
    names = [viewer for viewer, action, _ in site.audit() if action == "sign-in refused"]
    assert names[0] == "alice"
    assert str(names[1]).startswith("unknown ")  # people type passwords into the wrong field


def test_after_too_many_attempts_even_the_right_password_waits(site: Site) -> None:
    browser = site.browser()
    for _ in range(MOST_BY_NAME_AND_ADDRESS):
        assert send_form(site, browser, "alice", "wrong").status_code == 401
    refused = send_form(site, browser, "alice", PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900"
    assert "Too many attempts" in refused.text
    site.execute("UPDATE sign_in_attempt SET at = at - interval '15 minutes'")
    assert send_form(site, browser, "alice", PASSWORD).status_code == 303


def test_a_guesser_elsewhere_locks_nobody_out(site: Site) -> None:
    with site.database.owner.begin() as connection:
        for _ in range(MOST_BY_NAME_AND_ADDRESS):
            connection.exec_driver_sql(
                "INSERT INTO sign_in_attempt (viewer, address, succeeded) VALUES ('alice', '203.0.113.9', false)"
            )
    assert send_form(site, site.browser(), "alice", PASSWORD).status_code == 303


def test_the_right_password_forgives_earlier_failures(site: Site) -> None:
    browser = site.browser()
    for _ in range(3):
        for _ in range(MOST_BY_NAME_AND_ADDRESS - 1):
            send_form(site, browser, "alice", "wrong")
        browser.cookies.clear()
        assert send_form(site, browser, "alice", PASSWORD).status_code == 303
        browser.cookies.clear()


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    assert send_form(site, site.browser(), "alice", PASSWORD, Origin="https://evil.example.com").status_code == 403
    fields = {"form_token": "x", "name": "alice", "password": PASSWORD}
    assert requests.post(site.url + "/sign-in", fields, allow_redirects=False, timeout=60).status_code == 403


def test_what_is_typed_into_the_form_comes_back_as_text(site: Site) -> None:
    response = send_form(site, site.browser(), '"><script>alert(1)</script>', "wrong")
    assert "<script>" not in response.text
    assert "script-src" not in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_pages_are_kept_in_no_cache(site: Site) -> None:
    browser = signed_in(site)
    for path in ("/", "/api/who", "/sign-in"):
        assert browser.get(site.url + path).headers["cache-control"] == "private, no-store"


def test_signing_in_again_ends_the_earlier_session(site: Site) -> None:
    browser = signed_in(site)
    before = cookie_of(browser)
    shown = requests.get(site.url + "/sign-in", timeout=60)
    form_cookie = shown.headers["set-cookie"].partition(";")[0]
    fields = {"form_token": hidden(shown.text, "form_token"), "name": "alice", "password": PASSWORD}
    headers = {"Cookie": f"{form_cookie}; stillframe_session={before}"}
    again = requests.post(site.url + "/sign-in", fields, headers=headers, allow_redirects=False, timeout=60)
    assert again.status_code == 303
    assert before not in again.headers["set-cookie"]
    assert who(site, browser) is None


def test_parallel_attempts_pass_no_limit_together(site: Site) -> None:
    """Each counts itself before it looks at the password."""
    from concurrent.futures import ThreadPoolExecutor

    store = site.sign_in.identity.store
    with ThreadPoolExecutor(8) as threads:
        allowed = list(threads.map(lambda _: store.may_attempt("alice", "203.0.113.9"), range(24)))
    assert sum(allowed) <= MOST_BY_NAME_AND_ADDRESS


def test_a_connection_without_cookie_is_nobody() -> None:
    from signin.cookies import SESSION
    from signin.cookies import cookie_of as read

    assert read(HTTPConnection({"type": "http", "headers": []}), SESSION, secure=False) is None
