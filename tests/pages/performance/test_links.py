"""Links of the tables of Performance to the fills and transfers behind a line."""

import pytest

from pages.components.table.frames import column_of
from pages.performance.view import ATTRIBUTION, COINS
from pages.shared.tables import Column, Kind


@pytest.mark.parametrize(("columns", "words"), [(ATTRIBUTION, "Show rows"), (COINS, "Show fills")])
def test_a_link_says_what_it_does(columns: tuple[Column, ...], words: str) -> None:
    """ "Rows" and "Fills" alone looked like names without a value on a card."""
    link = next(column for column in columns if column.kind is Kind.LINK)
    assert column_of(link, ["fills?x", None]).texts == [words, ""]
