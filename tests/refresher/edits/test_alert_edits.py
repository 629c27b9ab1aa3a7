"""Edits of alerts: each belongs to the viewer who filed it, and is refused with a reason in plain words."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from db.reads.alerts import read_deliveries, read_mutes
from db.reads.edits import read_edits_without_account
from db.reads.rules import read_rules
from db.reads.watchlist import read_watched_markets
from db.refresh_requests import insert_edit_request
from db.writes.rules import write_rules_of
from domain.edits import Edit, EditKind, EditState
from domain.rules import RuleDefinition, RuleOrigin
from refresher.alerts.never_fired import NEVER
from refresher.edits.apply import apply_edits, verdict_on
from tests.postgres import Database
from tests.refresher.alerts.stage import FOREVER, Stage


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def answer(stage: Stage, kind: EditKind, payload: Mapping[str, object]) -> tuple[EditState, str]:
    database = stage.database
    insert_edit_request(database.reader, kind, payload, None)
    assert apply_edits(database.writer, [stage.account.id]) == 1
    with database.reader.connect() as connection:
        edit = read_edits_without_account(connection, [kind])[0]
    return edit.state, edit.answer or ""


def test_a_rule_is_written_changed_in_part_and_removed(stage: Stage) -> None:
    low = {"name": "low", "text": "price < 100", "subjects": ["BTC/USD"], "for": "15m"}
    assert answer(stage, EditKind.RULE, low) == (EditState.APPLIED, "The rule low is written.")
    change = {"name": "low", "severity": "critical"}
    assert answer(stage, EditKind.RULE, change) == (EditState.APPLIED, "The rule low is changed.")
    with stage.database.reader.connect() as connection:
        (rule,) = read_rules(connection)
    assert (rule.version, rule.definition.text, rule.definition.timing.for_.seconds) == (2, "price < 100", 900)
    assert rule.definition.severity.value == "critical"
    removed = answer(stage, EditKind.RULE, {"name": "low", "remove": True})
    assert removed == (EditState.APPLIED, "The rule low is removed. Its alerts stay in the history.")
    assert answer(stage, EditKind.RULE, {"name": "low", "remove": True})[0] is EditState.REFUSED


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"name": "x", "text": "prize < 1"}, "text: column 1: 'prize' is not a term, did you mean price?."),
        ({"name": "x"}, "text: Field required."),
        ({"name": "x", "text": "price < 1", "for": "soon"}, "for: 'soon' is no span"),
        ({"name": "x", "text": "price < 1", "colour": 1}, "colour: Extra inputs are not permitted."),
        (
            {"name": "x", "text": "covered < 1 % and failing_for > 1m"},
            "text: no subject has terms of a holding and a source",
        ),
    ],
)
def test_a_rule_that_is_not_understood_is_refused(stage: Stage, payload: Mapping[str, object], reason: str) -> None:
    state, text = answer(stage, EditKind.RULE, payload)
    assert state is EditState.REFUSED
    assert text.startswith(reason)


LOW = {"name": "low", "text": "price < 100"}


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [
        (EditKind.RULE, {**LOW, "channels": ["nope"]}, "channels: 'nope': no such name; there are phone."),
        (EditKind.RULE, {**LOW, "accounts": ["nope"]}, "accounts: 'nope': no such name; there are main."),
        (EditKind.RULE, {**LOW, "subjects": ["A" * 100_000]}, "subjects: 'AAAAAAA"),
        (EditKind.RULE, {**LOW, "subjects": ["A"] * 20_000}, "subjects: 20000 names; write at most 500."),
        (EditKind.RULE, {**LOW, "text": "price / 0 > 1"}, "text: column 9: a division by zero has no value."),
        (EditKind.RULE, {**LOW, "name": "\x1b[31mred"}, "name: not a name"),
        (EditKind.RULE, {**LOW, "name": "\u202eabc"}, "name: not a name"),
        (EditKind.RULE, {**LOW, "name": "a\x7f"}, "name: not a name"),
        (EditKind.RULE, {**LOW, "enabled": "no"}, "enabled: Input should be a valid boolean."),
        (EditKind.RULE, {"name": "low", "remove": "false"}, "remove 'false' is neither true nor false."),
        (EditKind.WATCH, {"venue": ["x"], "symbol": "BTC/USD"}, "venue ['x'] is no text of 1 to 200"),
        (EditKind.MUTE, {"scope": ["rule"], "target": "x", "minutes": 1}, "scope ['rule'] is no text of 1 to 200"),
        (EditKind.MUTE, {"scope": "rule", "target": "a\n\nb", "minutes": 1}, "target 'a\\n\\nb' is no text of 1 to"),
        (EditKind.TEST_CHANNEL, {"channel": ["phone"]}, "channel ['phone'] is no text of 1 to 200"),
    ],
)
def test_a_field_of_another_type_or_an_unknown_name_is_refused(
    stage: Stage, kind: EditKind, payload: Mapping[str, object], reason: str
) -> None:
    verdict = verdict_on(stage.database.writer, Edit(1, None, kind, payload, datetime.now(UTC)), {})
    assert verdict.state is EditState.REFUSED
    assert verdict.answer.startswith(reason)


def test_a_lone_surrogate_is_refused_in_words(stage: Stage) -> None:
    edit = Edit(1, None, EditKind.MUTE, {"scope": "symbol", "target": "\ud800", "minutes": 1}, datetime.now(UTC))
    assert "is no text of 1 to 200 visible" in verdict_on(stage.database.writer, edit, {}).answer


def test_a_rule_may_keep_a_channel_that_is_gone_while_another_gets_its_messages(stage: Stage) -> None:
    stage.rule("price < 100", name="low", channels=("gone", "phone"))
    assert answer(stage, EditKind.RULE, {"name": "low", "severity": "critical"})[0] is EditState.APPLIED
    gone = answer(stage, EditKind.RULE, {"name": "low", "channels": ["gone"]})
    assert gone == (EditState.REFUSED, "channels: 'gone': no such name; there are phone.")
    assert answer(stage, EditKind.RULE, {"name": "low", "channels": ["gone"], "enabled": False})[0] is EditState.APPLIED


def test_a_rule_that_can_never_hold_is_written_with_a_note(stage: Stage) -> None:
    state, text = answer(stage, EditKind.RULE, {"name": "x", "text": "rsi(14) < 30 and rsi(14) >= 30"})
    assert state is EditState.APPLIED
    assert "the rule can never hold" in text


def test_a_rule_that_never_fired_in_the_stored_past_says_so(stage: Stage) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    stage.candles([100] * 9 + [120], since=now - timedelta(hours=10))
    never = answer(stage, EditKind.RULE, {"name": "x", "text": 'close("1h") > 130'})
    assert never == (EditState.APPLIED, f"The rule x is written. Note: {NEVER}.")
    assert answer(stage, EditKind.RULE, {"name": "y", "text": 'close("1h") > 110'})[1] == "The rule y is written."
    unknown = answer(stage, EditKind.RULE, {"name": "z", "text": 'close("1d") > 110'})
    assert unknown[1] == "The rule z is written."


def test_rules_of_the_configuration_and_built_in_ones_stay(stage: Stage) -> None:
    for origin, name in ((RuleOrigin.CONFIGURATION, "file"), (RuleOrigin.BUILT_IN, "own")):
        write_rules_of(stage.database.writer, origin, [(RuleDefinition(name, "price < 1"), None)])
    assert answer(stage, EditKind.RULE, {"name": "file", "text": "price < 2"}) == (
        EditState.REFUSED, "The rule file stands in the configuration file. Change it there.",
    )  # fmt: skip
    assert answer(stage, EditKind.RULE, {"name": "own", "remove": True}) == (
        EditState.REFUSED, "own is built in. Switch it off instead.",
    )  # fmt: skip
    assert answer(stage, EditKind.RULE, {"name": "own", "enabled": False})[0] is EditState.APPLIED


def test_a_market_is_watched_if_it_was_priced(stage: Stage) -> None:
    stage.refresh(0)
    market = {"venue": stage.account.venue, "symbol": "BTC/USD"}
    assert answer(stage, EditKind.WATCH, market)[0] is EditState.APPLIED
    with stage.database.reader.connect() as connection:
        assert [one.symbol for one in read_watched_markets(connection)] == ["BTC/USD"]
    assert answer(stage, EditKind.WATCH, {**market, "symbol": "X/Y"})[0] is EditState.REFUSED
    assert answer(stage, EditKind.WATCH, {**market, "remove": True})[0] is EditState.APPLIED


def test_a_mute_is_set_and_ended(stage: Stage) -> None:
    mute = {"scope": "rule", "target": "low", "minutes": 60}
    assert answer(stage, EditKind.MUTE, mute)[1].startswith("The rule low is muted until")
    assert answer(stage, EditKind.MUTE, {**mute, "minutes": 0})[1] == "The rule low is muted no longer."
    with stage.database.reader.connect() as connection:
        assert read_mutes(connection, FOREVER) == ()
    for wrong in ({"scope": "moon"}, {"target": ""}, {"minutes": True}, {"minutes": -1}):
        assert answer(stage, EditKind.MUTE, {**mute, **wrong})[0] is EditState.REFUSED


def test_one_alert_is_muted_by_its_rule_and_subject(stage: Stage) -> None:
    subject = {"kind": "market", "place": "cryptocom", "name": "BTC/USD"}
    mute = {"scope": "alert", "target": "low", "subject": subject, "minutes": 60}
    assert answer(stage, EditKind.MUTE, mute)[1].startswith("The alert low (BTC/USD) is muted until")
    account = {"kind": "account", "place": "main", "name": ""}
    assert answer(stage, EditKind.MUTE, {**mute, "subject": account})[1].startswith("The alert low (main) is muted")
    with stage.database.reader.connect() as connection:
        assert [mute.name for mute in read_mutes(connection, datetime.now(UTC))] == ["low (BTC/USD)", "low (main)"]
    assert answer(stage, EditKind.MUTE, {**mute, "minutes": 0})[1] == "The alert low (BTC/USD) is muted no longer."
    for wrong in (
        None,
        "BTC/USD",
        {},
        {**subject, "kind": "moon"},
        {**subject, "kind": []},
        {**subject, "place": ""},
        {**subject, "name": "\t"},
    ):
        state, words = answer(stage, EditKind.MUTE, {**mute, "subject": wrong})
        assert (state, "could not be applied" in words) == (EditState.REFUSED, False)


def test_a_firing_alert_is_acknowledged_and_a_test_message_is_filed(stage: Stage) -> None:
    stage.rule("net_value < 90000")
    stage.refresh(0, last="1")
    alert = stage.alerts()["main"].id
    assert answer(stage, EditKind.ACKNOWLEDGE, {"alert": alert})[0] is EditState.APPLIED
    assert answer(stage, EditKind.ACKNOWLEDGE, {"alert": alert})[0] is EditState.REFUSED
    assert answer(stage, EditKind.ACKNOWLEDGE, {"alert": alert + 1})[0] is EditState.REFUSED
    assert answer(stage, EditKind.TEST_CHANNEL, {"channel": "phone"})[0] is EditState.APPLIED
    assert answer(stage, EditKind.TEST_CHANNEL, {"channel": "other"})[0] is EditState.REFUSED
    with stage.database.reader.connect() as connection:
        assert read_deliveries(connection, FOREVER, 1)[0].kind == "test"
