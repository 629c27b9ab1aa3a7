"""Income: funding, interest and rebates of today and the last days. Unknown parts are stated."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from domain.income import EARNED, TransferSum, income_of
from domain.sources import SourceKind
from pages.overview.period_kpi import PeriodFigure, kpi_of_periods
from pages.overview.realised import late_words, spans_of
from pages.shared.amounts import past_amount_of
from pages.shared.database import DatabaseUnavailable
from pages.shared.formats import MINUS, UNKNOWN, count_text
from pages.shared.past import load_earned
from pages.shared.scene import Scene
from pages.shared.transfer_words import ALL_OF_A_KIND, unread_words
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

Periods = Mapping[str, Sequence[TransferSum] | None]


def load_incomes(scene: Scene) -> Periods:
    """The transfers of today and of the last days. Empty if no history is read. None for an unknown period."""
    if not any(account.history for account in scene.accounts):
        return {}
    accounts = [account for account in scene.accounts if account.reads_transfers]
    is_known = bool(accounts) and all(scene.progress_of(account).transfers_since is not None for account in accounts)
    periods: dict[str, Sequence[TransferSum] | None] = {}
    for name, since in spans_of(scene.at, scene.view.zone).items():
        try:
            periods[name] = load_earned(scene, since) if is_known else None
        except DatabaseUnavailable:
            periods[name] = None
    return periods


def lacking_words(scene: Scene) -> str:
    """The accounts, and the kinds per exchange, that cannot be read and are in no figure. "" for none."""
    names = [account.name for account in scene.accounts if not account.reads_transfers]
    for account in scene.accounts:
        if unread := [kind for kind in EARNED if kind in account.unread_transfers]:
            names.append(unread_words(account.exchange, unread))
    return f"without {', '.join(dict.fromkeys(names))}" if names else ""


def late_periods(scene: Scene) -> Mapping[str, str]:
    """The periods that begin before the transfers of all accounts are known, with a text for each."""
    since = (scene.progress_of(account).transfers_since for account in scene.accounts if account.reads_transfers)
    return late_words(scene.at, scene.view.zone, since)


def why_unknown(scene: Scene) -> str:
    """Why the income is unknown."""
    if not any(account.reads_transfers for account in scene.accounts):
        return "not readable here"
    states = [light.state for light in scene.lights((SourceKind.TRANSFERS,))]
    failing = next((state.error for state in states if state.error), None)
    return f"transfers: {failing}" if failing else "transfers were not read yet"


def income_kpi(
    periods: Periods,
    view: View,
    why_none: str,
    missing: str,
    late: Mapping[str, str] = MappingProxyType({}),
) -> Kpi | None:
    """Income of today from other sources than trading, with the other periods below. None if there is no period.

    `missing` names the income that is in no figure. `late` names the periods with partial history.
    """
    if not periods:
        return None
    doubts = {name: " · ".join(filter(None, [late.get(name, ""), missing])) for name in periods}
    figures = {name: _period_figure(moved, view, why_none, doubts[name]) for name, moved in periods.items()}
    return kpi_of_periods("Income & transfer fees", figures, view, "transfers")


_MEANS = "Funding, interest, rebates and transfer fees, received less paid. Trade fees are part of the P&L"


def _period_figure(moved: Sequence[TransferSum] | None, view: View, why_none: str, missing: str) -> PeriodFigure:
    if moved is None:
        return PeriodFigure(UNKNOWN, why_none, _MEANS, warns=True)
    income = income_of(moved)
    amounts = income.of(*EARNED)
    unclear = f"{count_text(income.unclear, 'transfer')} of unknown kind" if income.unclear else ""
    if not amounts:
        note = " · ".join(filter(None, [unclear, missing])) or "none"
        # Unreadable kinds may be of any amount. So no known income does not mean zero income.
        value = UNKNOWN if unclear or missing else view.money(0)
        return PeriodFigure(value, note, _MEANS, warns=bool(unclear or missing))
    figure = past_amount_of("Income", income.total(view.currency, *EARNED), view, signed=True)
    kinds = {ALL_OF_A_KIND[kind]: past_amount_of(ALL_OF_A_KIND[kind], income.total(view.currency, kind), view,
                                                 signed=True)
             for kind in EARNED if income.of(kind)}  # fmt: skip
    parts = [f"{name.lower()} {amount_figure.value}" for name, amount_figure in kinds.items()]
    doubts = [figure.note, unclear, missing]
    note = " · ".join(filter(None, [*parts, *doubts]))
    why = ". ".join([_MEANS, *(amount_figure.why for amount_figure in kinds.values())])
    ink = {"+": view.inks.gain, MINUS: view.inks.loss}.get(figure.value[:1], "")
    return PeriodFigure(figure.value, note, why, any(doubts), ink)
