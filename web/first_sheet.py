"""First sheet: what a page draws, for the browser to draw before Streamlit runs. As private as the page itself."""

from collections.abc import Collection

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from web.encodings import accepted_encodings
from web.figures import FigureThreads, Render, cookie_of

# The path of the page follows, and the query of the page.
PREFIX = "/first_sheet"
_QUALITY = 4  # brotli: a millisecond or two
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Vary": "Accept-Encoding, Cookie",
    "X-Content-Type-Options": "nosniff",
}


class FirstSheet:
    """The route. 204 for a page that is not ready, and for a browser whose time zone is not known yet."""

    def __init__(self, paths: Collection[str], render: Render[bytes], threads: FigureThreads) -> None:
        """`paths` are those of pages."""
        self._paths = paths
        self._render = render
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the sheet of the page."""
        response = await self._response(Request(scope))
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method != "GET":
            return PlainTextResponse("Use GET.\n", 405, {"Allow": "GET"})
        path = request.url.path.removeprefix(PREFIX)
        _, zone = cookie_of(request)
        if path not in self._paths or not zone:
            return Response(None, 204, _HEADERS)
        sheet = await self._threads.figures(request, path, self._render, b"")
        if not sheet:
            return Response(None, 204, _HEADERS)
        if "br" not in accepted_encodings(request.headers.get("accept-encoding", "")):
            return Response(sheet, 200, _HEADERS, "application/octet-stream")
        packed = brotli.compress(sheet, quality=_QUALITY)
        return Response(packed, 200, {**_HEADERS, "Content-Encoding": "br"}, "application/octet-stream")
