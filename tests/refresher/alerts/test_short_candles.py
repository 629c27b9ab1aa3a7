"""Candles reach back as far as settings and warm-ups say. Those of minutes are kept while a rule reads them."""

from datetime import timedelta

from refresher.configuration.candle_shape import CandlesShape
from refresher.jobs.candles import SHORT_SPANS, WARM_UPS, spans_with_rules
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

SPANS = CandlesShape().spans()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_year_of_hours_and_days_and_90_days_of_quarters_are_kept_with_the_warm_up_on_top(database: Database) -> None:
    spans = spans_with_rules(SPANS, database.writer)
    assert spans == {timeframe: SPANS[timeframe] + WARM_UPS[timeframe] for timeframe in ("15m", "1h", "1d")}
    assert spans["1d"] == 565 * DAY
    assert spans["15m"] == 90 * DAY + 200 * 15 * MINUTE


def test_short_candles_are_kept_for_the_rules_that_read_them(database: Database) -> None:
    stage = Stage(database)
    stage.rule('close("1m") < 5 and close("1h") < 5')
    stage.rule('close("5m") < 5', is_enabled=False)
    stage.rule('clothes("5m") < 5', name="misspelt")
    spans = spans_with_rules(SPANS, database.writer)
    assert set(spans) == {"1m", "15m", "1h", "1d"}
    assert spans["1m"] == SHORT_SPANS["1m"] + MINUTE


def test_the_slowest_indicator_of_a_rule_is_kept_on_top_in_the_candles_that_it_is_made_of(database: Database) -> None:
    """The warm-up of an EMA of n is n + 3.5 (n + 1) candles: 904 for 200."""
    Stage(database).rule('ema(200, "4h") > 5', resolves='sma(3, "4h") > 5')
    assert spans_with_rules(SPANS, database.writer)["1h"] == 365 * DAY + 904 * 4 * HOUR
