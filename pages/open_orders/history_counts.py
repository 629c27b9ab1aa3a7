"""History counts: the numbers of ended orders on the tab and the chips. No number is below the orders listed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from db.reads.ended_counts import EndingCounts
from db.reads.history_filter import HistoryFilter
from db.reads.order_history import MOST_WINDOWS, HistoryPage
from domain.endings import Ending
from pages.open_orders.endings import ENDINGS
from pages.open_orders.filter import OrderFilter
from pages.open_orders.history_lines import history_filter
from pages.open_orders.history_period import HistoryPeriod
from pages.shared.failures import load_or
from pages.shared.order_history import load_ending_counts, load_order_history
from pages.shared.scene import Scene

ROWS = 1000  # that are read for a page of the list


def load_listed_counts(scene: Scene, filters: HistoryFilter, endings: tuple[str, ...] = ()) -> EndingCounts:
    """The orders that match, by ending. If not all were examined, the first page of the list counts too.

    `endings` are those that the list shows, empty for all. Raises DatabaseUnavailable.
    """
    counts = load_ending_counts(scene, filters)
    if not counts.is_partial:
        return counts
    counts = with_page(counts, load_order_history(scene, filters, ROWS, MOST_WINDOWS))
    if not endings or not counts.is_partial:
        return counts
    page = load_order_history(scene, replace(filters, endings=endings), ROWS, MOST_WINDOWS)
    return counts.at_least(endings_of(page))


def with_page(counts: EndingCounts, page: HistoryPage) -> EndingCounts:
    """The counts with a first page of every outcome. If the page lists every match, they are exact."""
    raised = counts.at_least(endings_of(page))
    is_every_match = page.searched is None and len(page.rows) < ROWS
    return replace(raised, is_partial=counts.is_partial and not is_every_match)


def endings_of(page: HistoryPage) -> Sequence[Ending]:
    """How each order of a page ended."""
    return [row.ended.outcome.ending for row in page.rows + page.named]


def ended_words(scene: Scene, order_filter: OrderFilter, period: HistoryPeriod, *, is_listed: bool = False) -> str:
    """The number of ended orders that History lists: of its period or hour, or of all time while the viewer searches.

    "" if none is known so far. `is_listed`: the list is on screen, and the number agrees with it.
    """
    span = period.span(scene, order_filter)
    load = load_listed_counts if is_listed else load_ending_counts
    counts = load_or(None, lambda: load(scene, history_filter(order_filter, span)))
    number = "" if counts is None else number_words(counts.total, counts)
    return f"· {number} {period.words(order_filter)}".rstrip() if number else ""


def shown_counts(counts: EndingCounts) -> Mapping[Ending, int]:
    """The counts that are not zero, in display order."""
    numbers = Counter(counts.by_ending)
    return {ending: numbers[ending] for ending in ENDINGS if numbers[ending]}


def number_words(number: int, counts: EndingCounts) -> str:
    """A number of matching orders: "1,234", or "at least 1,234" if older ones were not examined. "" for none so far."""
    if not counts.is_partial:
        return f"{number:,}"
    return f"at least {number:,}" if number else ""
