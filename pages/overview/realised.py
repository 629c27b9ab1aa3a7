"""Realised: what selling and closing gained today and over the last days, as figures; unknown parts are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.reads.fill_totals import FillTotals
from domain.prices import Rates
from pages.shared.amounts import fees_of, realised_of
from pages.shared.formats import MINUS, UNKNOWN, count_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, change_html

# Spans begin at full steps, so that what was read for one viewer serves the next.
STEP = timedelta(minutes=5)


def spans_of(at: datetime, zone: ZoneInfo) -> Mapping[str, datetime]:
    """Where each period that ends at `at` begins; today begins at midnight where the viewer is."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    stepped = at - timedelta(seconds=at.timestamp() % STEP.total_seconds())
    return {"today": midnight, "7 d": stepped - timedelta(days=7), "30 d": stepped - timedelta(days=30)}


def realised_kpi(periods: Mapping[str, FillTotals | None], rates: Rates, view: View, why_none: str) -> Kpi | None:
    """What was realised today, with the other periods below; of one that is None nothing is known, for `why_none`.

    None where there is no period at all: these accounts' fills are not read.
    """
    if not periods:
        return None
    told = {name: _told(totals, rates, view, why_none) for name, totals in periods.items()}
    today, *others = told
    rows = "".join(
        change_html(name, told[name].value, told[name].note, told[name].why, told[name].ink) for name in others
    )
    return Kpi(
        f"Realised {today}" if view.as_of is None else "Realised that day",
        told[today].value,
        told[today].note,
        why=told[today].why,
        warns=told[today].warns,
        extra=f'<div class="sf-changes">{rows}</div>',
    )


@dataclass(frozen=True, slots=True)
class _Told:
    value: str
    note: str
    why: str
    warns: bool
    ink: str = ""


def _told(totals: FillTotals | None, rates: Rates, view: View, why_none: str) -> _Told:
    if totals is None:
        return _Told(UNKNOWN, why_none, "", warns=True)
    if not totals.fills:
        return _Told(view.money(0), "no fills", "", warns=False)
    gained, fees = realised_of(totals, rates, view), fees_of(totals, rates, view)
    note = (f"{gained.note} · " if gained.note else "") + f"fees {fees.value}"
    why = f"{count_text(totals.fills, 'fill')}. {gained.why}.\n{fees.why}"
    ink = {"+": view.inks.gain, MINUS: view.inks.loss}.get(gained.value[:1], "")
    return _Told(gained.value, note, why, gained.warns, ink)
