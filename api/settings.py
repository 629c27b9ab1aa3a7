"""The settings of the web process: the token for remote clients, and the port of the health thread.

This is the third place that reads the environment, beside refresher/configuration and db/engine.py. The refresher does
not use these, and the API may not import the refresher.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = "STILLFRAME_API_TOKEN"  # noqa: S105 - the name of the setting, not its value

HEALTH_PORT = "STILLFRAME_HEALTH_PORT"


class ApiConfigurationError(Exception):
    """An unusable setting. The message is one line with the name of the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Without a `token` only loopback clients have access. Without a `health_port` no thread answers for the loop."""

    token: str | None = field(default=None, repr=False)
    health_port: int | None = None


def read_settings(environment: Mapping[str, str] = os.environ) -> ApiSettings:
    """Read the settings from the environment. "file:/path" reads the value from that file.

    Raises ApiConfigurationError.
    """
    port = _port(environment.get(HEALTH_PORT, "").strip())
    value = environment.get(TOKEN, "").strip()
    if value.startswith("file:"):
        return ApiSettings(_token_in(Path(value.removeprefix("file:"))), port)
    return ApiSettings(value or None, port)


def _port(value: str) -> int | None:
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65_536:
        raise ApiConfigurationError(f"{HEALTH_PORT} is {value!r}, which is no port: write a number from 1 to 65535")
    return int(value)


def _token_in(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not text"
        raise ApiConfigurationError(
            f"{TOKEN} is file:{path}, which cannot be read ({why}): name a readable file"
        ) from error
    if not token:
        raise ApiConfigurationError(f"{TOKEN} is file:{path}, which is empty: put the token into it, or unset {TOKEN}")
    return token
