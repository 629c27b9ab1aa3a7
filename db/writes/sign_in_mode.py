"""How people sign in, as Postgres enforces it. Written by the refresher and by `python -m db upgrade`."""

from sqlalchemy import Engine, text

from db.writes.audit import Action, insert_audit
from domain.viewers import Mode


def write_sign_in_mode(engine: Engine, mode: Mode | None) -> None:
    """Store the mode. None leaves it as it is, so that a command without the setting opens nothing."""
    if mode is None:
        return
    with engine.begin() as connection:
        changed = connection.execute(text(_UPDATE), {"mode": mode.value}).rowcount
        if changed:
            insert_audit(connection, Action.MODE_CHANGED, None, detail=mode.value)


_UPDATE = "UPDATE sign_in_mode SET mode = :mode WHERE mode <> :mode"
