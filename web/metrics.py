"""Metrics of the web process, and the route that shows them to Prometheus."""

import hmac
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.access import FORWARDING_HEADERS, is_loopback
from db.load import LoadCollector
from domain.version import VERSION
from web.settings import METRICS_TOKEN, WebSettings

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUEST_SECONDS = Histogram("stillframe_request_seconds", "Duration of requests.", ["route", "status"], buckets=SECONDS)
SCRIPT_SECONDS = Histogram("stillframe_script_seconds", "Duration of page scripts.", ["page"], buckets=SECONDS)
SESSIONS = Gauge("stillframe_sessions", "Open sessions of pages.")
STREAMS = Gauge("stillframe_streams", "Browsers that get newer figures.")


def metrics_routes(settings: WebSettings) -> list[BaseRoute]:
    """The route /metrics, with the gauges of this process. Call it once."""
    Gauge("stillframe_build_info", "The version of this process.", ["version"]).labels(VERSION).set(1)
    REGISTRY.register(LoadCollector())
    return [Route("/metrics", show_metrics(settings))]


def show_metrics(settings: WebSettings) -> Callable[[Request], Response]:
    """The endpoint: for clients on this machine, or with the token if one is set."""

    def metrics(request: Request) -> Response:
        if not _has_access(request, settings):
            remedy = f"/metrics answers on this machine, or with 'Authorization: Bearer <{METRICS_TOKEN}>'\n"
            return PlainTextResponse(remedy, 403 if settings.metrics_token is None else 401)
        return Response(
            generate_latest(REGISTRY), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST
        )

    return metrics


def _has_access(request: Request, settings: WebSettings) -> bool:
    if settings.metrics_token is not None:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        token = settings.metrics_token.text().encode()
        return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode("latin-1"), token)
    is_forwarded = not FORWARDING_HEADERS.isdisjoint(request.headers.keys())
    return not is_forwarded and request.client is not None and is_loopback(request.client.host)
