"""The data that components get: complete, compact, and never a number that JSON does not know."""

import gzip
import json
from dataclasses import asdict, fields, replace

from pages.components.chart.model import Bars, Candles, Chart, Ink, Level, Line, Mark
from pages.components.chart.model import payload_of as chart_payload
from pages.components.payload import unpacked
from pages.components.table.model import _COLUMN_LISTS, _ROW_LISTS, Table, TableColumn, TableRows, payload_of


def _table(count: int) -> Table:
    texts = [f"{n:,}.00" for n in range(count)]
    column = TableColumn("value", "Value", texts, sort=[float(n) if n else None for n in range(count)])
    return Table("holdings", "Holdings", [column], TableRows(keys=[str(n) for n in range(count)]), first_sort="-value")


def test_a_short_table_is_plain_json_without_empty_fields() -> None:
    content = json.loads(payload_of(_table(2)))
    assert content["columns"] == [
        {"key": "value", "label": "Value", "texts": ["0.00", "1.00"], "sort": [None, 1.0], "place": "none",
         "is_number": True, "is_shown": True, "for_cards": False},
    ]  # fmt: skip
    assert content["keys"] == ["0", "1"]
    assert "groups" not in content


def test_a_long_table_is_compressed_and_the_same_each_time() -> None:
    payload = payload_of(_table(10_000))
    assert payload == payload_of(_table(10_000))
    assert json.loads(gzip.decompress(payload))["columns"][0]["texts"][-1] == "9,999.00"


def test_the_first_rows_go_ahead_as_a_window_that_all_rows_follow() -> None:
    table = replace(_table(10_000), first_sort="")
    line, rest = payload_of(table, 2).split(b"\n", 1)
    first, every = json.loads(line), unpacked(payload_of(table, 2))
    assert json.loads(gzip.decompress(rest)) == every
    assert first["keys"] == every["keys"][:2] == ["0", "1"]
    assert first["columns"][0]["texts"] == ["0.00", "1.00"]
    assert first["window"] == {"total": 10_000, "start": 0, "sort": "", "is_followed": True}
    # Both are as wide as the longest text of all rows, so that nothing moves when the others come.
    assert first["columns"][0]["longest"] == every["columns"][0]["longest"] == len("9,999.00")


def test_every_field_with_an_entry_a_row_is_cut() -> None:
    """Else the first rows would carry the cells of all."""
    lists = {item.name for item in fields(TableColumn) if "Sequence" in str(item.type)}
    assert lists == set(_COLUMN_LISTS)
    assert {item.name for item in fields(TableRows)} == set(_ROW_LISTS)


def test_a_short_table_is_sent_in_one() -> None:
    assert payload_of(_table(2), 2) == payload_of(_table(2))


def test_a_chart_sends_the_digits_that_a_screen_can_show_and_keeps_gaps() -> None:
    line = Line("", [0, 1], [1234.567890123, None])
    content = json.loads(chart_payload(Chart("Net value", "UTC", lines=[line])))
    assert content["lines"][0]["values"] == [1234.5679, None]


def test_a_value_that_no_float_holds_is_a_gap() -> None:
    content = json.loads(chart_payload(Chart("Net value", "UTC", lines=[Line("", [0, 1], [float("inf"), 1.0])])))
    assert content["lines"][0]["values"] == [None, 1.0]


def test_a_chart_sends_every_field_of_all_its_parts() -> None:
    chart = Chart(
        "BTC", "UTC", lines=[Line("You", (0, 1), (0.5, None))], candles=Candles([0], [1.0], [2.0], [0.5], [1.5], 60),
        bars=[Bars("Fees", [0], [-2.5], 60, Ink.SECOND)], levels=[Level(1.5, "stop", Ink.LOSS)],
        marks=[Mark(1, 1.25, True, "Buy")], shades=((0, 1),), verticals=[(1, "opened")],
    )  # fmt: skip
    assert json.loads(chart_payload(chart)) == json.loads(json.dumps(asdict(chart)))
