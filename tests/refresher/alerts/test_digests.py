"""The daily digest: worth, change and why, what ended, what no stop protects, once a day for each channel."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from db.reads.accounts import read_accounts
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.outbox import write_channels
from domain.alerts import ChannelState, Delivery
from domain.digest import due_at
from domain.rules import Severity
from domain.sources import Success
from refresher.alerts.digests import LATEST, LONGEST_WAIT, Digests, digest_of
from refresher.configuration.alert_settings import AlertSettings, ChannelSettings
from tests.db.test_open_transits import one_leaves
from tests.factories import ASKED, NOON, later, stop
from tests.postgres import Database
from tests.refresher.alerts.desk import Desk, phone
from tests.refresher.alerts.receivers import telegram_server
from tests.refresher.alerts.stage import Stage

DAY = 86400
NOON_DAILY = time(12)


def settings(*, owner: str | None = None, digest: bool = True) -> AlertSettings:
    channel = ChannelSettings("phone", SecretStr("tgram://1:a/1"), "tgram", owner, gets_digest=digest)
    return AlertSettings(channels=(channel,), digest_at=NOON_DAILY)


def digests(stage: Stage) -> list[Delivery]:
    return [message for message in stage.messages() if message.kind == "digest"]


def body_of(stage: Stage) -> str:
    with stage.database.owner.connect() as connection:
        return str(connection.execute(text("SELECT body FROM outbox WHERE kind = 'digest'")).scalar_one())


@pytest.fixture
def stage(database: Database) -> Stage:
    """A day in which BTC fell from 100,000 to 95,000, a take profit was withdrawn and half of the coin is covered."""
    stage = Stage(database)
    stage.refresh(0, last="100000", triggers=Success((stop(amount="0.5"), stop("old", amount="0.5"))))
    stage.refresh(DAY, last="95000", triggers=Success((stop(amount="0.5"),)))
    return stage


def test_a_digest_says_worth_change_why_endings_and_what_is_unprotected(stage: Stage) -> None:
    assert Digests(stage.database.writer, settings()).run(later(DAY + 1)) == 1
    assert digests(stage)[0].subject == "Daily digest, 02 Nov"
    assert body_of(stage).splitlines() == [
        "Net value 95,000 USD, -5,000.00 (-5.00 %) in 24 h",
        "Why: prices -5,000.00",
        "1 order ended: 1 no longer open",
        "- BTC/USD sell stop: no longer open",
        "Without a stop: BTC 47,500 USD",
    ]


def test_amounts_can_be_left_out_of_a_digest(stage: Stage) -> None:
    Digests(stage.database.writer, replace(settings(), shows_amounts=False)).run(later(DAY + 1))
    words = body_of(stage)
    assert words.splitlines()[:2] == ["Net value -5.00 % in 24 h", "Mostly by prices"]
    assert not any(amount in words for amount in ("95", "5,000", "47"))


def test_the_net_value_of_a_digest_contains_what_is_between_own_accounts(database: Database) -> None:
    one_leaves(database)
    with database.reader.connect() as connection:
        accounts = read_accounts(connection)
        digest = digest_of(connection, accounts, dict.fromkeys([a.id for a in accounts], NOON), None, [], NOON)
    assert digest.net_value == 105000


def test_there_is_one_digest_a_day_over_restarts_and_two_refreshers(stage: Stage) -> None:
    first, second = (Digests(stage.database.writer, settings()) for _ in range(2))
    assert [first.run(later(DAY + 1)), second.run(later(DAY + 1)), first.run(later(DAY + 60))] == [1, 0, 0]
    assert Digests(stage.database.writer, settings()).run(later(DAY + 3600)) == 0
    stage.refresh(2 * DAY)
    assert first.run(later(2 * DAY + 1)) == 1
    assert len(digests(stage)) == 2


def test_no_digest_is_sent_unless_a_channel_chose_it(stage: Stage) -> None:
    assert Digests(stage.database.writer, settings(digest=False)).run(later(DAY + 1)) == 0
    assert digests(stage) == []


def test_a_digest_waits_for_a_refresh_and_then_says_what_is_old(stage: Stage) -> None:
    of_stage = Digests(stage.database.writer, settings())
    due = 2 * DAY
    assert of_stage.run(later(due)) == 0
    assert of_stage.run(later(due) + LONGEST_WAIT) == 1
    lines = body_of(stage).splitlines()
    assert "The change of 24 h is unknown: the present net value is unknown" in lines
    assert "Not refreshed since this digest was due: main" in lines


def test_a_digest_names_accounts_that_were_never_refreshed_beside_its_sum(stage: Stage) -> None:
    accounts = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    write_accounts(stage.database.writer, accounts)
    assert Digests(stage.database.writer, settings()).run(later(DAY) + LONGEST_WAIT) == 1
    lines = body_of(stage).splitlines()
    assert lines[0] == "Net value 95,000 USD, -5,000.00 (-5.00 %) in 24 h, without second: not seen yet"
    assert not any("Not refreshed" in line for line in lines)


def test_a_digest_that_is_hours_late_is_left_out(stage: Stage) -> None:
    of_stage = Digests(stage.database.writer, settings())
    assert of_stage.run(later(DAY) + LATEST) == 0
    assert of_stage.run(later(DAY) + LATEST - timedelta(seconds=1)) == 1


def test_a_digest_is_due_at_the_hour_of_the_user_also_after_the_clocks_change() -> None:
    summer = due_at(later(-10 * DAY), time(8), "Europe/Zurich")
    winter = due_at(later(0), time(8), "Europe/Zurich")
    assert (summer.hour, winter.hour) == (6, 7)


def test_a_digest_of_the_evening_is_written_after_midnight_as_that_of_its_day(stage: Stage) -> None:
    evening = replace(settings(), digest_at=time(23, 57))
    of_stage = Digests(stage.database.writer, evening)
    minutes = [later(DAY + 12 * 3600 + 60 * minute) for minute in range(-5, 60)]
    assert sum(map(of_stage.run, minutes)) == 1
    assert [digest.subject for digest in digests(stage)] == ["Daily digest, 02 Nov"]
    assert Digests(stage.database.writer, evening).run(minutes[-1]) == 0


def test_each_day_has_one_due_moment_also_when_the_clocks_change() -> None:
    # Europe/Zurich: 02:30 is skipped on 29 March 2026 and comes twice on 25 October 2026.
    for start in (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)):
        moments = [start + timedelta(minutes=15 * n) for n in range(5 * 96)]
        dues = [due_at(moment, time(2, 30), "Europe/Zurich") for moment in moments]
        days = [due.astimezone(ZoneInfo("Europe/Zurich")).date() for due in dues]
        assert all(due <= moment for due, moment in zip(dues, moments, strict=True))
        assert len(set(dues)) == len(set(days)) == 6
        assert dues == sorted(dues)


def test_a_viewer_gets_a_digest_of_visible_accounts_alone(stage: Stage) -> None:
    with stage.database.owner.begin() as connection:
        connection.execute(text("INSERT INTO viewer (name, is_admin) VALUES ('ann', false)"))
    write_channels(stage.database.writer, [ChannelState("phone", "ann", "telegram", Severity.INFO)])
    Digests(stage.database.writer, settings(owner="ann")).run(later(DAY + 1))
    assert body_of(stage).splitlines()[0] == "Net value is unknown"
    assert "BTC" not in body_of(stage)


def test_a_digest_that_fails_is_tried_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    of_stage = Digests(stage.database.writer, settings())
    with monkeypatch.context() as broken:
        broken.setattr("refresher.alerts.digests.digest_of", lambda *_: 1 / 0)
        assert of_stage.run(later(DAY + 1)) == 0
    assert [of_stage.run(later(DAY + 2)), of_stage.run(later(DAY + 901))] == [0, 1]


def test_a_digest_is_sent_as_it_was_written(database: Database) -> None:
    with telegram_server() as telegram:
        desk = Desk(database, telegram)
        desk.stage.refresh(0, last="95000")
        channel = phone(telegram.url, gets_digest=True)
        alerts = replace(desk.settings, channels=(channel,), digest_at=NOON_DAILY, link="https://desk.example")
        Digests(database.writer, alerts).run(later(1))
        desk.send(2)
    (words,) = telegram.texts
    assert words.splitlines()[0] == "Daily digest, 01 Nov"
    assert words.splitlines()[-1] == "https://desk.example/?as_of=2026-11-01T12%3A00%3A01%2B00%3A00"
