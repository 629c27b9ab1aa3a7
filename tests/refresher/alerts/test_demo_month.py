"""A month of the demo with the defaults: its stored past is evaluated as live, and few messages go out."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from db.reads.accounts import read_accounts
from refresher.__main__ import main as command_line
from refresher.alerts.evaluator import Evaluator
from refresher.alerts.reminders import remind
from refresher.alerts.sender import Sender
from refresher.alerts.setup import set_up_alerts
from refresher.configuration.alert_settings import AlertSettings
from tests.postgres import Database
from tests.refresher.alerts.desk import phone
from tests.refresher.alerts.receivers import TelegramServer
from tests.simulator.exchange_process import Simulator, run_simulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.usefixtures("own_process_state")]
DAYS = 31
MOST_A_DAY = 5


@pytest.fixture
def demo() -> Iterator[Simulator]:
    with run_simulator(days=DAYS, scenario="demo", seed=8) as simulator:
        yield simulator


def test_a_month_of_the_demo_sends_less_than_five_messages_a_day(
    database: Database, demo: Simulator, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "none.toml").touch()
    monkeypatch.setenv("STILLFRAME_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("STILLFRAME_DEMO_URL", demo.url)
    monkeypatch.setenv("DATABASE_URL", database.url)
    assert command_line(["--seed-demo"]) == 0
    with database.writer.connect() as connection:
        (account,) = read_accounts(connection)
        moments = list(connection.execute(text("SELECT taken_at FROM refresh ORDER BY taken_at")).scalars())
    with database.owner.begin() as connection:  # a live refresher finds out within seconds how an order ended
        connection.execute(text("UPDATE order_outcome SET resolved_at = gone_at"))
    settings = AlertSettings(channels=(phone(telegram.url),))
    set_up_alerts(database.writer, settings, [account.venue])
    sent: Counter[object] = Counter()
    present = [moments[0]]
    evaluator, sender = Evaluator(database.writer, settings.wait), Sender(database.writer, settings, lambda: present[0])
    for at in moments:
        monkeypatch.setattr("refresher.alerts.account_rules.read_newest_refreshes", lambda *_, at=at: {account.id: at})
        evaluator.run([account.id], at)
        remind(database.writer, settings.remind_every, at)
        present[0] = at + settings.wait + timedelta(seconds=1)
        sender.run()
        day = at.astimezone(UTC).date()
        sent[day] += len(telegram.texts)
        telegram.texts.clear()
    assert len(sent) >= DAYS - 1
    assert sum(sent.values()) / len(sent) < MOST_A_DAY, sent
    assert sum(sent.values()) > 0
