"""The numbers on the chips of History."""

from db.reads.ended_counts import EndingCounts
from domain.endings import Ending
from pages.open_orders.history_counts import number_words, shown_counts


def test_a_number_says_that_older_orders_were_not_examined():
    counts = {Ending.FILLED: 1200, Ending.GONE: 0}
    assert number_words(1200, EndingCounts(counts)) == "1,200"
    assert number_words(1200, EndingCounts(counts, is_partial=True)) == "at least 1,200"
    assert number_words(0, EndingCounts({}, is_partial=True)) == ""
    assert shown_counts(EndingCounts(counts)) == {Ending.FILLED: 1200}
