"""List filters: the period and the filters of a long list. They are in the URL, and a change shows the first page."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pages.components.controls.controls import OnChoose
from pages.components.controls.model import Control, Kind, options_of
from pages.shared.paging import TURNS
from pages.shared.period import Period, Span, span_of
from pages.shared.scene import Scene
from pages.shared.url_choices import day_of_url, drop_days, rewrite_url, url_values
from pages.shared.url_controls import url_choice

DAYS = ("from", "to")
CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """The period of the viewer. `first` and `last` are the days of a custom one, in the viewer's zone."""

    period: Period = Period.MONTH
    first: date | None = None
    last: date | None = None

    def span(self, scene: Scene) -> Span:
        """The time range that ends at the moment shown."""
        return span_of(self.period, scene.at, scene.view.zone, self.first, self.last)


def period_of_url() -> PeriodChoice:
    """The period that the address names. Invalid choices are dropped, and a toast tells of them."""
    period = url_choice("period", list(Period), Period.MONTH)
    if period is not Period.CUSTOM:
        drop_days(*DAYS)
        return PeriodChoice(period)
    return PeriodChoice(period, *map(day_of_url, DAYS))


def period_controls(choice: PeriodChoice) -> list[Control]:
    """The period, and the two days of a custom one."""
    controls = [Control("period", "Period", Kind.SELECT, options_of(Period), [choice.period])]
    if choice.period is Period.CUSTOM:
        days = zip(DAYS, ("From", "To, included"), (choice.first, choice.last), strict=True)
        controls += [Control(name, label, Kind.DAY, chosen=[str(day or "")]) for name, label, day in days]
    return controls


def choose_in_list(names: Collection[str]) -> OnChoose:
    """A callback that writes a choice of period and filters to the address. `names` are those of the filters.

    Then the list shows its newest rows again. "clear" takes all filters and the period away.
    """

    def choose(name: str, values: Sequence[str]) -> None:
        chosen = [value for value in values if value]
        if name == CLEAR:
            rewrite_url({*names, *DAYS, *TURNS}, {"period": str(Period.ALL)})
        elif name == "period":
            rewrite_url({name, *DAYS, *TURNS}, {} if chosen == [Period.MONTH] else {name: chosen})
        elif name in (*names, *DAYS):
            rewrite_url({name, *TURNS}, {name: chosen} if chosen else {})

    return choose


def clear_control(*, is_narrow: bool) -> list[Control]:
    """The button that clears all filters, if any is set."""
    button = Control(CLEAR, "Filters", Kind.ACTIONS, [(CLEAR, "Clear filters")], is_label_shown=False)
    return [button] if is_narrow else []


def choice_of_many(label: str, name: str, options: Iterable[str], hint: str) -> Control:
    """A choice of any number of options. `hint` is shown while none is chosen."""
    return Control(name, label, Kind.MANY, options_of(options), url_values(name), hint)


def choice_of_one(label: str, name: str, options: Iterable[str], none: str) -> Control:
    """A choice of one option or of none, which `none` names."""
    return Control(name, label, Kind.SELECT, [("", none), *options_of(options)], url_values(name)[-1:])
