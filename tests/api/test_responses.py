"""Values as JSON."""

import gzip
import json
from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from api.responses import encoded, packed
from domain.orders import Role
from tests.factories import NOON


@pytest.mark.parametrize("written", ["7834.24081020", "0.1984", "0E-8", "1E+3", "0.000000012345", "-55.76239701"])
def test_a_decimal_is_a_plain_string_and_keeps_its_scale(written: str) -> None:
    """Nothing is rounded on the way out."""
    told = json.loads(encoded([Decimal(written)]))[0]
    assert isinstance(told, str)
    assert "E" not in told
    assert Decimal(told) == Decimal(written)
    assert told == format(Decimal(written), "f")


def test_a_moment_is_written_in_utc_with_its_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert json.loads(encoded(elsewhere)) == "2026-11-01T12:00:00Z"


def test_durations_and_enums_and_sets_have_one_form() -> None:
    told = json.loads(encoded({"age": timedelta(milliseconds=1500), "role": Role.STOP_LOSS, "all": frozenset("ba")}))
    assert told == {"age": 1.5, "role": "stop_loss", "all": ["a", "b"]}


def test_a_value_without_a_json_form_raises_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        encoded(object())


def test_a_long_response_is_compressed_for_clients_that_accept_it() -> None:
    payload = {"orders": ["0.00001234"] * 1000}
    body, headers = packed(payload, "gzip, deflate")
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 1000
    assert json.loads(gzip.decompress(body)) == payload
    plain, headers = packed(payload, "identity")
    assert "Content-Encoding" not in headers
    assert json.loads(plain) == payload


def test_a_short_response_is_not_compressed() -> None:
    assert packed({"a": 1}, "gzip") == (b'{"a":1}', {"Vary": "Accept-Encoding"})
