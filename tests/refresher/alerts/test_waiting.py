"""Messages that wait keep no other from being sent."""

from datetime import time

import pytest

from domain.delivery import QuietHours
from domain.rules import Severity
from refresher.alerts import sender
from tests.postgres import Database
from tests.refresher.alerts.desk import Desk
from tests.refresher.alerts.receivers import telegram_server


def test_a_critical_message_passes_those_that_wait_for_the_end_of_quiet_hours(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are sent together wait already."""
    monkeypatch.setattr(sender, "MOST_IN_ONE", 2)
    quiet = QuietHours(time(11), time(14), "UTC")
    with telegram_server() as telegram:
        desk = Desk(database, telegram)
        for limit in (90_000, 91_000, 92_000):
            desk.stage.rule(f"net_value < {limit}", name=f"below {limit}")
        desk.stage.refresh(0, last="80000")
        assert [desk.send(seconds, quiet=quiet) for seconds in (1, 2)] == [0, 0]
        desk.stage.rule("net_value < 50000", name="low", severity=Severity.CRITICAL)
        desk.stage.refresh(30, last="40000")
        assert desk.send(31, quiet=quiet) == 1
        assert telegram.texts[0].startswith("FIRING: low, main\n")
