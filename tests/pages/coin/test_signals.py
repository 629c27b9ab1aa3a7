"""The coin page: figures, signals, alert levels, and "tell me at a price"."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest

from analysis.presets import PRESETS
from analysis.watchlist import SignalState, signal_changes, values_of
from db.reads.edits import read_edits_without_account
from db.reads.rules import read_rules
from db.writes.candles import write_candle_part
from db.writes.rules import write_rule
from db.writes.watchlist import write_watched_market
from domain.candle_ranges import CandleRange
from domain.edits import EditKind, EditState
from domain.moments import microseconds_of
from domain.rules import RuleDefinition, RuleOrigin
from domain.snapshot import Account
from domain.timeframes import opened_before
from pages.coin.controls import KEY
from pages.shared import price_alerts
from pages.shared.database import DatabaseUnavailable
from pages.shared.price_alerts import price_rule, price_words, targets_of, typed_price
from pages.shared.scene import Scene
from pages.shared.view import View
from refresher.edits.alerts import apply_rule
from tests.analysis.candles import walk
from tests.analysis.test_watchlist import columns_of
from tests.api.test_alerts import with_alert
from tests.factories import balance, price
from tests.pages.alerts.test_page import applied
from tests.pages.coin.test_page import show
from tests.pages.conftest import Pages, again, look_again, words_of
from tests.pages.drawn_tables import control_of, controls_of, notes_of, payloads_of
from tests.pages.events import choose
from tests.pages.factories import ago, configured, seen
from tests.pages.watchlist.test_page import rising


def _held(pages: Pages) -> Account:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=3), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "1000")])
    rising(pages, account, "BTC/USD", 400)
    return account


def test_indicators_and_presets_are_figures_of_the_newest_close(pages: Pages) -> None:
    _held(pages)
    words = words_of(pages.page(show, coin="BTC"))
    assert "RSI 14" in words
    assert "975.50" in words  # MA 50: the mean of 951 to 1000
    assert "Scalp aggressive" in words
    assert "no 15m candle is stored" in words


def test_a_chosen_preset_marks_when_it_began_to_say_buy_or_sell(pages: Pages) -> None:
    """The expected moments come from the pure function over the same candles."""
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=3), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "1000")])
    hour, now = timedelta(hours=1), opened_before(datetime.now(UTC), "1h")
    rows = [replace(row, symbol="BTC/USD", at=now - (600 - n) * hour) for n, row in enumerate(walk(600, 6))]
    write_candle_part(pages.writer, account.venue, CandleRange("BTC/USD", "1h", now - 600 * hour, now), rows)
    values = values_of([columns_of(rows)])
    moments = np.array([microseconds_of(row.at + hour) for row in rows[-240:]], dtype=np.int64)
    expected = signal_changes(PRESETS["intraday-aggressive"], values, moments)
    assert expected
    (chart,) = payloads_of(pages.page(show, coin="BTC", signals="intraday-aggressive"), "chart")
    assert [(mark["at"] + 1) * 1000 for mark in chart["marks"]] == [moment for moment, _ in expected]
    assert {mark["is_up"] for mark in chart["marks"]} == {state is SignalState.BUY for _, state in expected}


def test_rules_about_the_market_are_levels_and_their_alerts_are_marks(pages: Pages) -> None:
    account = _held(pages)
    with_alert(_database(pages), account, datetime.now(UTC) - timedelta(hours=5))
    write_rule(pages.writer, None, RuleDefinition("other", "price > 5", ("ETH/USD",)), RuleOrigin.APP)
    (chart,) = payloads_of(pages.page(show, coin="BTC"), "chart")
    assert [(level["value"], level["label"]) for level in chart["levels"]] == [(100, "high: > 100")]
    assert [mark["text"] for mark in chart["marks"]] == ["Alert: high"]


def _database(pages: Pages) -> SimpleNamespace:
    return SimpleNamespace(writer=pages.writer, reader=pages.writer)


def test_a_past_moment_has_no_level_of_todays_rules_and_no_later_alert(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=9), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "900")])
    _held(pages)
    with_alert(_database(pages), account, datetime.now(UTC) - timedelta(hours=5))
    app = pages.page(show, coin="BTC", as_of=ago(hours=7).isoformat())
    (chart,) = payloads_of(app, "chart")
    assert chart.get("marks", []) == []
    assert not any("high" in level["label"] for level in chart.get("levels", []))
    assert {control["menu"] for control in controls_of(app)} == {"", "Lines and signals"}


def test_a_price_alert_takes_one_tap_in_its_menu(pages: Pages) -> None:
    _held(pages)
    app = pages.page(show, coin="BTC")
    assert ["1050", "1,050"] in control_of(app, "near_price")["options"]
    choose(app, KEY, "near_price", "1050")
    assert any("BTC/USD at 1,050 · Pending." in words for words in notes_of(app))
    assert applied(pages, EditKind.RULE) == "The rule BTC/USD at 1,050 is written."
    with pages.writer.connect() as connection:
        (rule,) = read_rules(connection)
    assert (rule.definition.text, rule.definition.subjects) == ("price >= 1050", ("BTC/USD",))


def test_a_price_alert_is_listed_at_once_and_a_tap_removes_it(pages: Pages) -> None:
    """Nothing in the menu told of the alerts that a market has, and only Alerts removed one."""
    _held(pages)
    app = pages.page(show, coin="BTC")
    with pytest.raises(StopIteration):
        control_of(app, "removed_alert")
    choose(app, KEY, "near_price", "1050")
    shown = [["BTC/USD at 1,050", "✕ rises to 1,050"]]
    assert control_of(app, "removed_alert")["options"] == shown  # before the refresher has written it
    assert "You are told when BTC rises to 1,050. To undo this, tap it above." in notes_of(app)
    applied(pages, EditKind.RULE)
    look_again()
    assert control_of(again(app), "removed_alert")["options"] == shown
    choose(app, KEY, "removed_alert", "BTC/USD at 1,050")
    assert "The alert is removed: BTC/USD rises to 1,050." in notes_of(app)
    with pages.writer.connect() as connection:
        newest, _ = read_edits_without_account(connection, [EditKind.RULE])
    assert apply_rule(pages.writer, newest).state is EditState.APPLIED
    look_again()
    with pytest.raises(StopIteration):
        control_of(again(app), "removed_alert")


def test_a_price_below_the_market_stays_below_if_the_market_cannot_be_read_now(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    _held(pages)
    app = pages.page(show, coin="BTC")

    def busy(view: View) -> Scene:
        raise DatabaseUnavailable("busy")

    monkeypatch.setattr(price_alerts, "load_scene", busy)
    choose(app, KEY, "near_price", "950.0")
    assert applied(pages, EditKind.RULE) == "The rule BTC/USD at 950.0 is written."
    with pages.writer.connect() as connection:
        assert [rule.definition.text for rule in read_rules(connection)] == ["price <= 950.0"]


def test_a_typed_price_that_is_none_is_refused_at_once(pages: Pages) -> None:
    _held(pages)
    app = pages.page(show, coin="BTC")
    choose(app, KEY, "typed_price", "two")
    assert "two is no price: write a number such as 2900 or 0.115." in notes_of(app)
    assert control_of(app, "typed_price")["chosen"] == ["two"], "the text can be mended"


def test_a_price_of_two_readings_is_refused_and_the_alert_is_put_in_words(pages: Pages) -> None:
    """99.500,5 became 99.5005."""
    _held(pages)
    app = pages.page(show, coin="BTC")
    assert control_of(app, "typed_price")["hint"] == "1000"
    assert "No channel is set up, so this alert shows here only" in notes_of(app)
    choose(app, KEY, "typed_price", "99.500,5")
    assert "99.500,5 can be read in two ways: write the number as 99500.5 or 90,010." in notes_of(app)
    choose(app, KEY, "typed_price", "90,010")
    assert "You are told when BTC rises to 90,010. To undo this, tap it above." in notes_of(app)
    assert control_of(app, "typed_price")["chosen"] == []


@pytest.mark.parametrize(
    ("text", "target"),
    [
        *[("90010", "90010"), ("90,010", "90010"), ("1,234,567", "1234567"), ("0.115", "0.115"), (".5", "0.5")],
        *[
            (text, None)
            for text in ("99.500,5", "99,500.5", "0,115", "99,5", "1.2.3", "1234,567", "0", "1e3", "-5", "")
        ],
    ],
)
def test_a_comma_counts_only_where_it_parts_thousands(text: str, target: str | None) -> None:
    assert typed_price(text) == (None if target is None else Decimal(target))


def test_a_price_rule_waits_on_the_side_that_the_price_comes_from() -> None:
    assert price_rule("BTC/USD", Decimal(90), Decimal(100)).text == "price <= 90"
    assert price_rule("BTC/USD", Decimal(110), Decimal(100)).text == "price >= 110"
    assert price_words("BTC/USD", Decimal(90010), Decimal(95000)) == "when BTC falls to 90,010"
    assert price_words("BTC/USD", Decimal(90), None) == "when BTC is at or above 90"
    assert [str(target) for target in targets_of(Decimal("0.1234"))][:2] == ["0.1111", "0.1172"]


def test_a_market_that_was_only_added_has_its_candles(pages: Pages) -> None:
    account = _held(pages)
    write_watched_market(pages.writer, None, account.venue, "DOGE/USD")
    rising(pages, account, "DOGE/USD", 30)
    (chart,) = payloads_of(pages.page(show, coin="DOGE"), "chart")
    assert chart["candles"]["close"][-1] == 1000
