"""Settings of sign-in, read from the environment and checked together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from db.secret_files import SecretText, SecretUnreadable
from db.settings import MODE, DatabaseConfigurationError, mode_of
from domain.viewers import Mode

PUBLIC_URL = "STILLFRAME_PUBLIC_URL"
PROXIES = "STILLFRAME_PROXIES"
PROXY_HEADER = "STILLFRAME_PROXY_HEADER"
ISSUER = "STILLFRAME_OIDC_ISSUER"
CLIENT_ID = "STILLFRAME_OIDC_CLIENT_ID"
CLIENT_SECRET = "STILLFRAME_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of the setting, not its value
CLAIM = "STILLFRAME_OIDC_CLAIM"
IDLE_MINUTES = "STILLFRAME_SESSION_IDLE_MINUTES"
SESSION_HOURS = "STILLFRAME_SESSION_HOURS"
API_TOKEN = "STILLFRAME_API_TOKEN"  # noqa: S105

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable with its default and meaning. A test compares these with the documentation."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(MODE, "off", "How people sign in: `off`, `oidc`, `password` or `proxy`. `off` serves this machine only."),
    Setting(
        PUBLIC_URL,
        "",
        "The address that people type, as `https://stillframe.example.com`. `oidc` needs it. With https the cookie is "
        "Secure.",
    ),
    Setting(
        PROXIES,
        "",
        "Addresses or networks of the proxies in front, separated by commas. Only they may name the client, the "
        "scheme and, with `proxy`, the user.",
    ),
    Setting(PROXY_HEADER, "X-Forwarded-User", "With `proxy`: the header with the user's name."),
    Setting(ISSUER, "", "With `oidc`: the issuer of the identity provider, as `https://login.example.com/realm`."),
    Setting(CLIENT_ID, "", "With `oidc`: the client id of Stillframe at the provider."),
    Setting(CLIENT_SECRET, "", "With `oidc`: the client secret, or `file:/path` to a file holding it."),
    Setting(CLAIM, "email", "With `oidc`: the claim with the user's name. An `email` counts only if it is verified."),
    Setting(IDLE_MINUTES, "720", "Minutes without a click after which a session ends."),
    Setting(SESSION_HOURS, "168", "Hours after which a session ends in any case."),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


class SignInConfigurationError(Exception):
    """Unusable settings. Each problem is one line with the remedy."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The identity provider, and which claim names the user."""

    issuer: str
    client_id: str
    client_secret: SecretText = field(repr=False)
    claim: str


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How people sign in. `public_url` has no path and no slash at its end."""

    mode: Mode = Mode.OFF
    public_url: str | None = None
    proxies: tuple[Network, ...] = ()
    proxy_header: str = "X-Forwarded-User"
    oidc: OidcSettings | None = None
    idle: timedelta = timedelta(hours=12)
    longest: timedelta = timedelta(days=7)

    @property
    def is_on(self) -> bool:
        """True if people sign in."""
        return self.mode is not Mode.OFF


def read_settings(environment: Mapping[str, str] = os.environ) -> SignInSettings:
    """Read the settings. Raises SignInConfigurationError with every problem."""
    values = {name: environment.get(name, "").strip() or default for name, default in _DEFAULTS.items()}
    problems: list[str] = []
    mode = Mode.OFF
    try:
        mode = mode_of(environment) or Mode.OFF
    except DatabaseConfigurationError as error:
        problems.extend(error.problems)
    public_url = _public_url(values[PUBLIC_URL], problems)
    proxies = _networks(values[PROXIES], problems)
    if mode is Mode.PROXY and not proxies and not any(problem.startswith(PROXIES) for problem in problems):
        problems.append(f"{MODE} is proxy and {PROXIES} is empty: write the address of your proxy, as 127.0.0.1")
    oidc = _oidc(values, public_url, problems) if mode is Mode.OIDC else None
    idle = timedelta(minutes=_number(values, IDLE_MINUTES, problems))
    longest = timedelta(hours=_number(values, SESSION_HOURS, problems))
    if problems:
        raise SignInConfigurationError(*problems)
    return SignInSettings(mode, public_url, proxies, values[PROXY_HEADER], oidc, idle, longest)


def check_listening(settings: SignInSettings, address: str | None) -> None:
    """Refuse to serve other machines without sign-in. Raises SignInConfigurationError.

    `address` is where the server listens. Streamlit listens everywhere if it is empty.
    """
    if settings.is_on or (address and is_loopback(address)):
        return
    raise SignInConfigurationError(
        f"{MODE} is off and the server would listen on {address or 'every address'}: set {MODE} to password, oidc or "
        "proxy (docs/operations.md has examples), or listen on 127.0.0.1"
    )


def check_api_token(settings: SignInSettings, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse the one token for everybody beside users. Raises SignInConfigurationError."""
    if settings.is_on and environment.get(API_TOKEN, "").strip():
        raise SignInConfigurationError(
            f"{API_TOKEN} is set and {MODE} is {settings.mode.value}: tokens belong to users now. Run "
            f"`python -m refresher token add NAME`, give that token to your client, and unset {API_TOKEN}"
        )


def is_loopback(address: str) -> bool:
    """True if an address or name is only reachable from this machine."""
    if address.lower() == "localhost":
        return True
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _public_url(value: str, problems: list[str]) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        problems.append(f"{PUBLIC_URL} = {value!r:.80}: write scheme and host only, as https://stillframe.example.com")
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _networks(value: str, problems: list[str]) -> tuple[Network, ...]:
    networks = []
    for item in filter(None, (text.strip() for text in value.split(","))):
        try:
            networks.append(ip_network(item, strict=False))
        except ValueError:
            problems.append(f"{PROXIES}: {item!r:.60} is no address or network: write 10.0.0.5 or 10.0.0.0/24")
    return tuple(networks)


def _oidc(values: Mapping[str, str], public_url: str | None, problems: list[str]) -> OidcSettings | None:
    for name in (ISSUER, CLIENT_ID, CLIENT_SECRET, PUBLIC_URL):
        if not values[name]:
            problems.append(f"{MODE} is oidc and {name} is not set: set it (docs/operations.md has an example)")
    issuer = values[ISSUER].rstrip("/")
    parts = urlsplit(issuer)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if issuer and not is_safe:
        problems.append(f"{ISSUER} = {issuer!r:.80}: only https is safe, and http for a provider on this machine")
    secret = _secret(values[CLIENT_SECRET], problems)
    if not issuer or secret is None or public_url is None:
        return None
    return OidcSettings(values[ISSUER], values[CLIENT_ID], secret, values[CLAIM])


def _secret(value: str, problems: list[str]) -> SecretText | None:
    """The client secret, which is read again when its file changes."""
    if not value:
        return None
    try:
        return SecretText(value)
    except SecretUnreadable as error:
        problems.append(f"{CLIENT_SECRET}: {error}")
        return None


def _number(values: Mapping[str, str], name: str, problems: list[str]) -> int:
    value = values[name]
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 1_000_000:
        problems.append(f"{name} = {value!r:.40}: write a whole number from 1 to 1000000")
        return 1
    return int(value)
