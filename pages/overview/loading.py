"""Loading: the facts and figures of the Overview, computed once per refresh for all viewers."""

from collections.abc import Sequence

from pages.overview.changes import load_changes
from pages.overview.gains import late_periods, load_costs, load_periods, why_unknown
from pages.overview.income import income_kpi, lacking_words, load_incomes
from pages.overview.income import late_periods as late_incomes
from pages.overview.income import why_unknown as why_no_income
from pages.overview.kpis import kpis_of
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


def load_costs_or_none(scene: Scene, facts: Facts) -> Costs:
    """The cost of each holding. Empty while they cannot be read."""
    nothing: Costs = {}
    return scene.once("costs", lambda: load_or(nothing, lambda: load_costs(scene, facts)))


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
    figures = kpis_of(facts, changes, scene.view, scene.at, costs, transits)
    return [*figures, *(figure for figure in (realised, income) if figure is not None)]
