"""Addresses: who sent a request, and whether it came over TLS. Headers of named proxies count, all others do not."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from signin.settings import Network, SignInSettings


def is_from_proxy(scope: Scope, proxies: Iterable[Network]) -> bool:
    """True if the TCP peer is a named proxy."""
    return _is_in(peer_of(scope), proxies)


def peer_of(scope: Scope) -> str:
    """The address of the TCP peer, or "" if there is none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def client_address(scope: Scope, proxies: Iterable[Network]) -> str:
    """The address of the person's machine.

    Proxies append to X-Forwarded-For. The last address that no named proxy has is the client, because everything
    before it may be invented.
    """
    networks = tuple(proxies)
    address = peer_of(scope)
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    while forwarded and _is_in(address, networks):
        following = forwarded.pop().strip()
        if not _is_address(following):
            break
        address = following
    return address


def is_secure(scope: Scope, settings: SignInSettings) -> bool:
    """True if the person's browser uses TLS: by the public address, by a named proxy, or on this connection."""
    if settings.public_url is not None:
        return settings.public_url.startswith("https:")
    if is_from_proxy(scope, settings.proxies):
        scheme = Headers(scope=scope).get("x-forwarded-proto", "").rpartition(",")[2].strip()
        return scheme in ("https", "wss")
    return scope.get("scheme") in ("https", "wss")


def is_own_origin(connection: HTTPConnection) -> bool:
    """True if a page of our own sent the request, or no page at all.

    Browsers send Origin with every POST. Only a program leaves it out, and it has no cookies to abuse.
    """
    origins = connection.headers.getlist("origin")
    host = connection.headers.get("host", "").lower()
    if not origins:
        return connection.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return all(origin.lower().partition("://")[2] == host for origin in origins)


def _is_in(address: str, networks: Iterable[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks if network.version == parsed.version)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
