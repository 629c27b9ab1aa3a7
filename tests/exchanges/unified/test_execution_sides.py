"""Which of two positions an execution moved, whatever nonsense stands in the fields that tell it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.positions import PositionSide
from exchanges.open import fills_name_position, orders_name_position_in_hedge_mode_only
from exchanges.venues._shared.execution_sides import (
    closes_by,
    position_side_of,
)

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


@pytest.mark.parametrize(
    ("row", "read", "side"),
    [
        ({"positionSide": "LONG"}, {}, LONG),
        ({"posSide": "short"}, {}, SHORT),
        ({"position_side": "Long"}, {}, LONG),
        ({"positionSide": "BOTH"}, {}, None),
        ({"posSide": "net"}, {}, None),
        ({"posSide": 1}, {}, None),
        ({}, {}, None),
        ({"positionSide": "LONG"}, {"positionSide": SHORT}, SHORT),  # our file of the exchange knows better
    ],
)
def test_the_position_is_read_by_its_usual_names(row: dict[str, Any], read: dict[str, Any], side: PositionSide | None):
    assert position_side_of(row, read) is side


@pytest.mark.parametrize(
    ("closed", "size", "closes"),
    [
        ("0", "3", False),
        ("3", "3", True),
        (-5, -3, True),
        ("1", "3", None),
        ("", "3", None),
        (None, 3, None),
        ("x", 3, None),
    ],
)
def test_the_closed_size_shows_if_an_execution_opened_or_closed(closed: Any, size: Any, closes: bool | None):
    assert closes_by({"closed": closed, "size": size}, "closed", "size") is closes


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none())


@given(st.dictionaries(st.sampled_from(["positionSide", "posSide", "position_side", "closed", "size"]), ANYTHING))
def test_nonsense_is_no_position_and_no_crash(row: dict[str, Any]):
    named = {str(value).lower() for value in row.values()} & {"long", "short"}
    assert (position_side_of(row, {}) is None) or named
    assert closes_by(row, "closed", "size") in (True, False, None)


def test_an_exchange_with_a_shared_api_has_the_same_execution_sides():
    assert fills_name_position("binancecoinm")
    assert fills_name_position("myokx")
    assert not fills_name_position("bybit")
    assert orders_name_position_in_hedge_mode_only("bybiteu")
    assert not orders_name_position_in_hedge_mode_only("gateeu")
