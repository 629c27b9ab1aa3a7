"""Addresses: headers count from named proxies only."""

from ipaddress import ip_network

import pytest
from starlette.requests import HTTPConnection

from signin.addresses import client_address, is_from_proxy, is_own_origin, is_secure
from signin.local_paths import local_path
from signin.settings import SignInSettings

PROXIES = (ip_network("10.0.0.0/24"), ip_network("::1/128"))


def scope_of(peer: str, **headers: str):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "scheme": "http", "client": (peer, 4000), "headers": pairs}


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first one may be invented
        ("10.0.0.5", "203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies in a row
        ("10.0.0.5", "nonsense", "10.0.0.5"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours
        ("::ffff:10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "", "10.0.0.5"),
    ],
)
def test_the_client_is_the_last_address_that_no_named_proxy_has(peer: str, forwarded: str, client: str) -> None:
    assert client_address(scope_of(peer, x_forwarded_for=forwarded), PROXIES) == client


def test_only_a_named_address_is_a_proxy() -> None:
    assert is_from_proxy(scope_of("10.0.0.5"), PROXIES)
    assert is_from_proxy(scope_of("::1"), PROXIES)
    assert not is_from_proxy(scope_of("10.0.1.5"), PROXIES)
    assert not is_from_proxy({"type": "http", "client": None, "headers": []}, PROXIES)


def test_tls_is_known_by_the_public_address_or_by_a_named_proxy() -> None:
    behind = SignInSettings(proxies=PROXIES)
    assert is_secure(scope_of("10.0.0.5", x_forwarded_proto="https"), behind)
    assert not is_secure(scope_of("10.9.0.5", x_forwarded_proto="https"), behind)
    assert is_secure({**scope_of("10.9.0.5"), "scheme": "wss"}, behind)
    assert is_secure(scope_of("10.9.0.5"), SignInSettings(public_url="https://still.example.com"))


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"origin": "http://still.example.com:8501"}, True),
        ({"origin": "https://evil.example.com"}, False),
        ({"origin": "null"}, False),
        ({}, True),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-origin"}, True),
    ],
)
def test_a_form_of_another_site_is_told_by_its_origin(headers: dict[str, str], is_own: bool) -> None:
    scope = scope_of("10.0.0.5", host="still.example.com:8501", **headers)
    assert is_own_origin(HTTPConnection(scope)) is is_own


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/fills?account=main", "/fills?account=main"),
        ("//evil.example.com", "/"),
        ("/\\evil.example.com", "/"),
        ("https://evil.example.com/", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in?following=/", "/"),
        ("/a\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_pages_of_this_server_only(text: str, path: str) -> None:
    assert local_path(text) == path
