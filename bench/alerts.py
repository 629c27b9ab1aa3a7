"""Alerts: rules at the close of a candle, rules after a refresh of many orders, and a rule tried on a year."""

import gc
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import talib

from analysis.candle_series import CandleSeries, series_of_columns
from analysis.past_trial import PastRule, trial_of
from bench.alert_data import BEGIN, HOUR, account_of_orders, symbols, watch, write_orders, write_series
from bench.cpu import cpu_spent
from bench.report import Line, median
from db.reads.candles import read_candle_columns
from db.reads.rule_past import RulePast
from db.reads.snapshots import read_snapshot
from db.writes.rules import write_rule
from domain.alerts import SubjectKey
from domain.rule_terms import Subject
from domain.rules import WATCHED, RuleDefinition, RuleOrigin
from refresher.alerts.built_in import BUILT_IN
from refresher.alerts.evaluator import Evaluator
from tests.pages.past import with_past
from tests.postgres import Database

ROUNDS = 5
SERIES, CANDLES = 1_000, 1_000
ORDERS = 10_000
TRIED, HOURS_OF_YEAR, YEAR = 50, 8_760, "a venue of a year"
MARKET_RULES = (
    'rsi(14, "1h") < 12',
    'rsi(14, "1h") > 88 and volume_ratio(20, "1h") > 1',
    'ema(10, "1h") crosses above sma(50, "1h") and adx(14, "1h") > 60',
    'close("1h") < sma(200, "1h") * 0.8',
    'atr(14, "1h") / close("1h") > 10 %',
    'macd_histogram(12, 26, 9, "1h") > 5 and rsi(14, "1h") > 70',
    'close("1h") > bollinger_upper(20, 2, "1h") * 1.05',
    'close("1h") falling for 12 and volume_ratio(20, "1h") > 3',
    'change(close("1h"), "1d") < -40 %',
    'close("1h") > highest(20, "1h") * 1.1',
)
ACCOUNT_RULES = ("net_value < 1", 'drawdown("7d") > 90 %', "share > 95 %", "covered < 1 %", "value > 100000000")
TRIED_RULE = 'rsi(14, "1h") < 30 and ema(10, "1h") >= sma(50, "1h") * 0.995 and volume_ratio(20, "1h") >= 1'


def alert_lines(database: Database) -> Iterator[Line]:
    """The lines about alerts, each yielded once measured."""
    yield _close_of_a_candle(database)
    yield _refresh_of_orders(database)
    yield _trial_of_a_year(database)


def _close_of_a_candle(database: Database) -> Line:
    """A candle of each market closes. The CPU time from the first query to the last write counts."""
    (account,) = with_past(database.writer, "markets", refresh_seconds=30)
    write_orders(database, account, [], BEGIN, "1000")
    watch(database, account.venue, SERIES)
    write_series(database, account.venue, SERIES, "1h", BEGIN, CANDLES)
    for rule in MARKET_RULES:
        write_rule(database.writer, None, RuleDefinition(rule, rule, (WATCHED,)), RuleOrigin.APP)
    evaluator = Evaluator(database.writer)
    evaluator.run([account.id], BEGIN + CANDLES * HOUR)
    took = []
    for n in range(CANDLES, CANDLES + ROUNDS):
        write_series(database, account.venue, SERIES, "1h", BEGIN + n * HOUR, 1)
        with cpu_spent(database) as spent:
            evaluator.run([account.id], BEGIN + (n + 1) * HOUR)
        took.append(spent.seconds)
    name = f"{SERIES:,} series x {len(MARKET_RULES)} rules at the close of a candle, CPU"
    floor = _indicators_alone(database, account.venue)
    return Line(name, median(took), floor, 1, "s", absolute=True, floor_name="TA-Lib alone")


