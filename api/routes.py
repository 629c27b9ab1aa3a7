"""The routes that stand beside the pages on the same port."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from api import ended, fills, transfers
from api.access import check_access
from api.alive import alive_routes
from api.answers import Refusal, answer, encoded, packed, refused
from api.dashboard import read_dashboard, read_open_orders
from api.ended import read_ended_answer
from api.fills import read_fills_answer
from api.monitoring import read_monitoring
from api.questions import Question, Scene, question_of, read_scene
from api.readiness import read_all_states, readiness_of
from api.reading import PATIENT_SECONDS, DatabaseUnavailable, Reading
from api.settings import ApiSettings
from api.transfers import read_transfers_answer
from api.warnings import read_worths

Answer = Callable[[Connection, Scene], dict[str, Any]]
Endpoint = Callable[[Request], Any]

WHO_AND_WHEN = ("account", "as_of", "currency")


def routes(reading: Reading, settings: ApiSettings) -> list[BaseRoute]:
    """Health and data routes, to be given to the application that serves the pages.

    /api is an application of its own: an unknown path under it is a 404 in JSON and never the pages' HTML.
    """
    api = Starlette(
        routes=[
            *alive_routes("/health"),
            Route("/health/ready", _ready(reading)),
            Route("/dashboard/snapshot", _data(reading, settings, read_dashboard, WHO_AND_WHEN)),
            Route("/orders/open", _data(reading, settings, read_open_orders, WHO_AND_WHEN)),
            Route("/orders/ended", _data(reading, settings, read_ended_answer, ended.FIELDS)),
            Route("/fills", _data(reading, settings, read_fills_answer, fills.FIELDS, fills.REPEATED)),
            Route(
                "/transfers",
                _data(reading, settings, read_transfers_answer, transfers.FIELDS, transfers.REPEATED),
            ),
            Route("/monitoring/summary", _data(reading, settings, read_monitoring, ())),
        ],
        exception_handlers={
            Refusal: _on_refusal,
            DatabaseUnavailable: _on_database_unavailable,
            HTTPException: _on_http_error,
            Exception: _on_fault,
        },
    )
    return [*alive_routes("/ping_fast", "/__ping", "/health"), Mount("/api", api)]


def _data(
    reading: Reading, settings: ApiSettings, read: Answer, fields: Sequence[str], repeated: Sequence[str] = ("account",)
) -> Endpoint:
    """A route that answers whoever may ask, with what `read` finds for the `fields` of its query."""

    async def endpoint(request: Request) -> Response:
        check_access(request, settings)
        question = question_of(request.query_params, datetime.now(UTC), fields, repeated)
        scene = await reading.ask(lambda connection: read_scene(connection, question))
        accepts = request.headers.get("accept-encoding", "")
        # Encoded in the same thread: thousands of orders would hold the event loop for too long.
        body, headers = await reading.ask(lambda connection: packed(read(connection, scene), accepts), PATIENT_SECONDS)
        return answer(body, headers=headers)

    return endpoint


def _ready(reading: Reading) -> Endpoint:
    """Whether what is shown can be taken for now: 200 for ok and degraded, 503 with the reasons otherwise."""

    async def endpoint(_request: Request) -> Response:
        question = Question(accounts=(), as_of=None, currency=None, now=datetime.now(UTC))
        try:
            ready = await reading.ask(lambda connection: _readiness(connection, question))
        except DatabaseUnavailable as error:
            ready = {"status": "down", "reasons": [str(error)], "warnings": [], "accounts": None}
        return answer(encoded(ready), 503 if ready["status"] == "down" else 200)

    return endpoint


def _readiness(connection: Connection, question: Question) -> dict[str, Any]:
    scene = read_scene(connection, question)
    return readiness_of(scene, read_all_states(connection, scene), read_worths(connection, scene))


async def _on_refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refused(error)


async def _on_database_unavailable(_request: Request, error: Exception) -> Response:
    return refused(Refusal(503, str(error), {"Retry-After": "2"}))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reason = {404: f"there is no route {request.url.path}", 405: f"{request.method} is not answered here: use GET"}
    return refused(Refusal(error.status_code, reason.get(error.status_code, error.detail), error.headers))


async def _on_fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the log gets the traceback (Starlette raises it on), the client one line."""
    return refused(Refusal(500, f"{request.url.path} failed: {type(error).__name__}, see the server's log"))
