"""Index page: Streamlit's index.html with the first figures in it, and with what the page needs next.

The head is sent at once, so that the browser loads scripts while the figures are computed. Figures are private: no
cache keeps the answer, and it has no ETag.
"""

import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.encodings import accepted_encodings
from web.figures import FigureThreads, Render, cookie_of
from web.first_sheet import PREFIX
from web.own_files import OwnFile
from web.page_scripts import page_scripts

_QUALITY = 4  # brotli: a millisecond for a page
_HEADERS = {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding, Cookie"}


@dataclass(frozen=True, slots=True)
class FrameFiles:
    """Our files in the page: `start` runs before Streamlit's scripts, `frame` beside them. `module` and `style` are of
    our components. `frame_style` stands in the page itself."""

    start: OwnFile
    frame: OwnFile
    module: OwnFile
    style: OwnFile
    frame_style: str


@dataclass(frozen=True, slots=True)
class Document:
    """index.html in two halves. The frame stands between them, and the first half is sent before it is ready."""

    head: str
    tail: str


class IndexPage:
    """Answers requests for pages with the first figures. Everything else passes unchanged."""

    def __init__(
        self,
        app: ASGIApp,
        folder: Path,
        titles: Mapping[str, str],
        render: Render[str],
        files: FrameFiles,
        threads: FigureThreads,
    ) -> None:
        """`folder` is Streamlit's. `titles` has the title of each page by its path."""
        self._app = app
        self._render = render
        self._files = {file.path: file for file in (files.start, files.frame, files.module, files.style)}
        index = (folder / "index.html").read_text()
        self._documents = {
            path: document_of(index, title, files, page_scripts(folder)) for path, title in titles.items()
        }
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            if (file := self._files.get(scope["path"])) is not None:
                await file.response(Request(scope))(scope, receive, send)
                return
            if scope["path"] in self._documents:
                await self._send_page(Request(scope), receive, send)
                return
        await self._app(scope, receive, send)

    async def _send_page(self, request: Request, receive: Receive, send: Send) -> None:
        name, pack, flush, finish = _packing(request.headers.get("accept-encoding", ""))
        headers = _HEADERS if name is None else {**_HEADERS, "Content-Encoding": name}
        if request.method == "HEAD":
            await Response(None, headers=headers, media_type="text/html")(request.scope, receive, send)
            return
        document = self._documents[request.url.path]

        async def parts() -> AsyncIterator[bytes]:
            yield pack((document.head + self._own_head(request)).encode()) + flush()
            frame = await self._threads.figures(request, request.url.path, self._render, "")
            yield pack((frame + document.tail).encode()) + finish()

        await StreamingResponse(parts(), headers=headers, media_type="text/html")(request.scope, receive, send)

    def _own_head(self, request: Request) -> str:
        """The theme that this viewer chose, and a link that lets the browser load the page's sheet at once."""
        path, query = request.url.path, request.url.query
        theme, zone = cookie_of(request)
        style = f"<style>:root {{ color-scheme: {theme.lower()}; }}</style>" if theme else ""
        if not zone:
            return style
        address = escape(f"{PREFIX}{path}?{query}" if query else f"{PREFIX}{path}")
        return f'{style}<link rel="preload" as="fetch" crossorigin data-sheet href="{address}">'


def document_of(index: str, title: str, files: FrameFiles, preloaded: Iterable[str]) -> Document:
    """Streamlit's page with our title and files, and with links to the page's own scripts.

    Streamlit's scripts and the style sheets are marked. Our start adds them once the frame is painted: loading them
    earlier, even from the browser's cache, kept the first paint waiting for a tenth of a second. The preload of a font
    that our theme does not use goes.
    """
    index = re.sub(r"<!--.*?-->", "", index, flags=re.DOTALL)
    index = re.sub(r"<noscript>.*?</noscript>", "", index, flags=re.DOTALL)
    index = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*>', "", index)
    index = re.sub(r"<title>.*?</title>", f"<title>{title} · Stillframe</title>", index)
    index = index.replace('<link rel="stylesheet"', '<link rel="preload" as="style" data-deferred')
    index = re.sub(
        r'<script type="module" crossorigin src="([^"]*)"></script>',
        r'<link data-later crossorigin data-main href="\1">',
        index,
    )
    index = index.replace('<link rel="modulepreload"', "<link data-later")
    links = "".join(f'<link data-later crossorigin href="{path}">' for path in preloaded)
    links += f'<link rel="preload" as="script" crossorigin data-module href="{files.module.path}">'
    links += f'<link rel="preload" as="style" data-deferred href="{files.style.path}">'
    links += f'<link rel="preload" as="script" href="{files.frame.path}">'
    index = index.replace("</head>", f"{links}<style>{files.frame_style}</style></head>", 1)
    # A deferred script runs once the frame has arrived.
    index = index.replace("<head>", f'<head><script defer src="{files.start.path}"></script>', 1)
    index = index.replace("</body>", f'<script async src="{files.frame.path}"></script></body>', 1)
    head, root, tail = index.partition('<div id="root">')
    return Document(head, root + tail)


def _packing(
    accepted: str,
) -> tuple[str | None, Callable[[bytes], bytes], Callable[[], bytes], Callable[[], bytes]]:
    """The name of a compression that the client accepts, with functions to add text, to flush and to finish."""
    names = accepted_encodings(accepted)
    if "br" in names:
        packer = brotli.Compressor(quality=_QUALITY)
        return "br", packer.process, packer.flush, packer.finish
    if "gzip" in names:
        zipper = zlib.compressobj(_QUALITY, wbits=31)
        return "gzip", zipper.compress, lambda: zipper.flush(zlib.Z_SYNC_FLUSH), zipper.flush
    return None, bytes, bytes, bytes
