"""The note of an export about the rows that it leaves out."""

from pages.shared.export import MOST_ROWS, cut_words


def test_an_export_says_what_it_leaves_out():
    told = [cut_words(MOST_ROWS + more) for more in (0, 1, 2000)]
    assert told == [
        "",
        "1 older row is cut: choose a shorter period",
        "2,000 older rows are cut: choose a shorter period",
    ]
