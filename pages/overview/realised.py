"""Realised: what selling and closing gained today and over the last days, as figures; unknown parts are counted."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from db.reads.fill_totals import FillTotals
from domain.prices import Rates
from pages.overview.told import Told, kpi_of_periods
from pages.shared.amounts import fees_of, realised_of
from pages.shared.formats import MINUS, UNKNOWN, count_text, moment_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

# Spans begin at full steps, so that what was read for one viewer serves the next.
STEP = timedelta(minutes=5)


def spans_of(at: datetime, zone: ZoneInfo) -> Mapping[str, datetime]:
    """Where each period that ends at `at` begins; today begins at midnight where the viewer is."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    stepped = at - timedelta(seconds=at.timestamp() % STEP.total_seconds())
    return {"today": midnight, "7 d": stepped - timedelta(days=7), "30 d": stepped - timedelta(days=30)}


def late_words(at: datetime, zone: ZoneInfo, known_since: Iterable[datetime | None]) -> Mapping[str, str]:
    """Of the periods that begin before all of the past is known, since when it is: their figures are of a part."""
    known = max((since for since in known_since if since is not None), default=None)
    return {
        name: f"known since {moment_text(known, zone)}"
        for name, since in spans_of(at, zone).items()
        if known is not None and known > since
    }


def realised_kpi(
    periods: Mapping[str, FillTotals | None],
    rates: Rates,
    view: View,
    why_none: str,
    late: Mapping[str, str] = MappingProxyType({}),
) -> Kpi | None:
    """What was realised today, with the other periods below; of one that is None nothing is known, for `why_none`.

    `late` says of which periods only a part is known. None where there is no period at all: these accounts' fills are
    not read.
    """
    if not periods:
        return None
    told = {name: _told(totals, rates, view, why_none, late.get(name, "")) for name, totals in periods.items()}
    return kpi_of_periods("Realised", told, view)


def _told(totals: FillTotals | None, rates: Rates, view: View, why_none: str, late: str) -> Told:
    if totals is None:
        return Told(UNKNOWN, why_none, "", warns=True)
    if not totals.fills:
        # Of a period that is known in part only, the rest may have held anything (Lesson 13).
        return Told(UNKNOWN if late else view.money(0), late or "no fills", "", warns=bool(late))
    realised, fees = realised_of(totals, rates, view), fees_of(totals, rates, view)
    note = " · ".join(filter(None, [late, realised.note, f"fees {fees.value}"]))
    why = f"{count_text(totals.fills, 'fill')}. {realised.why}.\n{fees.why}"
    ink = {"+": view.inks.gain, MINUS: view.inks.loss}.get(realised.value[:1], "")
    return Told(realised.value, note, why, realised.warns or bool(late), ink)
