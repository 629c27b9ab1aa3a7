"""Realised: profit of sales and closed positions today and over the last days. Unknown parts are counted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from db.reads.fill_totals import FillTotals
from domain.change import periods_of
from pages.overview.period_kpi import PeriodFigure, kpi_of_periods
from pages.shared.amounts import fees_of, realised_of
from pages.shared.formats import MINUS, UNKNOWN, count_text, moment_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi


def spans_of(at: datetime, zone: ZoneInfo) -> Mapping[str, datetime]:
    """The start of each period that has a profit of its own, the same moments as those of the changes above."""
    periods = periods_of(at, zone)
    return {name: periods[name] for name in ("today", "7 d", "30 d")}


def late_words(at: datetime, zone: ZoneInfo, known_since: Iterable[datetime | None]) -> Mapping[str, str]:
    """For each period that begins before complete history, the first complete moment. Its figures are partial."""
    all_known_since = max((since for since in known_since if since is not None), default=None)
    return {
        name: f"known since {moment_text(all_known_since, zone)}"
        for name, since in spans_of(at, zone).items()
        if all_known_since is not None and all_known_since > since
    }


def realised_kpi(
    periods: Mapping[str, FillTotals | None],
    view: View,
    why_none: str,
    late: Mapping[str, str] = MappingProxyType({}),
) -> Kpi | None:
    """Realised profit of today, with the other periods below. A period of None is unknown, and `why_none` says why.

    `late` names the periods with partial history. None if there is no period, because no fills are read.
    """
    if not periods:
        return None
    figures = {name: _period_figure(totals, view, why_none, late.get(name, "")) for name, totals in periods.items()}
    return kpi_of_periods("Realised P&L", figures, view, "fills")


def _period_figure(totals: FillTotals | None, view: View, why_none: str, late: str) -> PeriodFigure:
    if totals is None:
        return PeriodFigure(UNKNOWN, why_none, "", warns=True)
    if not totals.fills:
        # In a period with partial history, the rest may hold any amount.
        return PeriodFigure(UNKNOWN if late else view.money(0), late or "no fills", "", warns=bool(late))
    realised, fees = realised_of(totals, view), fees_of(totals, view)
    assumed = realised.assumed or fees.assumed
    note = " · ".join(filter(None, [late, realised.note, assumed, "after trade fees", f"trade fees {fees.value}"]))
    why = f"{count_text(totals.fills, 'fill')}. {realised.why}.\n{fees.why}"
    ink = {"+": view.inks.gain, MINUS: view.inks.loss}.get(realised.value[:1], "")
    return PeriodFigure(realised.value, note, why, realised.warns or bool(late), ink)
