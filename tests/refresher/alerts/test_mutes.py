"""Mutes hold messages back while they last, and each says so."""

from datetime import timedelta

from db.writes.alerts import write_mute
from domain.alerts import DeliveryState, SubjectKey
from domain.rule_terms import Subject
from domain.sources import Success
from refresher.alerts.reminders import remind
from tests.factories import NOON, balance, later, price
from tests.refresher.alerts.desk import Desk

SENT, HELD, WAITING, FAILED = DeliveryState.SENT, DeliveryState.HELD, DeliveryState.WAITING, DeliveryState.FAILED


def test_muted_messages_are_held_and_say_so(desk: Desk) -> None:
    desk.stage.rule("value < 90000", name="low")
    for scope, target in (("rule", "low"), ("symbol", "BTC"), ("account", "main"), ("channel", "phone")):
        end = later(10**8)
        write_mute(desk.stage.database.writer, None, scope, target, end, None)
        desk.stage.refresh(len(desk.stage.events()) * 60, last="80000")
        desk.send(10**7)
        state, reason = desk.outcomes()[-1]
        assert (state, (reason or "").startswith(f"the {scope} {target} is muted until")) == (HELD, True)
        write_mute(desk.stage.database.writer, None, scope, target, NOON - timedelta(days=999), None)
        desk.stage.refresh(len(desk.stage.events()) * 60 + 30)
    assert desk.telegram.texts == []


def test_a_muted_alert_is_held_while_the_other_alerts_of_its_rule_are_sent(desk: Desk) -> None:
    """What a mute held is not sent later. The next reminder tells that the alert still fires."""
    stage, bitcoin = desk.stage, SubjectKey(Subject.HOLDING, "main", "BTC")
    stage.rule("value < 90000", name="low")
    write_mute(stage.database.writer, None, "alert", "low", later(2 * 10**7), None, bitcoin)
    ether = balance(asset="ETH", total="1")
    prices = Success((price(last="80000"), price("ETH/USD", last="2000")))
    stage.refresh(0, balances=Success((balance(total="1"), ether)), prices=prices)
    assert desk.send(10**7) == 1
    states = {
        message.subject.partition("main ")[2]: (message.state, message.reason or "") for message in stage.messages()
    }
    assert states["ETH"] == (SENT, "")
    assert states["BTC"][0] is HELD
    assert states["BTC"][1].startswith("the alert low (main BTC) is muted until ")
    assert desk.send(2 * 10**7) == 0
    assert remind(stage.database.writer, timedelta(days=1), later(2 * 10**7)) == 2
    assert desk.send(2 * 10**7 + 1) == 1
    assert ["main BTC" in text for text in desk.telegram.texts] == [False, True]
