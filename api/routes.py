"""The routes that stand beside the pages on the same port."""

from starlette.routing import BaseRoute

from api.alive import alive_routes


def routes() -> list[BaseRoute]:
    """Health and data routes, to be given to the application that serves the pages."""
    return [*alive_routes("/ping_fast", "/__ping", "/health", "/api/health")]
