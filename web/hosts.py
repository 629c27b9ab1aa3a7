"""Known hosts: refuses requests for other host names, and requests that pages of other sites send.

A site elsewhere may point its own name at this machine (DNS rebinding) and then read answers, or open a websocket from
its page. Both are refused here, before Streamlit or the API see them. Streamlit would ask a server on the internet for
its own address when a foreign Origin comes, and hold the event loop meanwhile.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import is_loopback, name_of
from web.settings import HOSTS

MISDIRECTED = 421
POLICY_VIOLATION = 1008

_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_ORIGIN = re.compile(r"https?://(.+)")


class KnownHosts:
    """Serves requests to this machine's own names and to `hosts`. "*.example.com" stands for every name below it."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._names = frozenset(host for host in hosts if not host.startswith("*."))
        self._endings = tuple(host[1:] for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421 (host) or 403 (origin). A websocket is closed before it opens."""
        if scope["type"] not in ("http", "websocket") or (refusal := self._refusal(Headers(scope=scope))) is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
            return
        status, line = refusal
        await PlainTextResponse(f"{line}\n", status, {"Cache-Control": "no-store"})(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        name = name_of(hosts[0]) if len(hosts) == 1 and _HOST.fullmatch(hosts[0]) else ""
        if not self._is_known(name):
            return MISDIRECTED, f"The host name {name!r:.80} is not served here. Add it to {HOSTS}."
        origins = headers.getlist("origin")
        if any(_address_of(origin) != hosts[0] for origin in origins):
            return (
                403,
                "Requests from pages of other sites are refused. A proxy must pass the Host header on unchanged.",
            )
        return None

    def _is_known(self, name: str) -> bool:
        name = name.lower()
        return is_loopback(name) or name in self._names or name.endswith(self._endings)


def _address_of(origin: str) -> str:
    """Host and port of an Origin header, as browsers write them in the Host header. Empty for "null".

    The comparison is exact, as Streamlit's is. Otherwise a request could pass here and make Streamlit ask the internet.
    """
    match = _ORIGIN.fullmatch(origin)
    return match[1] if match else ""
