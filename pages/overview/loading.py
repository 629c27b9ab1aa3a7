"""Loading: the facts and figures of the Overview, computed once per refresh for all viewers."""

from collections.abc import Sequence

from db.reads.fill_totals import FillTotals
from domain.change import NetValueChange
from domain.income import EARNED, TransferSum, income_of
from domain.open_pnl import OpenChange, OpenPnl
from domain.worth import total_worth
from pages.overview.changes import load_changes
from pages.overview.day_gain import TODAY, DayLines, day_gain_kpi
from pages.overview.gains import late_periods, load_costs, load_open_change, load_periods, open_pnl_now, why_unknown
from pages.overview.income import income_kpi, lacking_words, load_incomes
from pages.overview.income import late_periods as late_incomes
from pages.overview.income import why_unknown as why_no_income
from pages.overview.kpis import kpis_of
from pages.overview.open_pnl import has_unknown_costs, open_pnl_kpi
from pages.overview.realised import realised_kpi
from pages.overview.tables import Costs
from pages.overview.view import Facts, facts_of, without
from pages.shared.failures import load_or
from pages.shared.loaders import cached_view
from pages.shared.past import load_transits
from pages.shared.scene import Scene
from pages.shared.widgets_html import Kpi


def load_facts(scene: Scene) -> Facts:
    """Everything that the snapshots say, without the accounts that are not known."""
    return scene.once("facts", lambda: _load_facts(scene))


def _load_facts(scene: Scene) -> Facts:
    facts = cached_view(facts_of, scene, scene.view.currency)
    return without(facts, [account.name for account in (*scene.unseen, *scene.unread)])


def load_costs_or_none(scene: Scene, facts: Facts) -> Costs | None:
    """The cost of each holding. None while they cannot be read."""
    return scene.once("costs", lambda: load_or(None, lambda: load_costs(scene, facts)))


def load_known_costs(scene: Scene, facts: Facts) -> Costs:
    """The cost of each holding. Empty while they cannot be read."""
    return load_costs_or_none(scene, facts) or {}


def load_figures(scene: Scene) -> Sequence[Kpi]:
    """All figures, the net value first."""
    return scene.once("figures", lambda: _load_figures(scene))


def _load_figures(scene: Scene) -> Sequence[Kpi]:
    facts = load_facts(scene)
    costs = load_costs_or_none(scene, facts)
    changes = load_or({}, lambda: load_changes(scene, facts.totals))
    periods, incomes = load_or({}, lambda: load_periods(scene)), load_or({}, lambda: load_incomes(scene))
    realised = realised_kpi(periods, scene.view, why_unknown(scene), late_periods(scene))
    income = income_kpi(incomes, scene.view, why_no_income(scene), lacking_words(scene), late_incomes(scene))
    transits = load_or((), lambda: load_transits(scene))
    figures = kpis_of(facts, changes, scene.view, scene.at, transits)
    now = open_pnl_now(scene, costs or {})
    change = _open_change(scene, now, changes.get(TODAY), are_costs_read=costs is not None)
    open_pnl = open_pnl_kpi(facts, costs, now, change, scene.view)
    day = _day_gain(scene, changes.get(TODAY), periods.get(TODAY), incomes.get(TODAY), change, costs or {})
    return [*figures, *(figure for figure in (open_pnl, realised, income, day) if figure is not None)]


def _open_change(scene: Scene, now: OpenPnl, gain: NetValueChange | None, *, are_costs_read: bool) -> OpenChange:
    """The change of the open P&L today. Without costs `now` lacks all coins, which midnight has."""
    if not are_costs_read:
        return OpenChange(None, "the costs of coins could not be read")
    return load_or(OpenChange(None, "it could not be read"), lambda: load_open_change(scene, now, gain))


def _day_gain(
    scene: Scene,
    gain: NetValueChange | None,
    totals: FillTotals | None,
    moved: Sequence[TransferSum] | None,
    open_pnl: OpenChange,
    costs: Costs,
) -> Kpi | None:
    """Today's gain by its lines. None if no change could be read, or no account has a history."""
    if gain is None or not any(account.history for account in scene.accounts):
        return None
    if TODAY in late_periods(scene):
        totals = None
    if TODAY in late_incomes(scene):
        moved = None
    currency = scene.view.currency
    lines = DayLines(
        None if totals is None else total_worth(totals.realised, totals.realised_worths, currency).total,
        open_pnl.amount,
        None if moved is None else income_of(moved).total(currency, *EARNED).total,
        None if totals is None else total_worth(totals.fees, totals.fee_worths, currency).total,
    )
    return day_gain_kpi(gain, lines, scene.view, has_unknown_costs=has_unknown_costs(costs))
