"""The routes that say whether this process is alive: they touch nothing, so that nothing can make them slow."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def alive(_request: Request) -> JSONResponse:
    """The event loop answers. Whether the data can be trusted is another question: /api/health/ready."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def alive_routes(*paths: str) -> list[Route]:
    """The same answer under each of these paths."""
    return [Route(path, alive, methods=["GET"]) for path in paths]
