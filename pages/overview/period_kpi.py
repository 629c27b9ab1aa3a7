"""Period figures: one figure of the Overview over several periods, today first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from pages.overview.targets import period_target
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, change_html


@dataclass(frozen=True, slots=True)
class PeriodFigure:
    """The texts of one period: value, note, hover, and colour ("" for none)."""

    value: str
    note: str
    why: str
    warns: bool
    ink: str = ""


def kpi_of_periods(name: str, figures: Mapping[str, PeriodFigure], view: View, path: str) -> Kpi:
    """Today's figure with the other periods below it. For a past moment the first is "that day".

    Each leads to its period of the page of that path.
    """
    today, *others = figures
    rows = "".join(
        change_html(period, figure.value, figure.note, figure.why, figure.ink, period_target(path, view, period))
        for period, figure in ((period, figures[period]) for period in others)
    )
    first = figures[today]
    return Kpi(
        f"{name} {today}" if view.as_of is None else f"{name} that day",
        first.value,
        first.note,
        why=first.why,
        warns=first.warns,
        extra=f'<div class="sf-changes">{rows}</div>',
        target=period_target(path, view, today),
    )
