"""The API's one setting: the token for remote clients.

This is the third place that reads the environment, beside refresher/configuration and db/engine.py. The refresher does
not use the token, and the API may not import the refresher.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = "STILLFRAME_API_TOKEN"  # noqa: S105 - the name of the setting, not its value


class ApiConfigurationError(Exception):
    """An unusable setting. The message is one line with the name of the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Without a `token` only loopback clients have access."""

    token: str | None = field(default=None, repr=False)


def read_settings(environment: Mapping[str, str] = os.environ) -> ApiSettings:
    """Read the settings from the environment. "file:/path" reads the value from that file.

    Raises ApiConfigurationError.
    """
    value = environment.get(TOKEN, "").strip()
    if value.startswith("file:"):
        return ApiSettings(_token_in(Path(value.removeprefix("file:"))))
    return ApiSettings(value or None)


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
