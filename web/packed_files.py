"""Packed files: serves the compressed copies of Streamlit's static files, where deploy/pack_static.py made some.

Compressing at each request would cost 50 ms of CPU for the largest script.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.encodings import accepted_encodings

PREFIX = "/static/"
# By preference. The value of Accept-Encoding and the ending of the copy.
PACKINGS = (("br", ".br"), ("gzip", ".gz"))


class PackedFiles:
    """Rewrites the path of a static file to its smallest acceptable copy. Everything else passes unchanged."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        """`folder` is served as "/". Its copies are listed once, because they never change while we run."""
        self._app = app
        self._copies = frozenset(_copies(folder))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the copy with the type of the original."""
        packing = self._packing(scope) if scope["type"] == "http" and scope["path"].startswith(PREFIX) else None
        if packing is None:
            await self._app(scope, receive, send)
            return
        name, ending = packing
        path = scope["path"] + ending

        async def as_original(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Type"] = _type_of(scope["path"])
                headers["Content-Encoding"] = name
                headers.add_vary_header("Accept-Encoding")
            await send(message)

        await self._app({**scope, "path": path, "raw_path": path.encode()}, receive, as_original)

    def _packing(self, scope: Scope) -> tuple[str, str] | None:
        accepted = accepted_encodings(Headers(scope=scope).get("accept-encoding", ""))
        for name, ending in PACKINGS:
            if name in accepted and scope["path"] + ending in self._copies:
                return name, ending
        return None


def _copies(folder: Path) -> Iterator[str]:
    for _, ending in PACKINGS:
        for file in (folder / "static").rglob(f"*{ending}"):
            yield f"/{file.relative_to(folder).as_posix()}"


def _type_of(path: str) -> str:
    endings = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    return endings.get(PurePosixPath(path).suffix, "application/octet-stream")
