"""Rules, alerts and messages in the database: versions, compare and set, claims, and what each viewer sees."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import CheckConstraint, Connection, text

from db.reads.alerts import (
    read_alert_events,
    read_alerts,
    read_alerts_firing_at,
    read_channels,
    read_deliveries,
    read_mutes,
)
from db.reads.edits import read_edits_without_account
from db.reads.rules import read_rule_versions, read_rules
from db.reads.watchlist import read_watched_markets
from db.refresh_requests import insert_edit_request
from db.schema_alerts import alert
from db.viewing import viewing
from db.writes.alerts import AlertWrite, acknowledge, write_alert, write_mute
from db.writes.outbox import claim_messages, finish_sent, retry_later
from db.writes.rules import end_rule, write_rule, write_rules_of
from db.writes.watchlist import delete_watched_market, write_configured_markets, write_watched_market
from domain.alert_states import AlertState, Health, State, Timing
from domain.alerts import AlertEventKind, DeliveryState, Mute, SubjectKey
from domain.edits import EditKind
from domain.rule_terms import Subject
from domain.rules import Rule, RuleDefinition, RuleOrigin, Severity
from tests.db.full_database import fill_database, write_viewer
from tests.factories import NOON, later
from tests.postgres import Database

LOW = RuleDefinition("low", "price < 10", ("held",), timing=Timing(timedelta(minutes=15)))
BTC = SubjectKey(Subject.MARKET, "cryptocom", "BTC/USD")
FIRES = AlertState(State.FIRING, NOON, NOON)
LEASE = timedelta(minutes=1)


def a_rule(database: Database, definition: RuleDefinition = LOW) -> Rule:
    write_rule(database.writer, None, definition, RuleOrigin.APP, "ana")
    with database.reader.connect() as connection:
        return next(rule for rule in read_rules(connection) if rule.name == definition.name)


def fired(rule: Rule, *channels: str, row_version: int | None = None) -> AlertWrite:
    return AlertWrite(rule, BTC, None, row_version, FIRES, NOON, {"text": "price < 10"}, None,
                      AlertEventKind.FIRED, channels, NOON)  # fmt: skip


def test_each_change_of_a_rule_is_a_version_with_its_author(database: Database) -> None:
    first = a_rule(database)
    a_rule(database)
    changed = replace(LOW, text="price < 9", severity=Severity.CRITICAL)
    second = a_rule(database, changed)
    assert (first.version, second.version, second.definition) == (1, 2, changed)
    with database.reader.connect() as connection:
        versions = read_rule_versions(connection, second.id)
    assert [(v.version, v.definition, v.changed_by) for v in versions] == [(2, changed, "ana"), (1, LOW, "ana")]


def test_a_removed_rule_leaves_its_name_free_and_its_alerts_as_history(database: Database) -> None:
    rule = a_rule(database)
    write_alert(database.writer, fired(rule, "phone"))
    assert end_rule(database.writer, rule.id)
    assert not end_rule(database.writer, rule.id)
    assert a_rule(database).id != rule.id
    with database.reader.connect() as connection:
        assert read_alerts(connection) == ()
        assert [event.rule for event in read_alert_events(connection, later(9), 10)] == ["low"]


def test_rules_that_leave_the_configuration_end_and_those_of_the_app_stay(database: Database) -> None:
    a_rule(database)
    high = replace(LOW, name="high")
    write_rules_of(database.writer, RuleOrigin.CONFIGURATION, [(high, "it never fired")])
    write_rules_of(database.writer, RuleOrigin.CONFIGURATION, [])
    with database.reader.connect() as connection:
        assert [(rule.name, rule.origin) for rule in read_rules(connection)] == [("low", RuleOrigin.APP)]


def test_of_two_refreshers_one_changes_the_state_and_one_message_is_written(database: Database) -> None:
    rule = a_rule(database)
    with ThreadPoolExecutor(4) as threads:
        written = list(threads.map(lambda _: write_alert(database.writer, fired(rule, "phone", "mail")), range(4)))
    assert sorted(written) == [False, False, False, True]
    resolved = replace(fired(rule, "phone", row_version=1), after=AlertState(), event=AlertEventKind.RESOLVED)
    with ThreadPoolExecutor(4) as threads:
        written = list(threads.map(lambda _: write_alert(database.writer, resolved), range(4)))
    assert sorted(written) == [False, False, False, True]
    with database.reader.connect() as connection:
        events = read_alert_events(connection, later(9), 10)
        messages = read_deliveries(connection, later(10**9), 10)
    assert [event.event for event in events] == [AlertEventKind.RESOLVED, AlertEventKind.FIRED]
    assert sorted((m.channel, m.event_id) for m in messages) == sorted(
        [("phone", events[0].id), ("phone", events[1].id), ("mail", events[1].id)]
    )


def test_an_alert_that_cannot_write_its_message_keeps_its_state(database: Database) -> None:
    rule = a_rule(database)
    with pytest.raises(Exception, match="duplicate key"):
        write_alert(database.writer, fired(rule, "phone", "phone"))
    with database.reader.connect() as connection:
        assert read_alerts(connection) == ()


def test_what_fired_at_a_past_moment_is_known_later(database: Database) -> None:
    rule = a_rule(database)
    write_alert(database.writer, fired(rule))
    end = AlertWrite(rule, BTC, None, 1, AlertState(), later(60), event=AlertEventKind.RESOLVED)
    write_alert(database.writer, end)
    with database.reader.connect() as connection:
        counts = [len(read_alerts_firing_at(connection, at)) for at in (later(-1), NOON, later(59), later(60))]
    assert counts == [0, 1, 1, 0]


def test_an_alert_of_a_removed_rule_fires_in_the_past_until_the_removal(database: Database) -> None:
    rule = a_rule(database)
    write_alert(database.writer, fired(rule))
    before = datetime.now(UTC)
    end_rule(database.writer, rule.id)
    after = datetime.now(UTC)
    with database.reader.connect() as connection:
        counts = [len(read_alerts_firing_at(connection, at)) for at in (before, after)]
    assert counts == [1, 0]


def test_a_message_is_claimed_once_until_its_lease_ends(database: Database) -> None:
    write_alert(database.writer, fired(a_rule(database), "phone"))

    def claim(at: float) -> int:
        return len(claim_messages(database.writer, "phone", "me", later(at), LEASE, 10))

    assert claim(-1) == 0
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: claim(0), range(4))) == [0, 0, 0, 1]
    assert (claim(59), claim(60)) == (0, 1)
    (message,) = claim_messages(database.writer, "phone", "me", later(120), LEASE, 10)
    assert message.attempts == 3
    retry_later(database.writer, [message.id], later(500), "429", counts=False)
    assert claim(499) == 0
    (message,) = claim_messages(database.writer, "phone", "me", later(500), LEASE, 10)
    assert message.attempts == 3
    finish_sent(database.writer, [message.id], "low: BTC/USD", later(501))
    assert claim(10**6) == 0
    with database.reader.connect() as connection:
        (delivery,) = read_deliveries(connection, later(10**9), 10)
    assert (delivery.state, delivery.message) == (DeliveryState.SENT, "low: BTC/USD")


def test_a_firing_alert_is_acknowledged_once(database: Database) -> None:
    write_alert(database.writer, fired(a_rule(database)))
    with database.reader.connect() as connection:
        (alert,) = read_alerts(connection, [State.FIRING])
    assert acknowledge(database.writer, alert.id, "ana")
    assert not acknowledge(database.writer, alert.id, "ana")


def test_a_later_mute_replaces_an_earlier_one(database: Database) -> None:
    for days in (2, 1):
        write_mute(database.writer, None, "rule", "low", later(86400 * 36500 * days), None)
    with database.reader.connect() as connection:
        now = connection.execute(text("SELECT now()")).scalar_one()
        (mute,) = read_mutes(connection, now)
    assert mute.until == later(86400 * 36500)


def test_the_mute_of_one_alert_leaves_those_of_its_rule_and_its_other_alerts(database: Database) -> None:
    ether = replace(BTC, name="ETH/USD")
    for scope, subject, days in (("rule", None, 1), ("alert", BTC, 2), ("alert", ether, 3), ("alert", BTC, 4)):
        write_mute(database.writer, None, scope, "low", later(86400 * 36500 * days), None, subject)
    write_mute(database.writer, None, "alert", "low", NOON, None, ether)
    with database.reader.connect() as connection:
        mutes = read_mutes(connection, connection.execute(text("SELECT now()")).scalar_one())
    assert [(mute.label, mute.subject) for mute in mutes] == [("rule low", None), ("alert low (BTC/USD)", BTC)]
    assert mutes[1].until == later(86400 * 36500 * 4)


def test_a_market_of_the_configuration_cannot_be_removed_in_the_app(database: Database) -> None:
    assert write_watched_market(database.writer, None, "cryptocom", "BTC/USD")
    assert not write_watched_market(database.writer, None, "cryptocom", "BTC/USD")
    write_configured_markets(database.writer, [("cryptocom", "BTC/USD"), ("cryptocom", "ETH/USD")])
    assert not delete_watched_market(database.writer, None, "cryptocom", "BTC/USD")
    with database.reader.connect() as connection:
        assert [(m.symbol, m.is_editable) for m in read_watched_markets(connection)] == [
            ("BTC/USD", False), ("ETH/USD", False),
        ]  # fmt: skip
    write_configured_markets(database.writer, [])
    with database.reader.connect() as connection:
        assert read_watched_markets(connection) == ()


def mutes_in_a_year(connection: Connection) -> tuple[Mute, ...]:
    return read_mutes(connection, later(86400 * 365))


def test_a_viewer_sees_its_own_rules_and_files_edits_under_its_own_name(database: Database) -> None:
    main = fill_database(database.writer)
    write_viewer(database.writer, main.id, name="eve", token="eve's token")
    write_mute(database.writer, "ana", "alert", "fall", later(86400 * 36500), "ana", BTC)
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE sign_in_mode SET mode = 'password'"))
    seen = {}
    for token in ("ana's token", "eve's token"):
        with viewing(token):
            insert_edit_request(database.reader, EditKind.WATCH, {"symbol": "BTC/USD"}, None)
            with database.reader.connect() as connection:
                (edit,) = read_edits_without_account(connection, [EditKind.WATCH])
                kinds = (read_rules, read_alerts, read_channels, read_watched_markets, mutes_in_a_year)
                seen[edit.filed_by] = [len(read(connection)) for read in kinds]
    assert seen == {"ana": [1, 1, 1, 1, 2], "eve": [0, 0, 0, 0, 0]}


def test_the_database_takes_each_state_and_health_of_the_code_and_no_other() -> None:
    checks = [str(check.sqltext) for check in alert.constraints if isinstance(check, CheckConstraint)]
    for name, states in (("state", State), ("health", Health)):
        (check,) = [condition for condition in checks if condition.startswith(f"{name} IN")]
        assert set(re.findall("'([a-z_]+)'", check)) == set(states)
