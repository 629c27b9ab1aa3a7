"""Sign-in by an OpenID Connect provider that runs on this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from db.secret_files import SecretText
from domain.viewers import Mode
from signin.settings import OidcSettings, SignInSettings
from tests.ports import free_port
from tests.signin.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, identity_provider
from tests.signin.site import Site, site_on


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def oidc_site(database: Any, provider: IdentityProvider) -> Iterator[Site]:
    port = free_port()
    oidc = OidcSettings(provider.url, CLIENT_ID, SecretText(CLIENT_SECRET), "email")
    settings = SignInSettings(Mode.OIDC, f"http://127.0.0.1:{port}", oidc=oidc)
    with site_on(database, settings, port) as site:
        site.execute("UPDATE viewer SET name = 'alice@example.com' WHERE name = 'alice'")
        yield site


def refused(site: Site, browser: requests.Session | None = None) -> str:
    """Try to sign in. Returns what the page says."""
    browser = browser or site.browser()
    response = browser.get(site.url + "/")
    assert response.status_code in (403, 502), response.text
    assert not any("stillframe_session" in cookie.name for cookie in browser.cookies)
    assert browser.get(site.url + "/api/who", headers={"Accept": "*/*"}).status_code == 401
    return response.text


def test_a_user_of_the_provider_is_led_there_and_back(oidc_site: Site, provider: IdentityProvider) -> None:
    browser = oidc_site.browser()
    response = browser.get(oidc_site.url + "/fills?account=main")
    assert response.url == oidc_site.url + "/fills?account=main"
    assert response.json()["viewer"] == "alice@example.com"
    (asked,) = provider.asked
    assert asked["scope"] == "openid email profile"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert oidc_site.audit()[-1] == ("alice@example.com", "signed in", "oidc")


def test_somebody_whom_only_the_provider_knows_stays_outside(oidc_site: Site, provider: IdentityProvider) -> None:
    provider.claims["email"] = "mallory@example.com"
    assert "mallory@example.com is no user of Stillframe" in refused(oidc_site)
    assert ("mallory@example.com", "sign-in refused", "no such user") in oidc_site.audit()


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another client", "azp": CLIENT_ID},
        {"iss": "https://evil.example.com"},
        {"nonce": "another nonce"},
        {"exp": 1_000_000_000},
        {"email_verified": False},
        *(
            pytest.param(lie, marks=pytest.mark.slow)
            for lie in (
                {"nonce": None},
                {"email_verified": None},
                {"email": None},
                {"email": ["alice@example.com"]},
            )
        ),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    oidc_site: Site, provider: IdentityProvider, lie: dict[str, Any]
) -> None:
    provider.claims.update(lie)
    assert "could not be accepted" in refused(oidc_site)


def test_a_token_signed_by_another_key_is_refused(oidc_site: Site, provider: IdentityProvider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "first"})
    assert "could not be accepted" in refused(oidc_site)


def test_an_answer_without_an_id_token_is_refused(oidc_site: Site, provider: IdentityProvider) -> None:
    provider.has_id_token = False
    assert "could not be accepted" in refused(oidc_site)


def test_a_new_key_of_the_provider_is_fetched(oidc_site: Site, provider: IdentityProvider) -> None:
    assert oidc_site.browser().get(oidc_site.url + "/").ok
    provider.key = RSAKey.generate_key(2048, {"kid": "second"})
    assert oidc_site.browser().get(oidc_site.url + "/").ok


def test_a_provider_of_another_name_is_refused(oidc_site: Site, provider: IdentityProvider) -> None:
    provider.issuer = "https://evil.example.com"
    assert "did not answer as expected" in refused(oidc_site)


def test_a_claim_outside_of_the_token_comes_from_userinfo_of_the_same_subject(
    oidc_site: Site, provider: IdentityProvider
) -> None:
    provider.claims = {"sub": "u-1"}
    provider.userinfo = {"sub": "u-1", "email": "alice@example.com", "email_verified": True}
    assert oidc_site.browser().get(oidc_site.url + "/").ok
    provider.userinfo["sub"] = "u-2"
    assert "could not be accepted" in refused(oidc_site)


def test_an_answer_that_another_browser_began_is_refused(oidc_site: Site) -> None:
    begun = oidc_site.browser().get(oidc_site.url + "/sign-in", allow_redirects=False)
    led = requests.get(begun.headers["location"], allow_redirects=False, timeout=60)
    assert parse_qs(urlsplit(led.headers["location"]).query)["code"]
    stolen = oidc_site.browser()
    assert stolen.get(led.headers["location"]).status_code == 403
    assert not any("stillframe_session" in cookie.name for cookie in stolen.cookies)


def test_an_answer_cannot_be_used_twice(oidc_site: Site) -> None:
    browser = oidc_site.browser()
    begun = browser.get(oidc_site.url + "/sign-in", allow_redirects=False)
    led = requests.get(begun.headers["location"], allow_redirects=False, timeout=60)
    assert browser.get(led.headers["location"], allow_redirects=False).status_code == 303
    browser.cookies.clear()
    assert browser.get(led.headers["location"], allow_redirects=False).status_code == 403


def test_a_rotated_client_secret_counts_at_the_next_sign_in(
    database: Any, provider: IdentityProvider, tmp_path: Path
) -> None:
    file, port = tmp_path / "secret", free_port()
    file.write_text(CLIENT_SECRET)
    oidc = OidcSettings(provider.url, CLIENT_ID, SecretText(f"file:{file}"), "email")
    settings = SignInSettings(Mode.OIDC, f"http://127.0.0.1:{port}", oidc=oidc)
    with site_on(database, settings, port) as site:
        site.execute("UPDATE viewer SET name = 'alice@example.com' WHERE name = 'alice'")
        provider.client_secret = "a new secret of the provider"
        assert "could not be accepted" in refused(site)
        (tmp_path / "new").write_text(provider.client_secret)
        (tmp_path / "new").rename(file)
        assert site.browser().get(site.url + "/").ok


def test_a_provider_that_is_away_is_said_in_words(database: Any) -> None:
    port, away = free_port(), free_port()
    oidc = OidcSettings(f"http://127.0.0.1:{away}", CLIENT_ID, SecretText(CLIENT_SECRET), "email")
    with site_on(database, SignInSettings(Mode.OIDC, f"http://127.0.0.1:{port}", oidc=oidc), port) as site:
        assert "did not answer as expected" in refused(site)
