"""Holdings: the list of what is held, with its filters and its export."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from domain.holdings import Holding
from domain.sources import SourceKind
from pages.components.table.model import payload_of
from pages.components.table.table import draw_table
from pages.overview.attention import LOSING, WITHOUT_STOP, filtered
from pages.overview.holdings_csv import holdings_csv
from pages.overview.holdings_table import asset_of_row, holdings_table
from pages.overview.tables import Costs, Weeks
from pages.overview.view import Facts, shown
from pages.overview.weeks import load_weeks
from pages.shared.data_warnings import sentence
from pages.shared.loaders import cached
from pages.shared.navigation import lead_to
from pages.shared.past import fingerprint
from pages.shared.scene import Scene
from pages.shared.states import remedy_of
from pages.shared.view import View
from pages.shared.widgets import heading_html, show_empty, show_failed, show_never

FILTER = "holdings"
ALL = "All"


def show_holdings(scene: Scene, facts: Facts, costs: Costs, note: str) -> None:
    """Draw the filters and the list. `note` is shown beside the heading."""
    with st.container(gap="xsmall"):
        position = st.container(horizontal=True, vertical_alignment="center", gap="small", key="holdings_tools")
        position.html(heading_html("Holdings", note), width="stretch")
        if not facts.balances_known:
            _show_unseen(scene)
        elif not facts.holdings:
            show_empty("No holdings", scene.taken_at, scene.view)
        else:
            _show_list(scene, facts, costs, position)


def _show_list(scene: Scene, facts: Facts, costs: Costs, place: DeltaGenerator) -> None:
    view = scene.view
    held = shown(facts.holdings, view.currency, view.hide_small)
    with place:
        chosen = _show_filter()
        _show_foot(scene, facts, costs, len(facts.holdings) - len(held))
    losing = [key for key, basis in costs.items() if basis.unrealised is not None and basis.unrealised < 0]
    listed = filtered(held, losing, chosen)
    if not listed:
        show_empty("No holdings", scene.taken_at, view, _EMPTY.get(chosen, "Small balances are hidden."))
        return
    draw_table(_payload(scene, listed, costs, facts, chosen), "holdings_list", _open_coin)


_EMPTY = {WITHOUT_STOP: "No coin is without a stop.", LOSING: "No coin is below its cost."}


def show_filter(name: str) -> None:
    """Choose a filter. For callbacks of links that lead here."""
    st.session_state[FILTER] = name


def _show_filter() -> str:
    return (
        st.segmented_control(
            "Holdings",
            [ALL, WITHOUT_STOP, LOSING],
            default=ALL,
            key=FILTER,
            bind="query-params",
            label_visibility="collapsed",
            required=True,
        )
        or ALL
    )


def _payload(scene: Scene, listed: Sequence[Holding], costs: Costs, facts: Facts, chosen: str) -> bytes:
    view = scene.view
    weeks, several = load_weeks(scene, facts), len(scene.accounts) > 1
    # While costs cannot be read, the holdings are shown without them. Such a table must not be cached.
    choices = (view.currency, view.hide_small, view.hide_amounts, view.gains, several, chosen)
    newest = tuple(sorted((key, closes[-1]) for key, closes in weeks.items()))
    key = (fingerprint(scene), choices, bool(costs), newest)
    return cached(_make_payload, key, listed, costs, weeks, view, several)


def _make_payload(listed: Sequence[Holding], costs: Costs, weeks: Weeks, view: View, several: bool) -> bytes:
    return payload_of(holdings_table(listed, costs, weeks, view, several=several))


def _open_coin(row: str) -> None:
    lead_to("coin", {"coin": asset_of_row(row)})


def _show_unseen(scene: Scene) -> None:
    """Explain balances that were never seen: no refresh so far, or the balances failed."""
    states = [light.state for light in scene.lights([SourceKind.BALANCES]) if light.state.as_of is None]
    failing = next((state for state in states if state.error is not None), None)
    if failing is None:
        show_never("Balances: not seen yet")
        return
    words = f"{sentence(failing.error or '')} {remedy_of(failing, scene.is_now)}"
    show_failed("Balances could not be loaded", words, failing.failing_since, scene.view)


def _show_foot(scene: Scene, facts: Facts, costs: Costs, hidden: int) -> None:
    if hidden:
        words = f"{hidden} small balance{'' if hidden == 1 else 's'} hidden"
        st.html(f'<span class="sf-note">{words}</span>', width="content")
    st.download_button(
        "CSV",
        lambda: holdings_csv(facts.holdings, costs, scene.view.currency),
        file_name=f"holdings-{scene.at:%Y%m%dT%H%M%SZ}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        disabled=scene.view.hide_amounts,
        help="Amounts are hidden" if scene.view.hide_amounts else "All holdings at full precision",
        on_click="ignore",
        key="holdings_csv",
    )
