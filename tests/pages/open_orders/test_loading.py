"""What is held of open orders between two refreshes."""

from collections.abc import Hashable

from pages.open_orders.loading import MOST_FOLLOWED, keep_newest
from pages.open_orders.order_facts import OrderFacts, facts_of_orders


def test_facts_are_held_of_the_accounts_that_were_shown_last() -> None:
    """Viewers may choose any of a hundred accounts, and each choice would hold its orders for ever."""
    newest: dict[Hashable, OrderFacts] = {}
    for account in range(MOST_FOLLOWED):
        keep_newest(newest, (account,), facts_of_orders([]))
    keep_newest(newest, (0,), facts_of_orders([]))
    keep_newest(newest, ("another",), facts_of_orders([]))
    assert list(newest) == [*((account,) for account in range(2, MOST_FOLLOWED)), (0,), ("another",)]
