"""Formats: decimals by size, nothing small lost, unknown never zero, exports exact."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.csv_lines import csv_of
from domain.delivery import moment_text as delivery_moment
from pages.shared.formats import (
    age_text,
    bytes_text,
    change_text,
    day_text,
    exactly,
    moment_text,
    money_text,
    number_text,
    percent_text,
    price_text,
    quantity_text,
    stored_text,
    utc_text,
)

ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("7834.24081020", "7,834"),
        ("1000", "1,000"),
        ("999.996", "1,000"),
        ("999.994", "999.99"),
        ("1", "1.00"),
        ("0.99999", "1.00"),
        ("0.5", "0.5000"),
        ("0.01", "0.0100"),
        ("0.005", "0.005000"),
        ("0.0099999", "0.0100"),
        ("0.00001234", "0.00001234"),
        ("0.000000012345", "0.00000001234"),
        ("-12.346", "−12.35"),
        ("0", "0"),
        ("123456789.9", "123,456,790"),
    ],
)
def test_small_amounts_have_more_decimals(value, text):
    assert number_text(Decimal(value)) == text


@given(st.decimals(min_value=Decimal("1e-18"), max_value=Decimal("1e-2"), allow_nan=False, places=20))
def test_a_small_price_never_shows_as_zero(value):
    if value > 0:
        assert exactly(Decimal(number_text(value).replace(",", ""))) != 0


def test_unknown_is_a_dash_and_not_zero():
    assert {number_text(None), money_text(None, "USD"), percent_text(None), quantity_text(None), change_text(None)} == {
        "–"
    }
    assert number_text(float("nan")) == "–"
    assert number_text(0) == "0"


def test_gains_carry_a_plus_and_losses_a_minus_also_before_the_symbol():
    assert money_text(Decimal("12.5"), "USD", signed=True) == "+$12.50"
    assert money_text(Decimal("-12.5"), "USD") == "−$12.50"
    assert money_text(Decimal("0.08244"), "BTC", signed=True) == "+0.08244000 BTC"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.6259", "$0.63"),
        ("0.005", "$0.0050"),
        ("0.0051", "$0.01"),
        ("-0.00421", "−$0.0042"),
        ("0", "$0"),
        ("1234.5", "$1,234.50"),
        ("9999.994", "$9,999.99"),
        ("9999.996", "$10,000"),
        ("-12345.67", "−$12,346"),
        ("1e30", "$1.000e30"),
    ],
)
def test_money_has_two_decimals_below_ten_thousand_and_none_above(value, text):
    """The rule is that of the design of pages. Digits show an amount that would be 0.00."""
    assert money_text(Decimal(value), "USD") == text


@given(st.decimals(min_value=Decimal("1e-18"), max_value=Decimal("1e-2"), allow_nan=False, places=20))
def test_a_small_amount_of_money_never_shows_as_zero(value):
    if value > 0:
        assert exactly(Decimal(money_text(value, "EUR").replace("€", ""))) != 0


def test_amounts_of_coins_have_decimals_by_size():
    assert money_text(Decimal("0.01234"), "ETH") == "0.0123 ETH"
    assert money_text(Decimal("0.01234"), "USDT") == "0.01 USDT"


def test_hidden_money_tells_neither_digits_nor_sign_and_unknown_stays_unknown():
    hidden = {money_text(Decimal(v), "USD", signed=True, hidden=True) for v in ("1", "-123456", "0")}
    assert hidden == {"$••••"}
    assert money_text(None, "USD", hidden=True) == "–"


def test_quantities_keep_the_digits_of_the_exchange():
    assert quantity_text(Decimal("0.84210000")) == "0.8421"
    assert quantity_text(Decimal("0.00000001")) == "0.00000001"
    assert quantity_text(Decimal("1E+3")) == "1,000"
    assert quantity_text(Decimal("100")) == "100"
    assert quantity_text(88000000.0) == "88,000,000"


def test_changes_have_an_arrow_beside_their_colour():
    assert change_text(Decimal("0.0371")) == "▲ +3.71 %"
    assert change_text(Decimal("-0.0371")) == "▼ −3.71 %"
    assert change_text(Decimal("-0.000001")) == "▬ 0.00 %"
    assert percent_text(Decimal("12.345")) == "1,234 %"
    assert percent_text(Decimal("0.41849")) == "41.8 %"


def test_ages_use_at_most_two_units():
    spans = {12: "12 s", 59: "59 s", 60: "1 min", 3599: "59 min", 7500: "2 h 5 min", 7200: "2 h", 360000: "4 d 4 h"}
    assert {age_text(timedelta(seconds=s)) for s in spans} == set(spans.values())
    assert age_text(timedelta(seconds=-5)) == "0 s"
    assert age_text(None) == "–"


def test_moments_are_in_the_zone_of_the_viewer_which_is_named():
    at = datetime(2026, 11, 23, 22, 30, 5, tzinfo=UTC)
    assert moment_text(at, ZURICH, at) == "23:30:05 CET"
    assert moment_text(at, ZURICH) == "23 Nov 2026, 23:30:05 CET"
    assert moment_text(at, ZURICH, at + timedelta(hours=1)) == "23 Nov 2026, 23:30:05 CET"
    assert moment_text(at, ZoneInfo("America/Sao_Paulo")) == "23 Nov 2026, 19:30:05 UTC−03"
    assert utc_text(at) == "23 Nov 2026, 22:30:05 UTC"


def test_sizes_are_readable():
    assert [bytes_text(s) for s in (0, 999, 1500, 20_000_000, 3_100_000_000, None)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "20.0 MB",
        "3.1 GB",
        "–",
    ]


def test_exports_keep_every_digit_and_quote_special_characters():
    rows: list[list[object]] = [
        [Decimal("1E-8"), Decimal("7834.24081020"), None, 'a "b", c'],
        ["=1+1", Decimal("-0.5"), True, "x"],
    ]
    assert csv_of(["a", "b", "c", "d"], rows).split("\r\n") == [
        "a,b,c,d",
        '0.00000001,7834.24081020,,"a ""b"", c"',
        "'=1+1,-0.5,True,x",
        "",
    ]


@pytest.mark.parametrize(
    ("value", "number", "percent"),
    [
        ("1e400", "1.000e400", "1.000e402 %"),
        ("-1.23456e300", "−1.235e300", "−1.235e302 %"),
        ("1e-300", "1.000e-300", "0.00 %"),
        ("0e-400", "0", "0.00 %"),
        ("999999999999999999999999.5", "1,000,000,000,000,000,000,000,000", "1.000e26 %"),
    ],
)
def test_no_number_breaks_a_page(value: str, number: str, percent: str) -> None:
    """A share of a tiny price is huge, whatever an exchange may state."""
    assert number_text(Decimal(value)) == number
    assert percent_text(Decimal(value)) == percent
    assert quantity_text(Decimal(value))
    assert money_text(Decimal(value), "USD", signed=True)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("muted until 30 Nov 23:30 UTC.", "muted until 01 Dec 00:30 CET."),
        ("muted until 15 Jul 2027 10:00 UTC.", "muted until 15 Jul 2027 12:00 CEST."),
        ("muted until 02 Jan 10:00 UTC", "muted until 02 Jan 11:00 CET"),
        ("not since 12:03 UTC, 31 Feb 10:00 UTC", "not since 12:03 UTC, 31 Feb 10:00 UTC"),
    ],
)
def test_moments_of_a_stored_text_are_in_the_zone_of_the_viewer(stored: str, shown: str) -> None:
    """Clocks in Zurich are an hour ahead of UTC in winter, two in summer."""
    written_at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert stored_text(stored, ZoneInfo("Europe/Zurich"), written_at) == shown
    assert stored_text(stored, ZoneInfo("UTC"), written_at) == stored


def test_a_mute_says_its_end_in_words_that_are_shown_in_the_zone_of_the_viewer() -> None:
    until = datetime(2026, 12, 1, 9, tzinfo=UTC)
    text = stored_text(delivery_moment(until, until), ZoneInfo("Europe/Zurich"), until)
    assert text == "01 Dec 10:00 CET"


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (Decimal("2.28667"), "2.28667"),  # as the exchange gave it
        (Decimal("87311.02"), "87,311.02"),
        (Decimal("0.0000072560"), "0.000007256"),
        (Decimal(2) / Decimal(3), "0.66666667"),  # a mean
        (Decimal(200000) / Decimal(3), "66,666.667"),
        (None, "–"),
    ],
)
def test_a_price_is_never_rounded_unless_it_was_worked_out(price: Decimal | None, text: str) -> None:
    assert price_text(price) == text


def test_days_and_moments_have_words_for_months() -> None:
    assert day_text(date(2026, 11, 2)) == "2 Nov 2026"
    assert utc_text(datetime(2026, 11, 2, 11, 56, tzinfo=UTC)) == "2 Nov 2026, 11:56:00 UTC"
