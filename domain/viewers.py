"""Viewers: people who sign in, and the accounts that they may see."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How people sign in."""

    OFF = "off"
    OIDC = "oidc"
    PASSWORD = "password"  # noqa: S105 - the name of a mode
    PROXY = "proxy"


class Scope(StrEnum):
    """The rights of an API token."""

    READ = "read"  # account data
    STATUS = "status"  # sources, jobs and sizes, for admins
    REFRESH = "refresh"  # request refreshes and file edits, as pages do


EVERY_SCOPE = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Viewer:
    """One user. An admin sees every account, and also Status, jobs and requests.

    `account_ids` are the accounts that the user may see, None for all. A session has every scope.
    """

    name: str
    is_admin: bool = False
    account_ids: frozenset[int] | None = frozenset()
    scopes: frozenset[Scope] = EVERY_SCOPE


# The name of the web process itself: it warms its caches and answers how ready the data is. Nobody can sign in with it.
OWN_NAME = "(web)"
# Under these names the gate puts viewer and credential into the state of a request.
VIEWER = "viewer"
CREDENTIAL = "credential"
