"""The routes beside the pages, on the same port."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from api import alerts, ended, fills, performance, tax, transfers, watchlist
from api.access import check_access, credential_of
from api.alerts import read_alert_history_response, read_alerts_response
from api.alive import alive_routes
from api.dashboard import read_dashboard, read_open_orders
from api.ended import read_ended_response
from api.fills import read_fills_response
from api.monitoring import read_monitoring
from api.params import RequestParams, RequestScope, parse_params, read_scope
from api.performance import read_performance_response
from api.reader import PATIENT_SECONDS, Busy, DatabaseUnavailable, Reader
from api.readiness import read_all_states, readiness_of
from api.responses import Csv, Refusal, encoded, json_response, packed, refusal_response
from api.settings import ApiSettings
from api.tax import TAX_SECONDS, read_tax_response
from api.transfers import read_transfers_response
from api.warnings import read_worths
from api.watchlist import read_signals_response, read_watchlist_response
from domain.version import VERSION
from domain.viewers import Scope as TokenScope

ReadResponse = Callable[[Connection, RequestScope], dict[str, Any] | Csv]
Endpoint = Callable[[Request], Any]

WHO_AND_WHEN = ("account", "as_of", "currency")
WITH_DAYS = (*WHO_AND_WHEN, "zone")
RETRY_AFTER_SECONDS = "2"

# Monitoring asks below these. A misspelt path must not look healthy.
CLOSED_PREFIXES = ("/health", "/ready", "/metrics", "/api", "/ping_fast", "/__ping")


def routes(
    reader: Reader, settings: ApiSettings, own_credential: Callable[[], str | None] = lambda: None
) -> list[BaseRoute]:
    """Health and data routes for the application that serves the pages.

    `own_credential` lets the web process itself read everything, to say how ready the data is.

    /api is an application of its own. An unknown path below it gives a 404 in JSON, never the HTML of the pages.
    """
    api = Starlette(
        routes=[
            *alive_routes("/health"),
            Route("/health/ready", _ready(reader, own_credential)),
            Route("/dashboard/snapshot", _data(reader, settings, read_dashboard, WITH_DAYS)),
            Route("/orders/open", _data(reader, settings, read_open_orders, WHO_AND_WHEN)),
            Route("/orders/ended", _data(reader, settings, read_ended_response, ended.FIELDS)),
            Route("/fills", _data(reader, settings, read_fills_response, fills.FIELDS, fills.REPEATED)),
            Route(
                "/transfers",
                _data(reader, settings, read_transfers_response, transfers.FIELDS, transfers.REPEATED),
            ),
            Route("/performance", _data(reader, settings, read_performance_response, performance.FIELDS)),
            Route("/watchlist", _data(reader, settings, read_watchlist_response, watchlist.FIELDS)),
            Route(
                "/signals",
                _data(reader, settings, read_signals_response, watchlist.SIGNAL_FIELDS, watchlist.SIGNAL_REPEATED),
            ),
            Route("/alerts", _data(reader, settings, read_alerts_response, alerts.FIELDS)),
            Route("/alerts/history", _data(reader, settings, read_alert_history_response, alerts.HISTORY_FIELDS)),
            Route("/tax", _data(reader, settings, read_tax_response, tax.FIELDS, seconds=TAX_SECONDS)),
            Route("/monitoring/summary", _data(reader, settings, read_monitoring, (), scope=TokenScope.STATUS)),
        ],
        exception_handlers={
            Refusal: _on_refusal,
            DatabaseUnavailable: _on_database_unavailable,
            HTTPException: _on_http_error,
            Exception: _on_fault,
        },
    )
    return [*alive_routes("/ping_fast", "/__ping", "/health"), Mount("/api", api), *closed_routes()]


def closed_routes() -> list[BaseRoute]:
    """A 404 for every other path below these prefixes. Streamlit would serve its page there, with status 200."""
    return [Route(f"{prefix}{{rest:path}}", _NoSuchRoute()) for prefix in CLOSED_PREFIXES]


class _NoSuchRoute:
    """An application, not a function, so that Starlette passes every method on."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404."""
        refusal = Refusal(404, f"there is no route {scope['path']}")
        await refusal_response(refusal)(scope, receive, send)


def _data(
    reader: Reader,
    settings: ApiSettings,
    read_response: ReadResponse,
    fields: Sequence[str],
    repeated: Sequence[str] = ("account",),
    seconds: float = PATIENT_SECONDS,
    scope: TokenScope = TokenScope.READ,
) -> Endpoint:
    """A data route: checks access, parses `fields` from the query and responds with the result of `read_response`,
    which may take `seconds`."""

    async def endpoint(request: Request) -> Response:
        check_access(request, settings, scope)
        params = parse_params(request.query_params, datetime.now(UTC), fields, repeated)
        credential = credential_of(request)
        accounts = await reader.ask(lambda connection: read_scope(connection, params), credential=credential)
        accepts = request.headers.get("accept-encoding", "")
        # Encoded in the same thread. Thousands of orders would hold the event loop for too long.
        body, headers = await reader.ask(
            lambda connection: packed(read_response(connection, accounts), accepts), seconds, credential=credential
        )
        return json_response(body, headers=headers)

    return endpoint


def _ready(reader: Reader, own_credential: Callable[[], str | None]) -> Endpoint:
    """Readiness of the data: 200 for ok and degraded, 503 with the reasons otherwise.

    With sign-in a stranger gets the status alone, and a user that of the accounts this user may see.
    """

    async def endpoint(request: Request) -> Response:
        params = RequestParams(accounts=(), as_of=None, currency=None, now=datetime.now(UTC))
        credential = credential_of(request)
        try:
            personal = None if credential else await asyncio.to_thread(own_credential)
            ready = await reader.ask(
                lambda connection: _readiness(connection, params), credential=credential or personal
            )
            if personal is not None:
                ready = {"status": ready["status"]}
        except Busy as error:
            ready = {"status": "busy", "version": VERSION, "reasons": [str(error)], "warnings": [], "accounts": None}
        except DatabaseUnavailable as error:
            ready = {"status": "down", "version": VERSION, "reasons": [str(error)], "warnings": [], "accounts": None}
        if ready["status"] not in ("busy", "down"):
            return json_response(encoded(ready))
        return json_response(encoded(ready), 503, {"Retry-After": RETRY_AFTER_SECONDS})

    return endpoint


def _readiness(connection: Connection, params: RequestParams) -> dict[str, Any]:
    scope = read_scope(connection, params)
    return readiness_of(scope, read_all_states(connection, scope), read_worths(connection, scope))


async def _on_refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refusal_response(error)


async def _on_database_unavailable(_request: Request, error: Exception) -> Response:
    return refusal_response(Refusal(503, str(error), {"Retry-After": RETRY_AFTER_SECONDS}))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reason = {404: f"there is no route {request.url.path}", 405: f"{request.method} is not allowed: use GET"}
    return refusal_response(Refusal(error.status_code, reason.get(error.status_code, error.detail), error.headers))


async def _on_fault(request: Request, error: Exception) -> Response:
    """A bug of ours. The log gets the traceback (Starlette re-raises it), the client one line."""
    return refusal_response(Refusal(500, f"{request.url.path} failed: {type(error).__name__}, see the server's log"))
