"""Reading what came over the wire exactly."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.connection.exact import EXACT, Garbled, amount, exact_json, moment, quoted, text


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


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**200), max_value=10**200))
def test_every_number_is_read_digit_by_digit(number: Decimal) -> None:
    read = amount({"n": str(number)}, "n")
    assert read is not None
    assert read.as_tuple() == number.as_tuple()


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
