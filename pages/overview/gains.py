"""Gains: cost and profit of the holdings shown. Loaded once per moment and version of the history."""

from collections.abc import Mapping, Sequence

from db.reads.fill_totals import FillTotals
from domain.cost_basis import BookHolding
from domain.gains import costs_of
from domain.prices import Rates
from domain.snapshot import Account, Snapshot
from domain.sources import SourceKind
from pages.overview.realised import late_words, spans_of
from pages.overview.tables import Costs
from pages.overview.view import Facts
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import cached
from pages.shared.past import fingerprint, load_books, load_realised
from pages.shared.scene import Scene

Books = Mapping[str, Sequence[BookHolding]]  # by coin


def load_costs(scene: Scene, facts: Facts) -> Costs:
    """The cost of each holding. Accounts without known fills are left out."""
    books: dict[str, Books] = {}
    try:
        for account in (a for a in scene.accounts if knows_fills(scene, a)):
            books[account.name] = load_books(scene, account)
    except DatabaseUnavailable:
        return {}
    key = (fingerprint(scene), facts.totals.currency)
    return cached(all_costs, key, scene.snapshots, facts, books)


def all_costs(snapshots: Sequence[Snapshot], facts: Facts, books: Mapping[str, Books]) -> Costs:
    """The cost of each holding, by account and asset. `books` are by account."""
    by_asset = {}
    for snapshot in snapshots:
        name = snapshot.account.name
        if name in books:
            holdings = [holding for holding in facts.holdings if holding.account == name]
            rates = Rates(snapshot.prices.values())
            costs = costs_of(holdings, books[name], rates, facts.totals.currency)
            by_asset.update({(name, asset): cost for asset, cost in costs.items()})
    return by_asset


def load_periods(scene: Scene) -> Mapping[str, FillTotals | None]:
    """Realised profit of today and the last days. Empty if no fills are read. None for an unknown period."""
    if not any(account.reads_fills for account in scene.accounts):
        return {}
    is_known = all(knows_fills(scene, a) for a in scene.accounts if a.reads_fills)
    periods: dict[str, FillTotals | None] = {}
    for name, since in spans_of(scene.at, scene.view.zone).items():
        try:
            periods[name] = load_realised(scene, since) if is_known else None
        except DatabaseUnavailable:
            periods[name] = None
    return periods


def late_periods(scene: Scene) -> Mapping[str, str]:
    """The periods that begin before the fills of all accounts are known, with a text for each."""
    since = (scene.progress_of(account).fills_since for account in scene.accounts if account.reads_fills)
    return late_words(scene.at, scene.view.zone, since)


def why_unknown(scene: Scene) -> str:
    """Why the realised profit is unknown."""
    states = [light.state for light in scene.lights((SourceKind.FILLS,))]
    failing = next((state.error for state in states if state.error), None)
    return f"fills: {failing}" if failing else "fills were not read yet"


def knows_any_fill(scene: Scene) -> bool:
    """True if the fills of any account are known."""
    return any(knows_fills(scene, account) for account in scene.accounts)


def knows_fills(scene: Scene, account: Account) -> bool:
    """True if an account's fills are known, even if there are none."""
    return account.reads_fills and scene.progress_of(account).fills_since is not None
