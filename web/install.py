"""Routes that let a phone install the app: its manifest and its icons."""

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

MANIFEST = "/manifest.webmanifest"
SIZES = (180, 192, 512)  # iOS asks for 180 pixels, Chromium for the others
_ICONS = Path(__file__).with_name("icons")
_A_DAY = {"Cache-Control": "max-age=86400"}


def install_routes() -> list[BaseRoute]:
    """The manifest and each icon."""
    icons = {size: (_ICONS / f"icon-{size}.png").read_bytes() for size in SIZES}
    return [
        Route(MANIFEST, show_manifest),
        *(Route(_path(size), _icon(content)) for size, content in icons.items()),
    ]


def show_manifest(_: Request) -> Response:
    """The web app manifest, as https://www.w3.org/TR/appmanifest/ describes it."""
    icons = [
        {"src": _path(size), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in SIZES[1:]
    ]
    content = {
        "name": "Stillframe",
        "short_name": "Stillframe",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#0e131b",
        "theme_color": "#0e131b",
        "icons": icons,
    }
    return JSONResponse(content, headers=_A_DAY, media_type="application/manifest+json")


def _path(size: int) -> str:
    return f"/app-icon-{size}.png"


def _icon(content: bytes) -> Callable[[Request], Response]:
    def icon(_: Request) -> Response:
        return Response(content, headers=_A_DAY, media_type="image/png")

    return icon
