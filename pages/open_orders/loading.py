"""Loading: the table of open orders and the facts of the stops, computed once per refresh for all viewers."""

from collections.abc import Hashable

from pages.open_orders.order_facts import OrderFacts
from pages.open_orders.stop_facts import StopFactsOf, stop_facts_of
from pages.open_orders.table import OrderTable, table_of
from pages.overview.gains import knows_fills
from pages.shared.cache_budget import SIZE_OF
from pages.shared.caches import cache_resource
from pages.shared.failures import load_or
from pages.shared.loaders import POINTER_BYTES, SIGHTS, cached, cached_view
from pages.shared.past import fingerprint, load_books
from pages.shared.scene import Scene

# So many choices of accounts are followed at once. The facts of a hundred thousand orders are 11 MB.
MOST_FOLLOWED = 8


@cache_resource(max_entries=SIGHTS, counted=False)
def _newest_facts() -> dict[Hashable, OrderFacts]:
    """The facts of each order in the newest table of some accounts. The next table takes them over."""
    return {}


# About 14 columns of numbers and pointers. The orders are those of the snapshots.
_ROW_BYTES = 14 * POINTER_BYTES
_CONTEXT_BYTES = 256 * 1024  # of the holdings and positions of the accounts

SIZE_OF[OrderTable] = lambda table: len(table) * _ROW_BYTES
SIZE_OF[StopFactsOf] = lambda _: _CONTEXT_BYTES


def load_table(scene: Scene) -> OrderTable:
    """Every open order of the scene."""

    def make() -> OrderTable:
        newest, accounts = _newest_facts(), tuple(account.id for account in scene.accounts)
        table = cached_view(table_of, scene, scene.view.currency, unkeyed=(newest.get(accounts),))
        if scene.is_now:
            keep_newest(newest, accounts, table.facts)
        return table

    return scene.once("order_table", make)


def keep_newest(newest: dict[Hashable, OrderFacts], accounts: Hashable, facts: OrderFacts) -> None:
    """Keep the facts of these accounts, and forget those of the accounts that were shown the longest ago."""
    newest.pop(accounts, None)
    newest[accounts] = facts
    for former in list(newest)[:-MOST_FOLLOWED]:
        newest.pop(former, None)


def load_stop_facts(scene: Scene) -> StopFactsOf:
    """The facts of each stop. Without a database the costs are unknown."""
    books = {
        account.name: load_or({}, lambda: load_books(scene, account))  # noqa: B023 - called at once
        for account in scene.accounts
        if knows_fills(scene, account)
    }
    key = (fingerprint(scene), scene.view.currency, tuple(map(bool, books.values())))
    return cached(stop_facts_of, key, scene.snapshots, scene.view.currency, books)
