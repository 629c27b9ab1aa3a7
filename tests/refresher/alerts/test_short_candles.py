"""Candles of minutes are kept while a rule reads them."""

from refresher.jobs.candles import SHORT_SPANS, spans_of_rules
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage


def test_short_candles_are_kept_for_the_rules_that_read_them(database: Database) -> None:
    stage = Stage(database)
    assert spans_of_rules(database.writer) == {}
    stage.rule('close("1m") < 5 and close("1h") < 5')
    stage.rule('close("5m") < 5', is_enabled=False)
    stage.rule('clothes("5m") < 5', name="misspelt")
    assert spans_of_rules(database.writer) == {"1m": SHORT_SPANS["1m"]}