def _indicators_alone(database: Database, venue: str) -> float:
    """The indicators of these rules, computed once for each series in memory."""
    with database.writer.connect() as connection:
        columns = read_candle_columns(
            connection, venue, symbols(SERIES), "1h", BEGIN, BEGIN + (CANDLES + ROUNDS) * HOUR
        )
    series = [run for column in columns.values() for run in series_of_columns(column)]
    began = time.process_time()
    for run in series:
        _indicators(run)
    return time.process_time() - began


def _indicators(run: CandleSeries) -> Sequence[object]:
    return (
        talib.RSI(run.close, 14), talib.SMA(run.volume, 20), talib.EMA(run.close, 10), talib.SMA(run.close, 50),
        talib.SMA(run.close, 200), talib.ADX(run.high, run.low, run.close, 14), talib.MACD(run.close, 12, 26, 9),
        talib.ATR(run.high, run.low, run.close, 14), talib.BBANDS(run.close, 20, 2, 2), talib.MAX(run.high, 20),
    )  # fmt: skip


def _refresh_of_orders(database: Database) -> Line:
    """A refresh that saw ten thousand orders. The evaluation of the rules counts, not the reading of the account."""
    account, orders = account_of_orders(database, ORDERS)
    with database.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE rule SET ended_at = now()")  # the rules of markets
    for definition in BUILT_IN:
        write_rule(database.writer, None, definition, RuleOrigin.BUILT_IN)
    for rule in ACCOUNT_RULES:
        write_rule(database.writer, None, RuleDefinition(rule, rule), RuleOrigin.APP)
    at, evaluator, took, reading = BEGIN + timedelta(days=30), Evaluator(database.writer), [], []
    for n in range(ROUNDS + 1):
        write_orders(database, account, orders[n * 10 :], at, str(1000 + n))
        gc.collect()  # else the garbage of the writing would count for either part
        with cpu_spent(database) as spent, database.writer.connect() as connection:
            read_snapshot(connection, account, at)
        reading.append(spent.seconds * 1000)
        gc.collect()
        with cpu_spent(database) as spent:
            evaluator.run([account.id], at)
        took.append(spent.seconds * 1000)
        at += timedelta(seconds=30)
    count, read_seconds = len(BUILT_IN) + len(ACCOUNT_RULES), median(reading[1:])
    name = f"{count} account rules after a refresh of {ORDERS:,} orders, CPU without reading them"
    return Line(name, median(took[1:]) - read_seconds, read_seconds, 50, "ms", absolute=True, floor_name="reading")


def _trial_of_a_year(database: Database) -> Line:
    """One rule over a year of hourly candles of many markets, from the first query on."""
    write_series(database, YEAR, TRIED, "1h", BEGIN, HOURS_OF_YEAR)
    definition = RuleDefinition(TRIED_RULE, TRIED_RULE, (WATCHED,))
    until = BEGIN + HOURS_OF_YEAR * HOUR
    took = []
    for _ in range(ROUNDS):
        fired = 0
        with cpu_spent(database) as spent:
            for symbol in symbols(TRIED):
                subject = SubjectKey(Subject.MARKET, YEAR, symbol)
                with database.reader.connect() as connection:
                    trial = trial_of(RulePast(connection), PastRule(definition, subject, BEGIN, until))
                fired += len(trial.firings)
        took.append(spent.seconds)
    assert fired
    name = f"one rule over a year of hourly candles of {TRIED} markets, CPU"
    return Line(name, median(took), _read_alone(database), 2, "s", absolute=True, floor_name="reading")


def _read_alone(database: Database) -> float:
    """The candles of the year, read as columns of numbers."""
    with cpu_spent(database) as spent, database.reader.connect() as connection:
        columns = read_candle_columns(connection, YEAR, symbols(TRIED), "1h", BEGIN, BEGIN + HOURS_OF_YEAR * HOUR)
    assert sum(np.isfinite(column.close).sum() for column in columns.values()) == TRIED * HOURS_OF_YEAR
    return spent.seconds
