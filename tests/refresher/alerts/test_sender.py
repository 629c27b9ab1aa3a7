"""Sending: messages of the outbox reach real receivers, once, and each that is held back says why."""

from datetime import datetime, time, timedelta
from urllib.parse import unquote

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from db.reads.alerts import read_alerts_firing_at, read_channels
from db.writes.alerts import acknowledge, write_mute
from db.writes.outbox import claim_messages, write_notice
from domain.alerts import DeliveryState
from domain.delivery import QuietHours
from domain.rules import Severity
from domain.sources import Success
from refresher.alerts.reminders import remind
from refresher.alerts.sender import LEASE, Sender
from refresher.alerts.services.telegram import telegram_from
from refresher.configuration.alert_settings import AlertSettings, ChannelSettings
from tests.factories import NOON, failure, later, stop
from tests.postgres import Database
from tests.refresher.alerts.desk import Desk, phone
from tests.refresher.alerts.receivers import CHAT, TOKEN, smtp_server
from tests.refresher.alerts.stage import Stage

SENT, HELD, WAITING, FAILED = DeliveryState.SENT, DeliveryState.HELD, DeliveryState.WAITING, DeliveryState.FAILED


def test_a_message_tells_what_where_the_values_since_when_and_links_to_the_moment(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000", name="low")
    desk.stage.refresh(0, last="80000")
    assert desk.send(1, link="https://desk.example", zone="Europe/Zurich") == 1
    assert desk.telegram.texts == [
        "FIRING: low, main\n"
        "Net value is 80,000 USD, below 90,000\n"
        "warning, since 01 Nov 13:00 Europe/Zurich\n"
        "https://desk.example/alerts?as_of=2026-11-01T12%3A00%3A00%2B00%3A00"
    ]
    assert desk.telegram.requests[0][0] == f"/bot{TOKEN}/sendMessage"
    assert desk.telegram.requests[0][1]["chat_id"] == CHAT
    assert desk.send(2) == 0
    assert desk.outcomes() == [(SENT, None)]


def test_the_link_of_a_message_leads_to_a_moment_when_the_alert_fires(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000", name="low")
    desk.stage.refresh(0.6, last="80000")
    desk.send(1, link="https://desk.example")
    linked = datetime.fromisoformat(unquote(desk.telegram.texts[0].partition("as_of=")[2]))
    with desk.stage.database.writer.connect() as connection:
        assert [event.rule for event in read_alerts_firing_at(connection, linked)] == ["low"]


def test_shares_are_percentages_and_seconds_are_spans_of_time(desk: Desk) -> None:
    desk.stage.rule('change(net_value, "1h") <= -5 %', name="fell")
    desk.stage.rule("failing_for >= 15m", name="failing")
    desk.stage.refresh(0, last="100000")
    desk.stage.refresh(3600, last="90000", orders=failure())
    desk.send(3601)
    assert "Change of net value in 1h is -10 %, at most -5 %" in desk.telegram.texts[0]
    assert "Time since it began to fail is 60 min, at least 15 min" in desk.telegram.texts[0]


def test_amounts_can_be_left_out(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000", name="low")
    desk.stage.refresh(0, last="80000")
    desk.send(1, shows_amounts=False)
    assert desk.telegram.texts == ["FIRING: low, main\nwarning, since 01 Nov 12:00 UTC"]


@pytest.mark.parametrize(("shows", "words"), [(True, "sell stop of 0.5 BTC at 80000"), (False, "sell stop")])
def test_a_message_about_an_order_says_which(desk: Desk, shows: bool, words: str) -> None:
    desk.stage.rule('stop_vanished("1h")', name="gone")
    desk.stage.refresh(0, triggers=Success((stop(amount="0.50"),)))
    desk.stage.refresh(60, triggers=Success(()))
    desk.send(61, shows_amounts=shows)
    assert desk.telegram.texts[0].splitlines()[:2] == ["FIRING: gone, main BTC/USD stop", words]


def test_events_that_wait_together_are_one_message(desk: Desk) -> None:
    for limit in (90000, 91000, 92000):
        desk.stage.rule(f"net_value < {limit}", name=f"below {limit}")
    desk.stage.refresh(0, last="80000")
    assert desk.send(1) == 1
    (text_sent,) = desk.telegram.texts
    assert text_sent.startswith("3 firing\nFIRING: below 90000, main\n")
    assert desk.outcomes() == [(SENT, None)] * 3


def test_the_pause_that_telegram_asks_for_is_obeyed(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000")
    desk.stage.refresh(0, last="80000")
    desk.telegram.script = [(429, {"ok": False, "description": "Too Many", "parameters": {"retry_after": 77}})]
    assert desk.send(0) == 0
    assert desk.outcomes() == [(WAITING, "Telegram answers 429: Too Many")]
    assert [desk.send(76), desk.send(77)] == [0, 1]
    assert len(desk.telegram.requests) == 2


def test_a_server_error_is_tried_again_with_growing_pauses(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000")
    desk.stage.refresh(0, last="80000")
    desk.telegram.script = [(500, {}), (502, {})]
    tries = [desk.send(seconds) for seconds in (0, 9, 10, 29, 30)]
    assert tries == [0, 0, 0, 0, 1]
    assert len(desk.telegram.requests) == 3
    with desk.stage.database.reader.connect() as connection:
        (channel,) = read_channels(connection)
    assert (channel.failing_since, channel.error) == (None, None)


def test_a_refusal_is_not_tried_again_and_a_lost_day_gives_up(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000")
    desk.stage.refresh(0, last="80000")
    desk.telegram.script = [(401, {"ok": False, "description": "Unauthorized"})]
    desk.send(0)
    assert desk.outcomes() == [(FAILED, "Telegram answers 401: Unauthorized")]
    desk.stage.refresh(30)
    desk.stage.refresh(60, last="80000")
    with desk.stage.database.owner.begin() as connection:
        connection.execute(text("UPDATE outbox SET created_at = :at"), {"at": NOON})
    desk.telegram.script = [(500, {})]
    desk.send(86500)
    states = desk.outcomes()[1:]
    assert states == [
        (HELD, "the message that it fired was held back"),
        (FAILED, "given up after a day: Telegram answers 500: no reason"),
    ]


def test_a_hang_and_a_server_that_is_gone_are_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refresher.alerts.services.telegram._SECONDS", (0.2, 0.2))
    desk.stage.rule("net_value < 90000")
    desk.stage.refresh(0, last="80000")
    desk.telegram.hangs.set()
    assert desk.send(0) == 0
    assert desk.outcomes() == [(WAITING, "Telegram does not answer")]
    desk.telegram.hangs.clear()
    gone = Sender(desk.stage.database.writer, AlertSettings(channels=(phone("http://127.0.0.1:1"),)), lambda: later(10))
    assert gone.run() == 0
    assert desk.outcomes() == [(WAITING, "Telegram cannot be reached (ConnectionError)")]
    assert desk.send(40) == 1


def test_no_secret_of_a_channel_is_stored(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000")
    desk.stage.refresh(0, last="80000")
    gone = Sender(desk.stage.database.writer, AlertSettings(channels=(phone("http://127.0.0.1:1"),)), lambda: later(1))
    gone.run()
    with desk.stage.database.owner.connect() as connection:
        rows = [str(row) for table in ("outbox", "channel", "alert_event") for row in
                connection.execute(text(f"TABLE {table}"))]  # fmt: skip
    assert rows
    assert not any(TOKEN in row for row in rows)
    assert TOKEN not in repr(desk.settings)


def test_quiet_hours_wait_and_critical_alerts_do_not(desk: Desk) -> None:
    quiet = QuietHours(time(12, 0), time(7, 0), "UTC")
    desk.stage.rule("net_value < 90000", name="low")
    desk.stage.rule("net_value < 85000", name="lower", severity=Severity.CRITICAL)
    desk.stage.refresh(0, last="80000")
    assert desk.send(1, quiet=quiet) == 1
    assert desk.outcomes() == [(WAITING, "quiet hours until 02 Nov 07:00 UTC"), (SENT, None)]
    assert [desk.send(19 * 3600 - 1, quiet=quiet), desk.send(19 * 3600, quiet=quiet)] == [0, 1]


def test_the_cap_holds_back_and_one_message_tells_how_many(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000", name="low")
    for seconds in range(0, 300, 60):
        desk.stage.refresh(seconds, last="80000")
        desk.send(seconds, per_hour=2)
        desk.stage.refresh(seconds + 30)
        desk.send(seconds + 30, per_hour=2)
    assert len(desk.telegram.texts) == 2
    held = [reason for state, reason in desk.outcomes() if state is HELD]
    assert held.count("the cap of 2 messages an hour is reached") == 4
    assert held.count("the message that it fired was held back") == 4
    assert desk.send(3600, per_hour=2) == 1
    assert desk.telegram.texts[-1] == "4 messages were held back\nThe cap is 2 an hour. See Alerts."


def test_a_reminder_comes_once_a_day_until_the_alert_is_acknowledged(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000", name="low")
    desk.stage.refresh(0, last="80000")
    writer, day = desk.stage.database.writer, timedelta(days=1)
    assert [remind(writer, day, later(seconds)) for seconds in (86399, 86400, 86401)] == [0, 1, 0]
    desk.send(86402)
    assert desk.telegram.texts[0].startswith("1 firing, 1 still firing\n")
    assert "FIRING: low, main\nNet value is 80,000 USD, below 90,000\n" in desk.telegram.texts[0]
    assert "STILL FIRING: low, main\nNet value was 80,000 USD, below 90,000\n" in desk.telegram.texts[0]
    acknowledge(writer, desk.stage.alerts()["main"].id, None)
    assert remind(writer, day, later(3 * 86400)) == 0


def test_an_alert_on_a_failed_source_is_held_and_the_source_is_told_once(desk: Desk) -> None:
    desk.stage.rule("uncovered_value > 100", name="open", severity=Severity.CRITICAL)
    desk.stage.rule("failing_for >= 30s".replace("30s", "1m"), name="source")
    desk.stage.refresh(0, triggers=Success(()))
    desk.stage.refresh(30, triggers=failure())
    desk.stage.refresh(60, triggers=failure())
    desk.send(61)
    assert desk.outcomes() == [
        (HELD, "it rests on data that is missing now: main: triggers read not since 12:00 UTC"),
        (SENT, None),
    ]
    assert [line.split("\n")[0] for line in desk.telegram.texts] == ["FIRING: source, main triggers"]


def test_a_crash_after_claiming_sends_once_when_the_claim_has_ended(desk: Desk) -> None:
    desk.stage.rule("net_value < 90000")
    desk.stage.refresh(0, last="80000")
    assert len(claim_messages(desk.stage.database.writer, "phone", "crashed", later(0), LEASE, 10)) == 1
    assert [desk.send(119), desk.send(120), desk.send(121)] == [0, 1, 0]


def test_mail_is_delivered_by_apprise_and_tried_again_after_a_refusal(database: Database) -> None:
    with smtp_server() as smtp:
        url = SecretStr(f"mailto://127.0.0.1:{smtp.port}?from=a@example.com&to=b@example.com&mode=insecure")
        mail = ChannelSettings("mail", url, "mailto")
        stage = Stage(database, [mail.state])
        stage.rule("net_value < 90000", name="low")
        stage.refresh(0, last="80000")
        smtp.refuses = 1
        moment = [NOON]
        sender = Sender(database.writer, AlertSettings(channels=(mail,)), now=lambda: moment[0])
        assert sender.run() == 0
        moment[0] = later(10)
        assert sender.run() == 1
        (received,) = smtp.mails
    assert received["Subject"] == "FIRING: low, main"
    assert received["To"] == "b@example.com"


def test_a_test_message_is_sent_whatever_stands_in_the_way(desk: Desk) -> None:
    write_mute(desk.stage.database.writer, None, "channel", "phone", later(10**8), None)
    write_notice(desk.stage.database.writer, desk.settings.channels[0].state, "test", "Stillframe", "A test.", NOON)
    assert desk.send(1, quiet=QuietHours(time(0), time(23), "UTC"), per_hour=1) == 1
    assert desk.telegram.texts == ["Stillframe\nA test."]


@pytest.mark.parametrize("url", ["tgram://123456/-1", "tgram://1:a", "tgram://", "tgram://1:a/b/c"])
def test_an_address_without_token_and_chat_is_refused(url: str) -> None:
    assert telegram_from(url, None) is None
