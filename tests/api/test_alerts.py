"""/api/alerts and /api/alerts/history: what fires at a moment, and what was sent about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from db.reads.rules import read_rules
from db.writes.alerts import AlertWrite, write_alert, write_mute
from db.writes.outbox import write_channels
from db.writes.rules import write_rule
from domain.alert_states import AlertState, State
from domain.alerts import AlertEventKind, ChannelState, SubjectKey
from domain.rule_terms import Subject
from domain.rules import RuleDefinition, RuleOrigin, Severity
from domain.snapshot import Account
from tests.api.conftest import known
from tests.api.serving import Served

TREE = {"text": "price > 100", "outcome": "yes", "left": 101.0, "right": 100.0, "distance": 1.0, "relative": 0.01}

BTC = SubjectKey(Subject.MARKET, "cryptocom", "BTC/USD")


def with_alert(database: Any, account: Account, fired: datetime | None = None, name: str = "high") -> None:
    """A rule of the app that fires for BTC/USD, with one message that waits for a phone."""
    at = fired or datetime.now(UTC) - timedelta(minutes=5)
    write_channels(database.writer, [ChannelState("phone", None, "telegram", Severity.INFO)])
    definition = RuleDefinition(name, "price > 100", ("BTC/USD",))
    write_rule(database.writer, None, definition, RuleOrigin.APP)
    with database.reader.connect() as connection:
        rule = next(rule for rule in read_rules(connection) if rule.name == name)
    state = AlertState(State.FIRING, at, at)
    subject = SubjectKey(Subject.MARKET, account.venue, "BTC/USD")
    step = AlertWrite(rule, subject, None, None, state, at, TREE, None, AlertEventKind.FIRED, ("phone",), at)
    assert write_alert(database.writer, step)


def resolved(database: Any, at: datetime) -> None:
    """The only alert ends."""
    with database.reader.connect() as connection:
        (rule,) = read_rules(connection)
        subject = connection.execute(text("SELECT subject FROM alert")).scalar_one()
    kind, place, name = subject.split("\t")
    state = AlertState(State.NORMAL, at, None)
    key = SubjectKey(Subject(kind), place, name)
    assert write_alert(
        database.writer, AlertWrite(rule, key, None, 1, state, at, TREE, None, AlertEventKind.RESOLVED, ("phone",), at)
    )


def answer(api: Served, path: str, **query: Any) -> Any:
    response = api.get(path, **query)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_firing_alert_names_its_rule_its_subject_and_the_values(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    with_alert(database, account)
    response = answer(api, "/api/alerts")
    (alert,) = response["firing"]
    assert (alert["rule"], alert["state"], alert["explanation"]) == ("high", "firing", TREE)
    assert alert["subject"] == {"kind": "market", "place": "cryptocom", "name": "BTC/USD"}
    assert (response["rules"][0]["text"], response["pending"]) == ("price > 100", [])
    assert response["channels"][0]["channel"] == "phone"


def test_a_past_moment_shows_what_fired_then(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    now = datetime.now(UTC)
    with_alert(database, account, now - timedelta(hours=3))
    resolved(database, now - timedelta(hours=1))
    assert answer(api, "/api/alerts")["firing"] == []
    then = answer(api, "/api/alerts", as_of=(now - timedelta(hours=2)).isoformat())
    assert [event["event"] for event in then["firing"]] == ["fired"]
    assert (then["pending"], then["rules"], then["channels"]) == (None, None, None)
    assert answer(api, "/api/alerts", as_of=(now - timedelta(hours=4)).isoformat())["firing"] == []


def test_a_mute_counts_until_it_is_over(database: Any, api: Served) -> None:
    known(database, "main")
    write_mute(database.writer, None, "rule", "high", datetime.now(UTC) + timedelta(hours=1), None)
    write_mute(database.writer, None, "alert", "high", datetime.now(UTC) + timedelta(hours=2), None, BTC)
    (mute, of_alert) = answer(api, "/api/alerts")["mutes"]
    assert (mute["scope"], mute["target"], mute["subject"]) == ("rule", "high", None)
    subject = {"kind": "market", "place": "cryptocom", "name": "BTC/USD"}
    assert (of_alert["scope"], of_alert["target"], of_alert["subject"]) == ("alert", "high", subject)


def test_the_history_is_paged_and_names_the_messages(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    now = datetime.now(UTC)
    with_alert(database, account, now - timedelta(hours=3))
    resolved(database, now - timedelta(hours=1))
    page = answer(api, "/api/alerts/history", limit=1)
    assert [event["event"] for event in page["events"]] == ["resolved"]
    rest = answer(api, "/api/alerts/history", limit=1, before=page["next"])
    assert ([event["event"] for event in rest["events"]], rest["next"]) == (["fired"], None)
    (message,) = rest["events"][0]["messages"]
    assert (message["channel"], message["state"], message["sent_at"]) == ("phone", "waiting", None)


def test_an_invalid_page_is_refused(api: Served) -> None:
    assert api.get("/api/alerts/history", limit=0).status_code == 400
    assert api.get("/api/alerts/history", before="x").status_code == 400
