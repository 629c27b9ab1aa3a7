"""Gains: cost, open and realised profit of what is shown. Loaded once per moment and version of the history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from db.reads.fill_totals import FillTotals
from db.reads.wallets import read_wallets
from domain.change import NetValueChange, periods_of
from domain.cost_basis import BookHolding
from domain.gains import costs_of
from domain.open_pnl import OpenChange, OpenPnl, change_over, open_pnl_by_books, open_pnl_of_all
from domain.periods import closing_of
from domain.prices import Rates
from domain.snapshot import Account, Snapshot
from domain.sources import SourceKind
from pages.overview.realised import late_words, spans_of
from pages.overview.tables import Costs
from pages.overview.view import Facts
from pages.shared.caches import cache_resource
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import ask, cached, load_moments
from pages.shared.past import fingerprint, load_books, load_books_at, load_realised
from pages.shared.scene import Scene

Books = Mapping[str, Sequence[BookHolding]]  # by coin


def load_costs(scene: Scene, facts: Facts) -> Costs:
    """The cost of each holding. Accounts without known fills are left out. Raises DatabaseUnavailable."""
    books = {account.name: load_books(scene, account) for account in scene.accounts if knows_fills(scene, account)}
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


def open_pnl_now(scene: Scene, costs: Costs) -> OpenPnl:
    """The open P&L of all that is shown."""
    currency = scene.view.currency
    return cached(open_pnl_of_all, (fingerprint(scene), currency, bool(costs)), scene.snapshots, costs, currency)


def load_open_change(scene: Scene, now: OpenPnl, gain: NetValueChange | None) -> OpenChange:
    """How the open P&L changed since midnight, the begin of today's `gain`. Unknown where the gain is."""
    if gain is None:
        return OpenChange(None, "the change of net value could not be read")
    try:
        return change_over(gain, lambda: _load_before(scene), now)
    except DatabaseUnavailable as error:
        return OpenChange(None, str(error))


def _load_before(scene: Scene) -> Iterator[OpenPnl | None]:
    """The open P&L of each account at midnight. None without a refresh by then."""
    accounts, currency = [snapshot.account for snapshot in scene.snapshots], scene.view.currency
    moments = load_moments(closing_of(periods_of(scene.at, scene.view.zone)["today"]), accounts)
    for account in accounts:
        taken_at = moments.get(account.id)
        if taken_at is None:
            yield None
        else:
            books = load_books_at(scene, account, taken_at) if knows_fills(scene, account) else None
            yield open_pnl_by_books(_wallet(account.id, taken_at, account), books, currency)


@cache_resource(max_entries=200)
def _wallet(account_id: int, taken_at: datetime, _account: Account) -> Snapshot:
    """The wallet of an account at a past refresh. A later fill changes its costs alone."""
    return ask(lambda connection: read_wallets(connection, _account, [taken_at])[taken_at])


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
