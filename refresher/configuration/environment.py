"""The environment: which STILLFRAME_ variables are read by any process, so that a misspelt one is reported."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from db.secret_files import PREFIX as SECRET_FILE
from db.secret_files import SecretText
from db.settings import SETTINGS
from refresher.configuration.alert_shape import AlertsShape
from refresher.configuration.shape import BudgetShape, Configuration

PREFIX = "STILLFRAME_"
FILE_VARIABLE = "STILLFRAME_CONFIG"
METRICS_TOKEN = "STILLFRAME_METRICS_TOKEN"  # noqa: S105 - the name of the setting, not its value
OF_THE_WEB = (
    "STILLFRAME_API_TOKEN",
    "STILLFRAME_HOSTS",
    "STILLFRAME_HEALTH_PORT",
    METRICS_TOKEN,
    "STILLFRAME_SIGN_IN",
    "STILLFRAME_PUBLIC_URL",
    "STILLFRAME_PROXIES",
    "STILLFRAME_PROXY_HEADER",
    "STILLFRAME_OIDC_ISSUER",
    "STILLFRAME_OIDC_CLIENT_ID",
    "STILLFRAME_OIDC_CLIENT_SECRET",
    "STILLFRAME_OIDC_CLAIM",
    "STILLFRAME_SESSION_IDLE_MINUTES",
    "STILLFRAME_SESSION_HOURS",
)
OF_THE_TESTS = ("STILLFRAME_SAMPLES", "STILLFRAME_TEST_HOME")  # tests set these for the processes they start
# Kubernetes and Docker set these for a service or link named "stillframe".
_SET_BY_OTHERS = re.compile(r"STILLFRAME_(PORT|SERVICE|NAME|ENV)(_[A-Z0-9_]+)?")


def known_variables() -> frozenset[str]:
    """Every variable that any of our processes reads."""
    fields = (f"{PREFIX}{name.upper()}" for name in Configuration.model_fields)
    budgets = (f"{PREFIX}BUDGETS__{name.upper()}" for name in BudgetShape.model_fields)
    alerts = (f"{PREFIX}ALERTS__{name.upper()}" for name in AlertsShape.model_fields)
    database = (setting.name for setting in SETTINGS)
    return frozenset((FILE_VARIABLE, *fields, *budgets, *alerts, *database, *OF_THE_WEB, *OF_THE_TESTS))


def metrics_token() -> SecretText | None:
    """The token for /metrics. The web process reads the same variable. Raises SecretUnreadable."""
    value = os.environ.get(METRICS_TOKEN, "").strip()
    return SecretText(value) if value else None


def is_loopback(address: str) -> bool:
    """True for an address of this machine that no other machine reaches."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def unknown_variables(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """One line for each variable that no process reads. The value is never shown, because it may be a secret.

    `raw` is the configuration file. The variables it takes secrets from may have any name.
    """
    known_names = known_variables()
    referred = {text.removeprefix("env:") for text in _texts(raw)}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known_names | referred)
    return tuple(_line(name, known_names) for name in unknown if not _SET_BY_OTHERS.fullmatch(name))


def secret_files(raw: Mapping[str, Any]) -> tuple[Path, ...]:
    """The files that the configuration takes secrets from."""
    tables = [raw.get(name) for name in ("accounts", "channels", "alerts")]
    references = [text for text in _texts(tables) if text.startswith(SECRET_FILE)]
    return tuple(Path(text.removeprefix(SECRET_FILE)).expanduser() for text in references)


def _line(name: str, known_names: frozenset[str]) -> str:
    nearest = get_close_matches(name, sorted(known_names), n=1, cutoff=0.0)[0]
    return f"environment: {name}: no such setting; did you mean {nearest}? Correct it, or unset it"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)
