"""Evaluation of rules over the database: account rules at each refresh, market rules at each close of a candle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from db.reads.rules import read_rules
from db.writes.refresh import write_refresh
from db.writes.rules import write_rule
from db.writes.watchlist import write_watched_market
from domain.alert_states import Health, State
from domain.positions import PositionSide
from domain.rules import RuleDefinition, RuleOrigin
from domain.sources import Success
from refresher.alerts.evaluator import Evaluator
from tests.factories import NOON, balance, failure, later, observation, order, position, price, valuation
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

HOUR, QUARTER = 3600, 900


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def test_a_rule_fires_once_and_resolves_once(stage: Stage) -> None:
    stage.rule("net_value < 90000")
    assert stage.refresh(0) == []
    assert stage.refresh(30, last="80000") == ["fired main"]
    assert stage.refresh(60, last="80000") == []
    stage.restart()
    assert stage.refresh(90, last="70000") == []
    assert stage.refresh(120) == ["resolved main"]
    assert [message.subject for message in stage.messages()] == ["net_value < 90000: main"] * 2


def test_a_rule_holds_for_its_time_before_it_fires_across_a_restart(stage: Stage) -> None:
    stage.rule("value > 1000", for_=60, keep_for=60)
    assert stage.refresh(0) == []
    assert stage.alerts()["main BTC"].state.state is State.PENDING
    stage.restart()
    assert stage.refresh(30) == []
    assert stage.refresh(60) == ["fired main BTC"]
    assert stage.refresh(90, last="1") == []
    assert stage.alerts()["main BTC"].state.state is State.RECOVERING
    assert stage.refresh(150, last="1") == ["resolved main BTC"]


def test_a_resolve_threshold_of_its_own_keeps_an_alert_between_the_two(stage: Stage) -> None:
    stage.rule("price < 90000 and quantity > 0", resolves="price > 93000 and quantity > 0")
    assert stage.refresh(0, last="89000") == ["fired main BTC"]
    assert stage.refresh(30, last="91000") == []
    assert stage.refresh(60, last="94000") == ["resolved main BTC"]


def test_a_failed_source_never_resolves_and_says_since_when(stage: Stage) -> None:
    stage.rule("uncovered_value > 100")
    stage.refresh(0, triggers=Success(()))
    assert stage.events() == ["fired main BTC"]
    assert stage.refresh(30, triggers=failure()) == []
    alert = stage.alerts()["main BTC"]
    assert (alert.state.state, alert.state.health) == (State.FIRING, Health.NO_DATA)
    assert alert.reason == "main: triggers read not since 12:00 UTC"
    assert stage.refresh(60) == ["resolved main BTC"]


def test_an_alert_ends_when_its_holding_is_gone(stage: Stage) -> None:
    stage.rule("covered < 50 %")
    assert stage.refresh(0, triggers=Success(())) == ["fired main BTC"]
    sold = Success((balance("USD", "95000"),))
    assert stage.refresh(30, triggers=Success(()), balances=sold) == ["resolved main BTC"]


def test_events_and_spans_look_back_over_refreshes(stage: Stage) -> None:
    stage.rule('stop_vanished("1h")')
    stage.rule('change(net_value, "1d") <= -5 %', name="day")
    assert stage.refresh(-86400 - 30) == []
    assert stage.refresh(-30) == []
    assert stage.refresh(0, triggers=Success(())) == ["fired main BTC/USD stop"]
    assert stage.refresh(30, triggers=Success(()), last="90000") == ["fired main"]
    assert stage.refresh(3600, triggers=Success(()), last="90000") == ["resolved main BTC/USD stop"]


def test_a_crossing_needs_the_refresh_before(stage: Stage) -> None:
    stage.rule("net_value crosses below 90000")
    assert stage.refresh(0, last="89000") == []
    assert stage.refresh(30, last="95000") == []
    assert stage.refresh(60, last="89000") == ["fired main"]
    assert stage.refresh(90, last="88000") == ["resolved main"]


def test_positions_and_sources_are_subjects(stage: Stage) -> None:
    stage.rule("distance_to_liquidation < 10 %")
    stage.rule("failing_for > 1m", name="source")
    near = position(side=PositionSide.LONG, mark_price=price(last="100").last, liquidation_price=price(last="95").last)
    assert stage.refresh(0, positions=Success((near,))) == ["fired main BTCUSD-PERP"]
    assert stage.refresh(30, positions=Success(())) == ["resolved main BTCUSD-PERP"]
    stage.refresh(60, orders=failure())
    assert stage.refresh(120, orders=failure()) == ["fired main orders"]
    assert stage.refresh(150) == ["resolved main orders"]


def test_a_market_rule_is_evaluated_at_each_close_and_catches_up_after_an_outage(stage: Stage) -> None:
    stage.rule('close("1h") < 100')
    stage.refresh(0)
    stage.candles([110, 110])
    assert stage.evaluate(2 * HOUR) == []
    stage.candles([90, 110, 90], since=later(2 * HOUR))
    stage.restart()
    assert stage.evaluate(5 * HOUR) == ["fired BTC/USD", "resolved BTC/USD", "fired BTC/USD"]
    assert stage.alerts()["BTC/USD"].state.fired_at == later(5 * HOUR)


def test_a_rule_of_two_timeframes_waits_for_both_candles_of_a_moment(stage: Stage) -> None:
    stage.rule('close("15m") < 100 and close("1h") < 100')
    stage.refresh(0)
    stage.candles([110], since=later(-HOUR))
    stage.candles([90] * 4, "15m")
    stage.evaluate(HOUR)
    assert stage.alerts()["BTC/USD"].evaluated_at == later(3 * QUARTER)
    stage.candles([90])
    assert stage.evaluate(HOUR) == ["fired BTC/USD"]


def test_four_hours_are_made_of_complete_hours(stage: Stage) -> None:
    stage.rule('close("4h") < 100')
    stage.refresh(0)
    stage.candles([90] * 3)
    assert stage.evaluate(3 * HOUR) == []
    stage.candles([90], since=later(3 * HOUR))
    assert stage.evaluate(4 * HOUR) == ["fired BTC/USD"]


def test_a_market_without_news_is_no_data_and_keeps_its_state(stage: Stage) -> None:
    stage.rule('close("1h") < 100')
    stage.refresh(0)
    stage.candles([90])
    assert stage.evaluate(HOUR) == ["fired BTC/USD"]
    assert stage.evaluate(3 * HOUR) == []
    assert stage.evaluate(4 * HOUR) == []
    alert = stage.alerts()["BTC/USD"]
    assert (alert.state.state, alert.state.health) == (State.FIRING, Health.NO_DATA)
    assert "the newest 1h candle closed at 01 Nov 13:00 UTC" in (alert.reason or "")


def test_a_price_rule_fires_at_the_refresh_that_saw_the_price(stage: Stage) -> None:
    stage.rule("price > 96000", "BTC/USD")
    assert stage.refresh(0) == []
    assert stage.refresh(30, last="96100") == ["fired BTC/USD"]


def test_watched_markets_and_accounts_choose_the_subjects(stage: Stage, database: Database) -> None:
    stage.rule('close("1h") > 0', "watched", name="watched")
    stage.rule("net_value > 0", accounts=("other",), name="other")
    stage.refresh(0)
    stage.candles([90])
    assert stage.evaluate(HOUR) == []
    write_watched_market(database.writer, None, stage.account.venue, "BTC/USD")
    assert stage.evaluate(HOUR) == ["fired BTC/USD"]


def test_a_market_rule_of_other_accounts_is_not_evaluated_here(stage: Stage) -> None:
    stage.rule("price > 1", "BTC/USD", name="theirs", accounts=("demo",))
    stage.rule("price > 1", "BTC/USD", name="ours", accounts=("main",))
    assert stage.refresh(0) == ["fired BTC/USD"]


def test_a_rule_that_raises_rests_for_an_hour_and_stops_no_other(stage: Stage, database: Database) -> None:
    stage.rule("net_value < 90000")
    broken = RuleDefinition("broken", "net_valu < 1")  # written by an older version that knew the word
    write_rule(database.writer, None, broken, RuleOrigin.APP)
    assert stage.refresh(0, last="1") == ["fired main"]

    def state() -> tuple[str | None, bool]:
        with database.reader.connect() as connection:
            rule = next(rule for rule in read_rules(connection) if rule.name == "broken")
        return rule.error, rule.is_put_off(later(3599)) and not rule.is_put_off(later(3600))

    assert state() == ("column 1: 'net_valu' is not a term, did you mean net_value?", True)


def test_no_message_tells_of_an_account_that_its_viewer_may_not_see(database: Database) -> None:
    stage = Stage(database)
    with database.owner.begin() as connection:
        connection.execute(text("INSERT INTO viewer (name) VALUES ('eve'), ('ana')"))
        connection.execute(text("INSERT INTO viewer_account VALUES (:id, 'ana')"), {"id": stage.account.id})
    for owner in ("eve", "ana"):
        definition = RuleDefinition(owner, "net_value > 0")
        write_rule(database.writer, owner, definition, RuleOrigin.APP)
    stage.refresh(0)
    assert stage.events() == ["fired main"]
    assert [alert.rule for alert in stage.alerts().values()] == ["ana"]


def test_two_refreshers_write_each_event_once(stage: Stage) -> None:
    stage.rule("net_value < 90000")
    evaluators = [Evaluator(stage.database.writer, timedelta(0)) for _ in range(3)]
    for seconds, worth in ((0, "95000"), (30, "80000"), (60, "95000"), (90, "80000")):
        write_refresh(stage.database.writer, observation(stage.account, later(seconds), {}, valuation(worth)))
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda one: one.run([stage.account.id], NOON), evaluators))
    assert stage.events() == ["fired main", "resolved main", "fired main"]
    assert len(stage.messages()) == 3


def test_open_orders_that_nothing_happened_to_cost_no_row(stage: Stage) -> None:
    stage.rule("order_filled")
    stage.rule("age > 30d", name="old")
    orders = Success(tuple(order(str(number), created_at=NOON) for number in range(50)))
    assert stage.refresh(0, orders=orders, triggers=Success(())) == []
    assert stage.alerts() == {}


def test_older_candles_that_are_stored_later_complete_a_warm_up(stage: Stage) -> None:
    """The newest candles of a market are fetched first, and its past after them."""
    stage.rule('sma(4, "1h") < 100')
    stage.refresh(0)
    stage.candles([90, 90], since=later(2 * HOUR))
    assert stage.evaluate(4 * HOUR) == []
    stage.candles([90, 90])
    stage.candles([90], since=later(4 * HOUR))
    assert stage.evaluate(5 * HOUR) == ["fired BTC/USD"]
