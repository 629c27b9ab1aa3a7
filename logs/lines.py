"""Log lines: one format for our own and all library lines, on standard error, without secrets."""

import logging
import sys
from collections.abc import Iterable
from typing import Any, Literal

import structlog

from logs.redaction import Redactor

# Libraries whose "info" lines only help to debug them.
QUIET = ("apscheduler", "alembic", "urllib3", "ccxt", "sqlalchemy")


def configure_log_lines(
    format_: Literal["console", "json"], level: str, secrets: Iterable[tuple[str, ...]] = ()
) -> None:
    """Set up logging for this process. `secrets`, grouped by owner, never appear in a line."""
    # Last before rendering, after tracebacks became text, so that quotes by libraries are redacted too.
    redact = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            _renderer(format_),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _renderer(format_: Literal["console", "json"]) -> Any:
    if format_ == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=24
    )


def log(process: str = "refresher") -> Any:
    """The logger of a process. Fields are keyword arguments: log().info("refreshed", account="main")."""
    return structlog.stdlib.get_logger(process)
