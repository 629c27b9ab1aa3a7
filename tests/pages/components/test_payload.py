"""The data that components get: complete, compact, and never a number that JSON does not know."""

import gzip
import json

from pages.components.chart.model import Chart, Line
from pages.components.chart.model import payload_of as chart_payload
from pages.components.table.model import Table, TableColumn, TableRows, payload_of


def _table(count: int) -> Table:
    texts = [f"{n:,}.00" for n in range(count)]
    column = TableColumn("value", "Value", texts, sort=[float(n) if n else None for n in range(count)])
    return Table("holdings", "Holdings", [column], TableRows(keys=[str(n) for n in range(count)]), first_sort="-value")


def test_a_short_table_is_plain_json_without_empty_fields() -> None:
    content = json.loads(payload_of(_table(2)))
    assert content["columns"] == [
        {"key": "value", "label": "Value", "texts": ["0.00", "1.00"], "sort": [None, 1.0], "place": "none",
         "is_number": True, "is_shown": True},
    ]  # fmt: skip
    assert content["keys"] == ["0", "1"]
    assert "groups" not in content


def test_a_long_table_is_compressed_and_the_same_each_time() -> None:
    payload = payload_of(_table(10_000))
    assert payload == payload_of(_table(10_000))
    assert json.loads(gzip.decompress(payload))["columns"][0]["texts"][-1] == "9,999.00"


def test_a_chart_sends_the_digits_that_a_screen_can_show_and_keeps_gaps() -> None:
    line = Line("", [0, 1], [1234.567890123, None])
    content = json.loads(chart_payload(Chart("Net value", "UTC", lines=[line])))
    assert content["lines"][0]["values"] == [1234.5679, None]


def test_a_value_that_no_float_holds_is_a_gap() -> None:
    content = json.loads(chart_payload(Chart("Net value", "UTC", lines=[Line("", [0, 1], [float("inf"), 1.0])])))
    assert content["lines"][0]["values"] == [None, 1.0]
