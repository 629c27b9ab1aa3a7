"""A row on a phone is a card of two lines: a title and at least two further columns, in every table of every page."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import pages
from pages.components.table.frames import Look, card_lines_of, table_of_frame
from pages.components.table.model import Place
from pages.fills.columns import fill_columns
from pages.open_orders.columns import list_columns, stop_columns
from pages.shared.tables import Column, Kind
from pages.shared.theme import GainColours, inks_of
from pages.transfers.columns import transfer_columns


def tables() -> Iterator[tuple[str, tuple[Column, ...]]]:
    for module in pkgutil.walk_packages(pages.__path__, "pages."):
        if not module.name.endswith("page"):
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, tuple) and value and all(isinstance(item, Column) for item in value):
                    yield f"{module.name}.{name}", value


UTC = ZoneInfo("UTC")
TABLES = dict(tables()) | {
    "trades": fill_columns(UTC),
    "cash flow": transfer_columns(UTC),
    "orders": list_columns("USD"),
    "stops": stop_columns("USD"),
}


def places_of(columns: tuple[Column, ...]) -> list[Place]:
    frame = pd.DataFrame([], columns=[column.name for column in columns])
    table = table_of_frame(frame, columns, Look("table", "Table", inks_of(GainColours.USUAL), tuple(frame.columns)))
    return [column.place for column in table.columns if column.place is not Place.NONE]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_each_card_has_a_title_and_at_least_two_further_columns(name: str) -> None:
    columns = TABLES[name]
    places = places_of(columns)
    assert Place.TITLE in places
    assert len(places) >= min(3, len(columns))
    assert len(set(places)) == len(places)


def test_a_table_of_texts_alone_fills_its_cards_in_the_order_of_its_columns() -> None:
    """Corrections had a title and a note only: neither the amount nor the reason."""
    names = ("Period", "Account", "Figure", "Amount", "Why")
    places = places_of(tuple(Column(name, Kind.TEXT) for name in names))
    assert places == [Place.TITLE, Place.NOTE, Place.LEAD, Place.FIGURE]


def test_a_correction_shows_its_figure_amount_and_reason_on_a_phone() -> None:
    placed = {
        column.name for column in TABLES["pages.performance.corrections.CORRECTIONS"] if column.place is not Place.NONE
    }
    assert {"Figure", "Corrected by", "Why"} <= placed


def test_a_card_has_as_many_lines_as_its_longest_text() -> None:
    three = "Buy: intraday conservative, scalp aggressive · Sell: swing conservative"
    id_ = "0f8fad5b-d9cb-469f-a165-70867728950e"
    for texts, lines in (
        (["no signal", three], 2),
        ([f"the order {id_}, {id_} and {id_}"], 4),  # 126 characters, and no two ids in a line
        (["no signal"], 1),
        ([""], 1),
        ([], 1),
    ):
        assert card_lines_of(texts) == lines
