"""Routes that say whether this process is alive. They touch nothing else, so nothing can slow them down."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.version import VERSION


async def alive(_request: Request) -> JSONResponse:
    """The event loop answers. /api/health/ready says whether the data is current."""
    return JSONResponse({"status": "ok", "version": VERSION}, headers={"Cache-Control": "no-store"})


def alive_routes(*paths: str) -> list[Route]:
    """Routes with the same response under each of these paths."""
    return [Route(path, alive, methods=["GET"]) for path in paths]
