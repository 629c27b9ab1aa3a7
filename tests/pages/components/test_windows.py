"""Windows of a long table: the order of all its rows, and the request of a browser."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.components.table.model import SortValue, TableColumn
from pages.components.table.windows import WindowRequest, request_from, row_order


def column(sort: Sequence[SortValue] = (), texts: Sequence[str] = ()) -> TableColumn:
    return TableColumn("value", "Value", texts or [""] * len(sort), sort=sort)


def test_unknown_values_come_last_in_either_direction_and_equal_ones_keep_their_order() -> None:
    values = column([2.0, None, 1.0, 2.0])
    assert row_order(values, False) == [2, 0, 3, 1]
    assert row_order(values, True) == [0, 3, 2, 1]


def test_texts_sort_by_the_numbers_in_them() -> None:
    assert row_order(column(texts=["order 10", "Order 9", "other", "order 010"]), False) == [1, 0, 3, 2]


def test_a_group_stands_where_its_first_row_stands() -> None:
    assert row_order(column([3.0, 1.0, 2.0, 4.0]), False, ["a", "a", "", ""]) == [1, 0, 2, 3]


@given(st.lists(st.one_of(st.none(), st.integers(-9, 9).map(float)), max_size=12), st.booleans(), st.data())
def test_every_row_is_in_the_order_once_and_values_never_fall(
    values: list[SortValue], is_descending: bool, data: st.DataObject
) -> None:
    groups = data.draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(values), max_size=len(values)))
    order = row_order(column(values), is_descending, groups)
    assert sorted(order) == list(range(len(values)))
    stated = [value for value in (values[row] for row in row_order(column(values), is_descending)) if value is not None]
    assert stated == sorted(stated, reverse=is_descending)


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sort": "a"}', '{"sort": "a", "start": "x"}', "NaN", "[" * 10**6])
def test_a_request_that_is_not_understood_changes_nothing(text: str) -> None:
    assert request_from(text) is None


def test_a_request_names_the_first_row_and_the_sorting() -> None:
    assert request_from('{"sort": "-value", "start": -4}') == WindowRequest("-value", 0)
