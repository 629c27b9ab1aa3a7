"""Access: who may ask for data. Health is open to everyone.

With sign-in the gate (signin/gate.py) has checked session or token before. Without it data needs the bearer token, or a
client on this machine.
"""

import hmac
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from api.responses import Refusal
from api.settings import TOKEN, ApiSettings
from domain.viewers import CREDENTIAL, VIEWER, Scope, Viewer

# Headers that proxies add when they pass a client on. A proxy on this machine makes every client look local.
FORWARDING_HEADERS = frozenset(
    {
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-server",
        "x-real-ip",
        "x-client-ip",
        "cf-connecting-ip",
        "true-client-ip",
    }
)


def check_access(request: Request, settings: ApiSettings, scope: Scope = Scope.READ) -> None:
    """Raise Refusal unless the request may read this.

    Its viewer needs the scope. Without sign-in it needs the token, and without a configured token only this machine has
    access.
    """
    viewer = viewer_of(request)
    if viewer is not None:
        _check_scope(viewer, scope)
    elif settings.token is not None:
        _check_token(request, settings.token)
    else:
        _check_local(request)


def viewer_of(request: Request) -> Viewer | None:
    """The sender of the request. None without sign-in, and for strangers, who reach health alone."""
    viewer: Viewer | None = request.scope.get("state", {}).get(VIEWER)
    return viewer


def credential_of(request: Request) -> str | None:
    """The credential that the database is shown for the request."""
    credential: str | None = request.scope.get("state", {}).get(CREDENTIAL)
    return credential


def _check_scope(viewer: Viewer, scope: Scope) -> None:
    if scope not in viewer.scopes:
        raise Refusal(403, f"this token may not do that: it needs the scope '{scope}' (python -m refresher token add)")
    if scope is Scope.STATUS and not viewer.is_admin:
        raise Refusal(403, "only administrators may read this")


def _check_token(request: Request, token: str) -> None:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    # Compare bytes, because compare_digest refuses text beyond ASCII. Headers arrive as latin-1.
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip(" ").encode("latin-1"), _wire(token)):
        raise Refusal(
            401,
            f"wrong or missing token: send the header 'Authorization: Bearer <{TOKEN}>'",
            {"WWW-Authenticate": 'Bearer realm="stillframe"'},
        )


def _wire(token: str) -> bytes:
    """The token as clients send it. Bytes beyond ASCII are UTF-8 on the wire, as curl sends them."""
    return token.encode()


def _check_local(request: Request) -> None:
    forwarded = sorted(FORWARDING_HEADERS.intersection(request.headers.keys()))
    if forwarded:
        raise _only_local(f"the request came through a proxy ({forwarded[0]})")
    if request.client is None or not is_loopback(request.client.host):
        raise _only_local("the request came from another machine")
    # DNS rebinding: a page elsewhere may point its own host name at 127.0.0.1 and read the answer.
    host = request.headers.get("host", "")
    if not is_loopback(name_of(host)):
        raise _only_local(f"the request was sent to the host name {host!r:.80}")


def _only_local(why: str) -> Refusal:
    return Refusal(
        403,
        f"without a token only clients on this machine get data, and {why}: "
        f"set {TOKEN} and send it as 'Authorization: Bearer'",
    )


def name_of(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def is_loopback(host: str) -> bool:
    """True if a host name or address is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
