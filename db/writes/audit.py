"""Audit rows: who signed in, changed or requested something. They are added and never changed."""

from enum import StrEnum

from sqlalchemy import Connection, text


class Action(StrEnum):
    """What happened."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    REFUSED = "sign-in refused"
    MODE_CHANGED = "sign-in mode changed"
    USER_ADDED = "user added"
    USER_REMOVED = "user removed"
    ACCOUNTS_CHANGED = "accounts changed"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - the name of an action
    TOKEN_ADDED = "token added"  # noqa: S105
    TOKEN_REVOKED = "token revoked"  # noqa: S105


def insert_audit(
    connection: Connection, action: Action, viewer: str | None, address: str | None = None, detail: str | None = None
) -> None:
    """Write one audit row. `viewer` is who did it: None for the operator at the command line."""
    connection.execute(
        text("INSERT INTO audit (viewer, address, action, detail) VALUES (:viewer, :address, :action, :detail)"),
        {"viewer": viewer, "address": address, "action": action.value, "detail": detail},
    )
