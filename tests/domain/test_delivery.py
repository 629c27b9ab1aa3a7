"""Delivery: each reason that stands in the way of a message, as a table."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alerts import AlertEventKind, Mute, MuteScope, SubjectKey
from domain.delivery import (
    Circumstances,
    Decision,
    Pending,
    QuietHours,
    Ruling,
    decide,
    is_reminder_due,
    pause_after,
    symbols_of,
)
from domain.rule_terms import Subject
from domain.rules import Severity

NOW = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
BTC, ETH = (SubjectKey(Subject.MARKET, "cryptocom", f"{coin}/USD") for coin in ("BTC", "ETH"))
FIRED = Pending(
    "phone", "alert", Severity.WARNING, AlertEventKind.FIRED, "low", BTC, frozenset({"BTC/USD", "BTC"}), "main"
)
RESOLVED = replace(FIRED, event=AlertEventKind.RESOLVED)
REMINDER = replace(FIRED, event=AlertEventKind.REMINDER)
NOTICE = Pending("phone", "notice", Severity.WARNING)
THERE = Circumstances(NOW)
NIGHT = replace(THERE, quiet=QuietHours(time(22), time(7), "UTC"))
MORNING = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
SEND = Decision(Ruling.SEND)
QUIET = Decision(Ruling.WAIT, "quiet hours until 02 Nov 07:00 UTC", MORNING)


def muted(scope: MuteScope, target: str, minutes: int = 1, subject: SubjectKey | None = None) -> Circumstances:
    end = NOW + timedelta(minutes=minutes)
    return replace(THERE, mutes=(Mute(1, None, scope, target, NOW, end, subject=subject),))


def held(reason: str, *, is_capped: bool = False) -> Decision:
    return Decision(Ruling.HOLD, reason, is_capped=is_capped)


CAPPED = replace(THERE, sent=20)
INFORMED = replace(THERE, informed_at=NOW - timedelta(hours=5), info_every=timedelta(hours=6))
BROKEN = replace(THERE, quiet=QuietHours(time.fromisoformat("22:00+01:00"), time(7), "UTC"))
COLLECTED = Decision(Ruling.WAIT, "information is collected until 02 Nov 00:00 UTC", NOW + timedelta(hours=1))
INFO = replace(FIRED, severity=Severity.INFO)
EVENT_ENDED = "its rule is about events, and their end is no news"
CASES = [
    (INFO, THERE, SEND),
    (INFO, INFORMED, COLLECTED),
    (INFO, replace(INFORMED, info_every=timedelta(0)), SEND),
    (FIRED, INFORMED, SEND),
    (INFO, replace(INFORMED, now=NOW + timedelta(hours=1)), SEND),
    (replace(RESOLVED, ends_by_itself=True), THERE, held(EVENT_ENDED)),
    (replace(REMINDER, ends_by_itself=True), THERE, held("its rule is about events, and they were told once")),
    (replace(FIRED, ends_by_itself=True), THERE, SEND),
    (FIRED, THERE, SEND),
    (FIRED, BROKEN, SEND),
    (replace(FIRED, severity=Severity.CRITICAL), BROKEN, SEND),
    (FIRED, muted(MuteScope.RULE, "low"), held("the rule low is muted until 01 Nov 23:01 UTC")),
    (FIRED, muted(MuteScope.RULE, "low", 527040), held("the rule low is muted until 02 Nov 2027 23:00 UTC")),
    (FIRED, muted(MuteScope.RULE, "high"), SEND),
    (
        FIRED,
        muted(MuteScope.ALERT, "low", subject=BTC),
        held("the alert low (BTC/USD) is muted until 01 Nov 23:01 UTC"),
    ),
    (FIRED, muted(MuteScope.ALERT, "low", subject=ETH), SEND),
    (FIRED, muted(MuteScope.ALERT, "low", subject=replace(BTC, place="okx")), SEND),
    (FIRED, muted(MuteScope.ALERT, "high", subject=BTC), SEND),
    (FIRED, muted(MuteScope.ALERT, "low", 0, BTC), SEND),
    (FIRED, muted(MuteScope.SYMBOL, "BTC"), held("the symbol BTC is muted until 01 Nov 23:01 UTC")),
    (FIRED, muted(MuteScope.ACCOUNT, "main"), held("the account main is muted until 01 Nov 23:01 UTC")),
    (FIRED, muted(MuteScope.CHANNEL, "phone"), held("the channel phone is muted until 01 Nov 23:01 UTC")),
    (FIRED, muted(MuteScope.CHANNEL, "phone", minutes=0), SEND),
    (FIRED, NIGHT, QUIET),
    (RESOLVED, NIGHT, QUIET),
    (replace(FIRED, severity=Severity.CRITICAL), NIGHT, SEND),
    (FIRED, CAPPED, held("the cap of 20 messages an hour is reached", is_capped=True)),
    (NOTICE, CAPPED, SEND),
    (NOTICE, NIGHT, QUIET),
    (FIRED, replace(CAPPED, sent=19), SEND),
    (replace(FIRED, is_rule_active=False), NIGHT, held("the rule was removed or switched off")),
    (replace(FIRED, no_data="x"), THERE, held("it rests on data that is missing now: x")),
    (replace(REMINDER, no_data="x"), THERE, held("it rests on data that is missing now: x")),
    (replace(RESOLVED, no_data="x"), THERE, SEND),
    (replace(RESOLVED, fired_was_held=True), THERE, held("the message that it fired was held back")),
    (replace(REMINDER, is_acknowledged=True), THERE, held("the alert was acknowledged")),
    (replace(FIRED, is_acknowledged=True), THERE, SEND),
    (Pending("phone", "test", Severity.INFO), replace(CAPPED, quiet=NIGHT.quiet), SEND),
]


@pytest.mark.parametrize(("message", "there", "decision"), CASES)
def test_the_first_reason_in_the_way_decides(message: Pending, there: Circumstances, decision: Decision) -> None:
    assert decide(message, there) == decision


@pytest.mark.parametrize(
    ("hours", "minute", "end"),
    [
        (("22:00", "07:00", "UTC"), "2026-11-01T22:00", "2026-11-02T07:00"),
        (("22:00", "07:00", "UTC"), "2026-11-01T21:59", None),
        (("22:00", "07:00", "UTC"), "2026-11-01T06:59", "2026-11-01T07:00"),
        (("22:00", "07:00", "UTC"), "2026-11-01T07:00", None),
        (("12:00", "13:00", "UTC"), "2026-11-01T12:30", "2026-11-01T13:00"),
        (("00:00", "00:00", "UTC"), "2026-11-01T12:30", None),
        # Clocks in Zurich go back at 03:00 of 25 October 2026, so that night is an hour longer.
        (("22:00", "07:00", "Europe/Zurich"), "2026-10-24T20:30", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_end_in_the_zone_of_the_user(hours: tuple[str, str, str], minute: str, end: str | None) -> None:
    begin, until, zone = hours
    quiet = QuietHours(time.fromisoformat(begin), time.fromisoformat(until), zone)
    ends_at = quiet.end_at(datetime.fromisoformat(minute).replace(tzinfo=UTC))
    assert ends_at == (None if end is None else datetime.fromisoformat(end).replace(tzinfo=UTC))


def test_pauses_double_to_an_hour() -> None:
    assert [pause_after(n).seconds for n in (1, 2, 3, 9, 10, 999)] == [10, 20, 40, 2560, 3600, 3600]


def test_a_reminder_is_due_after_the_interval_and_never_without_one() -> None:
    day = timedelta(days=1)
    assert is_reminder_due(NOW - day, None, day, NOW)
    assert not is_reminder_due(NOW - day, NOW - timedelta(hours=1), day, NOW)
    assert not is_reminder_due(NOW - day, None, timedelta(0), NOW)


def test_a_mute_of_a_coin_holds_messages_about_its_markets_and_orders() -> None:
    for name in ("BTC", "BTC/USD", "BTC/USD:USD", "BTC/USD 123"):
        assert "BTC" in symbols_of(SubjectKey(Subject.ORDER, "main", name))
    assert "BTC" not in symbols_of(SubjectKey(Subject.MARKET, "cryptocom", "WBTC/USD"))
