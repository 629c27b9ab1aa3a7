"""The view of Fills: periods, cursors in links, texts of fills and of realised profit."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.reads.fills import CoinGain, FillRow
from db.reads.page_cursor import Cursor
from domain.csv_lines import csv_of
from domain.fills import Fill
from domain.markets import Side
from domain.positions import PositionSide
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import Place, Tone
from pages.fills.columns import fill_columns
from pages.fills.view import EXPORTED, exported_values, fills_frame
from pages.fills.words import fee_word, realised_note, realised_word
from pages.shared.formats import MASK, time_word
from pages.shared.period import Period, Span, span_of
from pages.shared.view import ZONE_UTC, View
from tests.factories import NOON, fill

BERLIN = ZoneInfo("Europe/Berlin")
INVERSE: dict[str, Any] = {"symbol": "BTC/USD:BTC", "contracts": Decimal(1), "contract_size": Decimal(100)}


def row(key: str = "1", side: Side = Side.SELL, **values: Any) -> FillRow:
    """A fill without unknown fields. Its coin has one market, so both figures are the same."""
    by_market = {"realised": Decimal(5), "realised_before_fees": Decimal(6), "unexplained": Decimal(0)}
    book = {"fee_value": Decimal(1), "held_after": Decimal(0), "cost_after": Decimal(0)}
    results: dict[str, Any] = {f"{name}_by_market": values.pop(name, default) for name, default in by_market.items()}
    results |= {name: values.pop(name, default) for name, default in book.items()}
    traded = fill(key, side, **values)
    return FillRow(traded, 1, **results, coin=gain(traded, **results))


def gain(traded: Fill, **results: Any) -> CoinGain | None:
    """The gain of its coin, in the quote currency. None while it is worked out."""
    unexplained = results["unexplained_by_market"]
    if unexplained is None:
        return None
    return CoinGain(
        "USD", results["realised_by_market"], results["realised_before_fees_by_market"], unexplained,
        (traded.base or "",) if unexplained else (), False, Decimal(0), Decimal(0), Decimal(0),
    )  # fmt: skip


def test_a_period_of_days_is_in_the_zone_of_the_viewer():
    span = span_of(Period.CUSTOM, NOON, BERLIN, date(2026, 10, 1), date(2026, 10, 2))
    assert span == Span(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 2, 22, tzinfo=UTC))
    assert span_of(Period.CUSTOM, NOON, BERLIN, date(2026, 10, 2), date(2026, 10, 1)) == span
    assert span_of(Period.CUSTOM, NOON, BERLIN) == Span()
    late = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)  # it is already tomorrow in Berlin
    assert span_of(Period.TODAY, late, BERLIN) == Span(datetime(2026, 11, 1, 23, tzinfo=UTC))
    assert span_of(Period.TODAY, late, ZONE_UTC) == Span(datetime(2026, 11, 1, tzinfo=UTC))
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # January has begun in Berlin
    december, january = (datetime(2026, month, day, 23, tzinfo=UTC) for month, day in ((11, 30), (12, 31)))
    assert span_of(Period.THIS_MONTH, new_year, BERLIN) == Span(january)
    assert span_of(Period.LAST_MONTH, new_year, BERLIN) == Span(december, january)
    assert span_of(Period.THIS_MONTH, new_year, ZONE_UTC) == Span(datetime(2026, 12, 1, tzinfo=UTC))
    end_of_march = datetime(2026, 3, 31, 12, tzinfo=UTC)  # summer time began on 29 March
    assert span_of(Period.THIS_MONTH, end_of_march, BERLIN) == Span(datetime(2026, 2, 28, 23, tzinfo=UTC))
    april = datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert span_of(Period.LAST_MONTH, april, BERLIN) == Span(datetime(2026, 2, 28, 23, tzinfo=UTC), april)
    assert span_of(Period.YEAR_TO_DATE, NOON, BERLIN).since == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_the_end_of_a_period_at_now_moves_in_steps_so_pages_stay_cached():
    first, then = (span_of(Period.DAY, NOON.replace(second=s), ZONE_UTC) for s in (1, 59))
    assert first == then
    assert span_of(Period.ALL, NOON, ZONE_UTC) == Span()


def test_a_cursor_survives_its_way_through_a_link():
    cursor = Cursor(NOON.replace(microsecond=123456), "a~b/ü", 7)
    assert Cursor.decode(cursor.encode()) == cursor


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-01-01~1~k", "2026-01-01T00:00:00Z~x~k", "0001-01-01T00:00+14:00~1~k", "2026-01-01T00:00Z~-1~k"],
)
def test_an_unreadable_cursor_is_ignored(text: str):
    with pytest.raises(ValueError, match=r"."):
        Cursor.decode(text)


@pytest.mark.parametrize(
    ("values", "word", "note"),
    [
        ({}, "+5.00", ""),
        ({"realised": Decimal(0), "realised_before_fees": Decimal(0)}, "0", ""),
        ({"realised": None}, "+6.00", "before fees: a fee is unknown"),
        ({"unexplained": Decimal("0.25")}, "+5.00", "without 0.25 of unknown cost"),
        (
            {"realised": None, "realised_before_fees": None, "unexplained": Decimal(1)},
            "unknown",
            "cost unknown: deposited, or bought before known fills",
        ),
        ({"realised": None, "realised_before_fees": None, "unexplained": None}, "unknown", "being worked out"),
        (
            {"symbol": "BTC/USD:BTC", "realised": None, "realised_before_fees": None},
            "unknown",
            "inverse contract of unknown size",
        ),
        (
            {"symbol": "BTC/USD:BTC", "contracts": Decimal(1), "contract_size": Decimal(100)},
            "+5.00",
            "",
        ),
        (
            {"symbol": "BTC/USDT:USDT", "realised": None, "realised_before_fees": None},
            "unknown",
            "long and short were held, and a fill does not name its position",
        ),
        ({"realised_pnl": Decimal("6.00")}, "+5.00", ""),
        ({"realised_pnl": Decimal("5.004")}, "+5.00", ""),
        ({"realised_pnl": Decimal(8)}, "+5.00", "the exchange says +8.00"),
        (
            {
                "realised_pnl": Decimal(8),
                "realised": None,
                "realised_before_fees": None,
                "unexplained": Decimal(1),
            },
            "unknown",
            "cost unknown: deposited, or bought before known fills, the exchange says +8.00",
        ),
        (
            {"realised_pnl": Decimal(0), "realised": Decimal(-1), "realised_before_fees": Decimal(0)},
            "−1.00",
            "",
        ),
    ],
)
def test_the_realised_profit_of_a_fill_says_which_part_is_unknown(values: dict[str, Any], word: str, note: str):
    told = row(**values)
    assert (realised_word(told), realised_note(told)) == (word, note)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"side": Side.BUY, "realised": Decimal(0), "realised_before_fees": Decimal(0)}, "–"),
        ({"side": Side.BUY, "realised": None, "realised_before_fees": None, "unexplained": None}, "–"),
        ({"realised": Decimal(0), "realised_before_fees": Decimal(0)}, "0"),  # sold at cost
        # A fill that opens a short realises nothing. One that closes or reverses it does.
        ({"symbol": "BTC/USD:USD", "realised": Decimal(0), "held_after": Decimal(-1)}, "–"),
        ({"symbol": "BTC/USD:USD", "side": Side.BUY, "realised": Decimal(0), "held_after": Decimal(-1)}, "0"),
        ({"symbol": "BTC/USD:USD", "realised": Decimal(0), "held_after": Decimal("-0.5")}, "0"),
        # An inverse book holds an amount of the quote currency: 200 after a fill of 100 opened.
        ({"realised": Decimal(0), "held_after": Decimal(-200), **INVERSE}, "–"),
        ({"realised": Decimal(0), "held_after": Decimal(-50), **INVERSE}, "0"),
        # A blind book does not know whether it opened.
        (
            {"symbol": "BTC/USD:USD", "realised": None, "realised_before_fees": None, "held_after": Decimal(-1)},
            "unknown",
        ),
    ],
)
def test_a_fill_that_only_opened_shows_neither_zero_nor_unknown(values: dict[str, Any], word: str):
    assert realised_word(row(**values)) == word


def test_the_export_has_realised_profit_of_the_coin_and_by_market():
    gained = Decimal("10.000")
    coin = CoinGain("USD", gained, gained, Decimal(0), (), True, Decimal(2), Decimal(2), Decimal(20))
    told = replace(row(realised=None, realised_before_fees=None, unexplained=Decimal(1)), coin=coin)
    header, line = csv_of(EXPORTED, [exported_values(told)]).splitlines()
    values = dict(zip(header.split(","), line.split(","), strict=True))
    assert (values["realised"], values["unexplained"], values["realised_currency"]) == ("10.000", "0", "USD")
    assert (values["realised_by_market"], values["unexplained_by_market"]) == ("", "1")


def test_fills_in_hedge_mode_name_their_position_and_others_have_no_column():
    told = [row(position_side=PositionSide.LONG), row("2")]
    assert list(fills_frame(told, View(), NOON, several=False)["position"]) == ["Long", ""]
    assert "position" not in fills_frame(told[1:], View(), NOON, several=False)


def test_a_rebate_is_negative_and_an_unknown_fee_is_not_zero():
    assert fee_word(fill(fee="-0.00000001")) == "−0.00000001 USD"
    assert fee_word(fill(fee=None)) == "–"
    assert fee_word(fill(fee="0")) == "0 USD"


def test_times_show_the_date_on_another_day():
    assert time_word(NOON, BERLIN, NOON) == "13:00:00"
    assert time_word(NOON.replace(day=2), ZONE_UTC, NOON) == "2 Nov 12:00"
    assert time_word(NOON.replace(year=2025), ZONE_UTC, NOON) == "1 Nov 2025 12:00"


def test_hidden_amounts_are_not_in_the_data_frame():
    frame = fills_frame([row(amount="3", price="7")], View(hide_amounts=True), NOON, False)
    assert {frame[name][0] for name in ("quantity", "value", "realised", "fee")} == {"••••"}


def test_a_fill_links_to_its_order_at_its_time_and_one_without_an_order_has_no_link():
    frame = fills_frame([row(order_id=None), row(order_id="a/b")], View(as_of=NOON), NOON, True)
    assert frame["order"].isna().tolist() == [True, False]
    moment = "as_of=2026-11-01T12%3A00%3A00Z"
    assert frame["order"][1] == f"open_orders?order=BTC_USD%2Fa%2Fb&account=main&currency=USD&{moment}"
    assert frame.columns[0] == "account"


def test_the_export_keeps_every_digit_and_runs_no_formula():
    told = row("=1+1", price="0.000000012340", realised=None)
    header, line = csv_of(EXPORTED, [exported_values(told)]).splitlines()
    values = dict(zip(header.split(","), line.split(","), strict=True))
    assert values["price"] == "0.000000012340"
    assert values["key"] == "'=1+1"
    assert (values["realised"], values["realised_before_fees"]) == ("", "6")


def test_a_card_of_a_phone_says_what_was_bought_or_sold() -> None:
    frame = fills_frame([row(side=Side.SELL, amount="3")], View(), NOON, several=False)
    table = table_of_frame(frame, fill_columns(ZONE_UTC), Look("fills", "Fills", View().inks, list(frame.columns)))
    cells = {column.place: column for column in table.columns}
    assert (cells[Place.LEAD].texts, cells[Place.LEAD].tones) == (["Sell 3"], [Tone.LOSS])
    assert cells[Place.NOTE].texts == ["12:00:00 at 100"]
    assert (cells[Place.FIGURE].texts, cells[Place.FIGURE].tones) == (["P&L +5.00"], [Tone.SIGNED])
    hidden = fills_frame([row(side=Side.SELL, amount="3")], View(hide_amounts=True), NOON, several=False)
    assert (hidden["deal"][0], hidden["result"][0]) == (f"Sell {MASK}", f"P&L {MASK}")


def test_a_card_of_a_purchase_shows_its_value_because_it_has_no_profit() -> None:
    bought = row(side=Side.BUY, amount="3", price="7", realised=Decimal(0), realised_before_fees=Decimal(0))
    frame = fills_frame([bought], View(), NOON, several=False)
    assert frame["result"][0] == "Value 21.00"
