"""Rotation of database passwords: a new connection takes the password that its file holds at that moment.

Open connections stay, because Postgres checks a password once.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import ArgumentError

from db.logins import LOGINS, derived_password
from db.secret_files import PREFIX, SecretText, SecretUnreadable


def follow_passwords(engine: Engine, environment: Mapping[str, str]) -> None:
    """Let the engine follow the URLs in files that these variables name. A login is recognised by its user.

    A login of db/logins.py takes the password that follows from the owner's.
    """
    files = []
    for name, value in environment.items():
        if name.endswith("_URL") and value.startswith(PREFIX):
            with suppress(SecretUnreadable):
                files.append((name, SecretText(value)))
    if not files:
        return

    @event.listens_for(engine, "do_connect")
    def _take_password(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        for variable, file in files:
            with suppress(ArgumentError):  # a file while it is written
                url = make_url(file.text())
                if url.password is not None and url.username == parameters.get("user"):
                    parameters["password"] = url.password
                    return
                if url.password is not None and variable == "DATABASE_URL" and parameters.get("user") in LOGINS:
                    parameters["password"] = derived_password(url.password, parameters["user"])
