"""The edit watch: checks each second if a page filed an edit. An edit may take long, so no refresh waits for it."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Engine

from db.stopping import Stop
from refresher.present.served_account import ServedAccount
from refresher.process.repeated_look import RepeatedLook


def edit_watch(
    writer: Engine,
    accounts: Sequence[ServedAccount],
    apply: Callable[[Engine, Collection[int]], int],
    stop: Stop,
) -> RepeatedLook:
    """Has the edits of the accounts that this process serves applied. A standby leaves them to the one that serves.

    While the database is unavailable, edits wait in their table.
    """

    def look() -> None:
        ours = [served.account.id for served in accounts if served.is_ours]
        if ours:
            apply(writer, ours)

    return RepeatedLook("edits", look, "edits cannot be read: retried each second", stop)
