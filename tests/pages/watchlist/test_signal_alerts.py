"""Alert switches: a preset that is switched on for a market becomes two rules about it."""

from typing import Any

from analysis.presets import PRESETS
from db.reads.edits import read_pending_edits
from db.reads.rules import read_rules
from db.writes.rules import write_rule
from domain.edits import EditState
from domain.rules import Rule, RuleDefinition, RuleOrigin, Severity
from pages.coin.controls import KEY
from pages.shared.signal_rules import definitions_of, switched, switched_on
from refresher.edits.alerts import apply_rule
from tests.factories import NOON
from tests.pages.coin.test_page import show as show_coin
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import control_of, notes_of
from tests.pages.events import choose
from tests.pages.watchlist.test_page import column, held, rising, show

SWING = PRESETS["swing-aggressive"]


def apply_all(pages: Pages) -> list[str]:
    """The answers of the refresher to every filed edit, in order."""
    with pages.writer.connect() as connection:
        edits = read_pending_edits(connection, [])
    verdicts = [apply_rule(pages.writer, edit) for edit in edits]
    assert all(verdict.state is EditState.APPLIED for verdict in verdicts)
    return [verdict.answer for verdict in verdicts]


def subjects(pages: Pages) -> dict[str, tuple[str, ...]]:
    with pages.writer.connect() as connection:
        return {rule.name: rule.definition.subjects for rule in read_rules(connection)}


def switch(pages: Pages, app: Any, preset: str) -> list[str]:
    choose(app, "signal_alerts_BTC/USD", "signal_alerts", preset)
    assert control_of(app, "signal_alerts")["chosen"] == [preset], "it counts as done before it is applied"
    return apply_all(pages)


def test_a_signal_is_switched_on_for_a_market_with_one_tap(pages: Pages) -> None:
    rising(pages, held(pages), "BTC/USD", 300)
    app = pages.page(show)
    choose(app, "switched_market", "switched_market", "BTC/USD")
    answers = switch(pages, app, SWING.name)
    assert answers == ["The rule Buy: swing aggressive is written.", "The rule Sell: swing aggressive is written."]
    assert subjects(pages) == dict.fromkeys(("Buy: swing aggressive", "Sell: swing aggressive"), ("BTC/USD",))


def test_the_list_counts_the_rules_that_are_on_for_each_market(pages: Pages) -> None:
    rising(pages, held(pages), "BTC/USD", 300)
    for definition in switched([], SWING, "BTC/USD", is_on=True):
        write_rule(pages.writer, None, definition, RuleOrigin.APP)
    for text in ("uncovered_value > 50", 'rsi(14, "1h") < 30'):  # about holdings, and about markets that are off
        write_rule(pages.writer, None, RuleDefinition(text, text, is_enabled=text[0] == "u"), RuleOrigin.APP)
    alerts = column(pages.page(show), "alerts")
    assert alerts["texts"] == ["2", "–"]
    assert alerts["hints"][0] == "Buy: swing aggressive, Sell: swing aggressive"


def test_the_coin_page_shows_that_the_switch_was_filed(pages: Pages) -> None:
    rising(pages, held(pages), "BTC/USD", 300)
    app = pages.page(show_coin, coin="BTC")
    choose(app, KEY, "signal_alerts", SWING.name)
    assert any("Buy: swing aggressive · Pending." in words for words in notes_of(app))


def stored(definition: RuleDefinition) -> Rule:
    return Rule(1, None, definition, RuleOrigin.APP, 1, NOON)


def test_other_markets_and_changes_of_the_viewer_stay() -> None:
    buy, sell = definitions_of(SWING)
    rules = [stored(RuleDefinition(buy.name, "rsi(14) < 20", ("ETH/USD",), severity=Severity.CRITICAL))]
    on = list(switched(rules, SWING, "BTC/USD", is_on=True))
    assert (on[0].text, on[0].severity, on[0].subjects) == ("rsi(14) < 20", Severity.CRITICAL, ("ETH/USD", "BTC/USD"))
    assert (on[1].text, on[1].subjects) == (sell.text, ("BTC/USD",))
    assert switched_on([stored(rule) for rule in on], "BTC/USD") == [SWING.name]


def test_a_rule_without_a_market_left_is_to_be_removed() -> None:
    on = [stored(rule) for rule in switched([], SWING, "BTC/USD", is_on=True)]
    assert [rule.subjects for rule in switched(on, SWING, "BTC/USD", is_on=False)] == [(), ()]
    assert list(switched(on, SWING, "ETH/USD", is_on=False)) == []
