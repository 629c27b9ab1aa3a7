"""Loading: the table of open orders and the facts of the stops, computed once per refresh for all viewers."""

from collections.abc import Mapping

from pages.open_orders.stop_facts import StopFacts, stop_facts_of
from pages.open_orders.table import OrderName, OrderTable, table_of
from pages.overview.gains import knows_fills
from pages.shared.failures import load_or
from pages.shared.loaders import cached, cached_view
from pages.shared.past import fingerprint, load_books
from pages.shared.scene import Scene

Facts = Mapping[OrderName, StopFacts]


def load_table(scene: Scene) -> OrderTable:
    """Every open order of the scene."""
    return scene.once("order_table", lambda: cached_view(table_of, scene, scene.view.currency))


def load_stop_facts(scene: Scene) -> Facts:
    """The facts of each stop. Without a database the costs are unknown."""
    books = {
        account.name: load_or({}, lambda: load_books(scene, account))  # noqa: B023 - called at once
        for account in scene.accounts
        if knows_fills(scene, account)
    }
    key = (fingerprint(scene), scene.view.currency, tuple(map(bool, books.values())))
    return cached(stop_facts_of, key, scene.snapshots, scene.view.currency, books)
