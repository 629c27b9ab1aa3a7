"""Holdings: the list of what is held, with its filters and its export."""

from collections.abc import Sequence

from domain.holdings import Holding
from domain.sources import SourceKind
from pages.components.download.download import draw_download
from pages.components.sheet.sheet import box
from pages.components.table.model import payload_of
from pages.components.table.table import draw_table
from pages.live.newest import of_newest
from pages.live.recording import live_data, live_html, live_shape
from pages.overview.attention import LOSING, WITHOUT_STOP, filtered
from pages.overview.holdings_csv import holdings_csv
from pages.overview.holdings_table import asset_of_row, holdings_table
from pages.overview.loading import load_facts, load_known_costs
from pages.overview.parts import holdings_heading_html
from pages.overview.tables import Costs, Weeks
from pages.overview.targets import HOLDINGS
from pages.overview.view import shown
from pages.overview.weeks import load_weeks
from pages.shared.data_warnings import sentence
from pages.shared.loaders import cached
from pages.shared.navigation import lead_to, put_in_url
from pages.shared.past import fingerprint
from pages.shared.scene import Scene
from pages.shared.states import remedy_of
from pages.shared.url_controls import show_buttons
from pages.shared.view import View
from pages.shared.widgets import empty_html, failed_html
from pages.shared.widgets_html import state_html

FILTER = "holdings"
ALL = "All"


def show_holdings(scene: Scene) -> None:
    """Draw the filters and the list."""
    facts = load_facts(scene)
    live_shape("holdings_state", scene, _holdings_state)
    chosen = ALL
    with box(""):
        with box(HOLDINGS, "row"):
            live_html("holdings_heading", scene, holdings_heading_html)
            if facts.balances_known and facts.holdings:
                chosen = show_buttons(
                    "holdings_filter", FILTER, "Holdings", [ALL, WITHOUT_STOP, LOSING], ALL, is_label_shown=False
                )
                live_html("small_balances", scene, _hidden_html)
                _show_csv(scene)
        if not facts.balances_known:
            live_html("unseen_balances", scene, _unseen_html)
        elif not facts.holdings:
            live_html("no_holdings", scene, _no_holdings_html)
        else:
            _show_list(scene, chosen)


def _holdings_state(scene: Scene) -> str:
    facts = load_facts(scene)
    if not facts.balances_known:
        return "unseen"
    return "listed" if facts.holdings else "empty"


def _no_holdings_html(scene: Scene) -> str:
    return empty_html("No holdings", scene.taken_at, scene.view)


def _show_list(scene: Scene, chosen: str) -> None:
    live_shape("holdings_match", scene, _match_state, chosen)
    if not _listed(scene, chosen):
        live_html("no_match", scene, _no_match_html, chosen)
        return
    draw_table(live_data("holdings_list", scene, holdings_payload, chosen), "holdings_list", _open_coin)


_EMPTY = {WITHOUT_STOP: "No coin is without a stop.", LOSING: "No coin is below its cost."}


def _match_state(scene: Scene, chosen: str) -> str:
    return "matches" if _listed(scene, chosen) else "none"


def _no_match_html(scene: Scene, chosen: str) -> str:
    return empty_html("No holdings", scene.taken_at, scene.view, _EMPTY.get(chosen, "Small balances are hidden."))


def _listed(scene: Scene, chosen: str) -> Sequence[Holding]:
    """The holdings that the filter and the choice about small balances leave."""
    facts, view = load_facts(scene), scene.view
    held = shown(facts.holdings, view.currency, view.hide_small)
    if chosen != LOSING:
        return filtered(held, (), chosen)
    costs = load_known_costs(scene, facts)
    losing = [key for key, basis in costs.items() if basis.unrealised is not None and basis.unrealised < 0]
    return filtered(held, losing, chosen)


def show_filter(name: str) -> None:
    """Choose a filter. For callbacks of links that lead here."""
    put_in_url(FILTER, [name] if name != ALL else [])


def holdings_payload(scene: Scene, chosen: str) -> bytes:
    """The table of the holdings that a filter leaves."""
    view, facts = scene.view, load_facts(scene)
    costs, listed = load_known_costs(scene, facts), _listed(scene, chosen)
    weeks, several = load_weeks(scene, facts), len(scene.accounts) > 1
    # While costs cannot be read, the holdings are shown without them. Such a table must not be cached.
    # Older candles of a coin may arrive after its newest. A hash is quicker to look up than hundreds of prices.
    curves = hash(tuple(sorted(weeks.items())))
    key = (fingerprint(scene), hash(view), several, chosen, bool(costs), curves)
    return cached(_make_payload, key, listed, costs, weeks, view, several)


def _make_payload(listed: Sequence[Holding], costs: Costs, weeks: Weeks, view: View, several: bool) -> bytes:
    return payload_of(holdings_table(listed, costs, weeks, view, several=several))


def _open_coin(row: str) -> None:
    lead_to("coin", {"coin": asset_of_row(row)})


def _unseen_html(scene: Scene) -> str:
    """Why balances were never seen: no refresh so far, or the balances failed."""
    states = [light.state for light in scene.lights([SourceKind.BALANCES]) if light.state.as_of is None]
    failing = next((state for state in states if state.error is not None), None)
    if failing is None:
        return state_html("never", "Balances: not seen yet", "It appears with the first refresh.")
    words = f"{sentence(failing.error or '')} {remedy_of(failing, scene.is_now)}"
    return failed_html("Balances could not be loaded", words, failing.failing_since, scene.view)


def _hidden_html(scene: Scene) -> str:
    """The number of small balances that are hidden. "" if none is."""
    facts, view = load_facts(scene), scene.view
    hidden = len(facts.holdings) - len(shown(facts.holdings, view.currency, view.hide_small))
    words = f"{hidden} small balance{'' if hidden == 1 else 's'} hidden"
    return f'<span class="sf-note">{words}</span>' if hidden else ""


def _show_csv(scene: Scene) -> None:
    is_hidden = scene.view.hide_amounts
    hint = "Amounts are hidden" if is_hidden else "All holdings at full precision"
    name = f"holdings-{scene.at:%Y%m%dT%H%M%SZ}.csv"
    draw_download(of_newest(scene, _csv), name, "holdings_csv", hint, is_enabled=not is_hidden)


def _csv(scene: Scene) -> str:
    facts = load_facts(scene)
    return holdings_csv(facts.holdings, load_known_costs(scene, facts), scene.view.currency)
