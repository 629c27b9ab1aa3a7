"""Settings of the web process: host names, metrics token, health port, log lines. All are checked together."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from db.secret_files import SecretText, SecretUnreadable

HOSTS = "STILLFRAME_HOSTS"
METRICS_TOKEN = "STILLFRAME_METRICS_TOKEN"  # noqa: S105 - the name of the setting, not its value
HEALTH_PORT = "STILLFRAME_HEALTH_PORT"
LOG_FORMAT = "STILLFRAME_LOG_FORMAT"
LOG_LEVEL = "STILLFRAME_LOG_LEVEL"

LOG_FORMATS = ("console", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")
PORTS = range(1024, 65_536)
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]*:[0-9a-f:.]+")


class WebConfigurationError(Exception):
    """Unusable settings. The message has one line for each, with the remedy."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`hosts` are names beside those of this machine. Without a `metrics_token` only this machine reads /metrics.

    Without a `health_port` no thread answers for the event loop.
    """

    hosts: tuple[str, ...] = ()
    metrics_token: SecretText | None = field(default=None, repr=False)
    log_format: Literal["console", "json"] = "console"
    log_level: str = "info"
    health_port: int | None = None


def read_settings(environment: Mapping[str, str] = os.environ) -> WebSettings:
    """Read the settings. Raises WebConfigurationError with all problems."""
    problems: list[str] = []
    hosts = tuple(host.strip().lower() for host in environment.get(HOSTS, "").split(",") if host.strip())
    for host in hosts:
        if not _HOST.fullmatch(host):
            problems.append(
                f"{HOSTS}: {host!r:.80} is no host name: write names without scheme and port, separated by commas, "
                'as in "stillframe.example.com,*.example.net"'
            )
    choices = []
    for name, allowed, default in ((LOG_FORMAT, LOG_FORMATS, "console"), (LOG_LEVEL, LOG_LEVELS, "info")):
        choice = environment.get(name, "").strip().lower() or default
        if choice not in allowed:
            problems.append(f"{name} is {choice!r:.40}: write one of {', '.join(allowed)}")
        choices.append(choice)
    token = None
    try:
        if value := environment.get(METRICS_TOKEN, "").strip():
            token = SecretText(value)
    except SecretUnreadable as error:
        problems.append(f"{METRICS_TOKEN}: {error}")
    port = environment.get(HEALTH_PORT, "").strip()
    if port and not (port.isascii() and port.isdigit() and int(port) in PORTS):
        problems.append(f"{HEALTH_PORT} is {port!r:.40}, which is no port: write a number from 1024 to 65535")
    if problems:
        raise WebConfigurationError("\n".join(problems))
    log_format: Literal["console", "json"] = "json" if choices[0] == "json" else "console"
    return WebSettings(hosts, token, log_format, choices[1], int(port) if port else None)
