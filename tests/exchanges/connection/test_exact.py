"""Reading what came over the wire exactly."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.connection.exact import (
    EXACT,
    Garbled,
    amount,
    exact_json,
    informative_price,
    moment,
    price,
    quoted,
    text,
)


def test_a_number_in_json_keeps_every_digit() -> None:
    read = exact_json('{"list_id": 6498090546073120123, "price": 0.00000001000000000000000001, "qty": 1e-8}')
    assert read == {"list_id": 6498090546073120123, "price": "0.00000001000000000000000001", "qty": "1e-8"}
    assert not any(isinstance(value, float) for value in read.values())


def test_a_whole_number_too_long_for_python_stays_its_text() -> None:
    digits = "9" * 5000
    assert exact_json(f'{{"n": {digits}}}') == {"n": digits}


def test_constants_that_are_not_json_become_no_float() -> None:
    assert exact_json('{"a": NaN, "b": Infinity}') == {"a": "NaN", "b": "Infinity"}


def test_text_that_no_database_can_store_is_replaced() -> None:
    assert exact_json('{"a": "x\\u0000y", "b": ["\\ud83d"]}') == {"a": "x�y", "b": ["�"]}


def test_an_emoji_survives() -> None:
    assert exact_json('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize("said", [None, "", "absent"])
def test_a_missing_number_is_unknown_not_zero(said: str | None) -> None:
    row = {} if said == "absent" else {"n": said}
    assert amount(row, "n") is None


@pytest.mark.parametrize(
    "said",
    ["abc", "NaN", "Infinity", "-inf", "1_000", "1,5", " 1", "١٢", "0x10", True, 1.5, [], {}, "1e999999", "9" * 1500],
)
def test_a_value_that_is_no_exact_number_is_refused(said: object) -> None:
    with pytest.raises(Garbled, match="n is"):
        amount({"n": said}, "n")


def test_a_number_may_be_text_or_whole() -> None:
    assert amount({"n": "-0.000000010"}, "n") == Decimal("-0.000000010")
    assert amount({"n": 12345678901234567890}, "n") == Decimal("12345678901234567890")


@given(st.integers(1 - 10**30, 10**30 - 1), st.integers(0, 30))
def test_every_number_is_read_digit_by_digit(digits: int, places: int) -> None:
    number = EXACT.scaleb(Decimal(digits), -places)
    read = amount({"n": f"{number:f}"}, "n")
    assert read is not None
    assert (read, read.as_tuple()) == (number, Decimal(f"{number:f}").as_tuple())


@pytest.mark.parametrize("stated", ["1e400", "-1e30", "1e-31", "1" * 31, "0." + "1" * 31, 10**30])
def test_a_number_with_more_than_thirty_digits_on_a_side_is_beyond_any_market(stated: object) -> None:
    with pytest.raises(Garbled, match="n is beyond any market"):
        amount({"n": stated}, "n")


@pytest.mark.parametrize("stated", ["9" * 30, "0." + "9" * 30, "1e29", "1e-30", "0.5" + "0" * 60, "0e-400", "0"])
def test_zeros_at_the_end_are_no_digits(stated: str) -> None:
    assert amount({"n": stated}, "n") == Decimal(stated)


@pytest.mark.parametrize("stated", ["0", "-1", "0.000", "-1e-20", None, ""])
def test_a_zero_or_negative_price_is_no_price(stated: str | None) -> None:
    assert price({"p": stated}, "p") is None
    assert informative_price({"p": stated}, "p") is None


def test_an_unreadable_optional_price_is_no_price() -> None:
    assert informative_price({"p": "1e300"}, "p") is None
    with pytest.raises(Garbled):
        price({"p": "1e300"}, "p")


@pytest.mark.parametrize("body", ['{"a": 1, "a": 2}', '{"a": 1, "a": 1}', '[{"b": {"a": 1, "c": 2, "a": 3}}]'])
def test_an_object_with_a_duplicated_key_is_not_understood(body: str) -> None:
    with pytest.raises(ValueError, match="a key occurs twice"):
        exact_json(body)


def test_differences_of_long_numbers_are_exact() -> None:
    long = Decimal("1" * 500 + "." + "1" * 400)
    assert EXACT.subtract(long, Decimal("0.1")) == Decimal("1" * 500 + ".0" + "1" * 399)


@pytest.mark.parametrize("said", [1764000000123, "1764000000123"])
def test_a_moment_may_be_a_number_or_text_and_is_in_utc(said: object) -> None:
    assert moment({"t": said}, "t") == datetime(2025, 11, 24, 16, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize("said", [None, "", 0, "0", -5, "soon", "9" * 40, "1e900", [], True])
def test_a_senseless_moment_is_unknown(said: object) -> None:
    assert moment({"t": said}, "t") is None


def test_text_may_be_a_whole_number() -> None:
    assert text({"id": 6498090546073120123}, "id") == "6498090546073120123"
    assert text({"id": True}, "id") is None
    assert text({"id": 10**5000}, "id") is None
    assert text({"id": ""}, "id") is None


def test_an_overlong_text_is_unknown() -> None:
    """As a key it could not be stored, and would take every other row with it."""
    assert text({"id": "x" * 200}, "id") == "x" * 200
    assert text({"id": "x" * 201}, "id") is None
    assert text({"id": 10**300}, "id") is None


def test_an_error_calls_a_missing_value_by_that_name() -> None:
    assert [quoted(value) for value in (None, "SELL", 5)] == ["no value", '"SELL"', '"int"']
