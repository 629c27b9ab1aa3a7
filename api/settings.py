"""The API's one setting: the token for remote clients.

This is the third place that reads the environment, beside refresher/configuration and db/engine.py. The refresher does
not use the token, and the API may not import the refresher.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from db.secret_files import SecretText, SecretUnreadable

TOKEN = "STILLFRAME_API_TOKEN"  # noqa: S105 - the name of the setting, not its value


class ApiConfigurationError(Exception):
    """An unusable setting. The message is one line with the name of the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Without a token only loopback clients have access."""

    secret: SecretText | None = field(default=None, repr=False)

    @property
    def token(self) -> str | None:
        """The present token. A changed file counts at the next request."""
        return None if self.secret is None else self.secret.text()


def read_settings(environment: Mapping[str, str] = os.environ) -> ApiSettings:
    """Read the settings from the environment. "file:/path" reads the value from that file.

    Raises ApiConfigurationError.
    """
    value = environment.get(TOKEN, "").strip()
    try:
        return ApiSettings(SecretText(value) if value else None)
    except SecretUnreadable as error:
        raise ApiConfigurationError(f"{TOKEN}: {error}") from error
