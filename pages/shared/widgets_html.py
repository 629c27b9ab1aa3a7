"""HTML of widgets: figures and changes as trusted HTML. Pure, for tests and caching."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from pages.shared.formats import MINUS, NOT_KNOWN, UNKNOWN, age_text

_LONGEST = 12  # characters of a figure in large type. A sum in BTC has more
_MOST_COLUMNS = {"many": 7, "some": 6, "few": 3}  # by the width of the window, see page.css


@dataclass(frozen=True, slots=True)
class Target:
    """The page behind a figure: as `chosen` of a lead within the page, and as the address for another tab."""

    chosen: str
    link: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure with its name. `note` is shown below it, `why` on hover, also for an unknown figure.

    With a `target` the figure leads to the page that explains it.
    """

    label: str
    value: str
    note: str = ""
    why: str = ""
    warns: bool = False
    wide: bool = False
    extra: str = ""  # trusted HTML below the note: changes
    aside: str = ""  # trusted HTML beside the label: what comes and goes, and moves nothing there
    target: Target | None = None


def kpi_html(kpi: Kpi) -> str:
    """One cell of the grid of figures."""
    title = f' title="{escape(kpi.why)}"' if kpi.why else ""
    note = f'<div class="note{" warn" if kpi.warns else ""}">{_unbroken(kpi.note)}</div>' if kpi.note else ""
    kind = " wide" if kpi.wide else " long" if len(kpi.value) > _LONGEST else ""
    return (
        f'<div class="sf-kpi{kind}"{title}><div class="label">{escape(kpi.label)}{kpi.aside}</div>'
        f'<div class="value">{escape(kpi.value)}</div>{note}{_lead_html(kpi.label, kpi.target)}{kpi.extra}</div>'
    )


def _lead_html(name: str, target: Target | None) -> str:
    """The link of a figure. "" if it leads nowhere."""
    return "" if target is None else lead_html(f"{name}: explained", target)


def lead_html(words: str, target: Target) -> str:
    """A link that the style sheet spreads over what it stands in. `words` are for screen readers."""
    address, chosen = escape(target.link), escape(target.chosen)
    return f'<a class="sf-lead" href="{address}" data-lead="{chosen}" aria-label="{escape(words)}"></a>'


def kpis_html(kpis: Iterable[Kpi]) -> str:
    """A grid of figures that wraps on narrow screens, with none alone in a row."""
    cells = [kpi_html(kpi) for kpi in kpis]
    return f'<div class="sf-kpis" style="{columns_style(len(cells))}">{"".join(cells)}</div>'


def columns_style(cells: int) -> str:
    """The number of columns of a grid of figures, for each width of the style sheets."""
    return "; ".join(f"--{width}: {columns_of(cells, most)}" for width, most in _MOST_COLUMNS.items())


def columns_of(cells: int, most: int) -> int:
    """The columns of a grid: one row if all fit, else as many rows as needed, of like length.

    No cell is alone in the last row, except where every number from two to `most` leaves one. It then fills its row.
    """
    if cells <= most:
        return max(cells, 1)
    rows = -(-cells // most)
    even = -(-cells // rows)
    choices = (even, *range(most, 1, -1))
    return next((columns for columns in choices if cells % columns != 1), even)


def band_html(kind: str, trusted: str, hover: str = "") -> str:
    """A band of one of the kinds past, outage, failed, carried."""
    title = f' title="{escape(hover)}"' if hover else ""
    return f'<div class="sf-band {kind}" role="status"{title}><span>{trusted}</span></div>'


def docked_html(kind: str, trusted: str, hover: str = "", age: str = "") -> str:
    """A band of the dock at the foot of the window. A phone shows two lines of it, and all of them on a tap."""
    title = f' title="{escape(hover)}"' if hover else ""
    aside = f'<span class="age">{age}</span>' if age else ""
    return (
        f'<div class="sf-band {kind}" role="status"{title}>'
        f"<details><summary><span>{trusted}</span></summary></details>{aside}</div>"
    )


def state_html(kind: str, title: str, hint: str, hover: str = "") -> str:
    """The place of data that is empty, failed or was never loaded. All texts are plain."""
    attribute = f' title="{escape(hover)}"' if hover else ""
    return f'<div class="sf-empty {kind}"{attribute}><b>{escape(title)}</b>{escape(hint)}</div>'


def heading_html(title: str, note: str = "") -> str:
    """The heading of a section with its note."""
    aside = f' <span class="sf-note">{escape(note)}</span>' if note else ""
    return f'<div class="sf-section"><h2>{escape(title)}</h2>{aside}</div>'


def age_html(as_of: datetime, at: datetime, is_now: bool) -> str:
    """An age in words. The browser counts it on if the page shows the present."""
    words = age_text(at - as_of)
    return f'<time data-since="{as_of.timestamp() * 1000:.0f}">{words}</time>' if is_now else words


def _unbroken(note: str) -> str:
    """A note that breaks only between its parts if one has a minus sign.

    Browsers would separate the sign from its figure.
    """
    parts = [escape(text) for text in note.split(" · ")]
    return " · ".join(f"<span>{text}</span>" if MINUS in text else text for text in parts)


def change_html(span: str, percent: str, amount: str, hover: str, ink: str, target: Target | None = None) -> str:
    """One change over a span, in per cent and money. `ink` is its colour, "" for none. It may lead to its own page."""
    colour = f' style="color:{ink}"' if ink else ""
    return (
        f'<span class="sf-change" title="{escape(f"{amount} {hover}")}"><i>{escape(span)}</i>'
        f"<b{colour}>{escape(percent)}</b>{_lead_html(span, target)}</span>"
    )


def period_html(span: str, amount: str, percent: str, hover: str, ink: str, target: Target) -> str:
    """One period of a headline: money and per cent beside each other. It leads to the page that explains it.

    An unknown amount has no percentage either. It is one dash in the place of both.
    """
    colour = f' style="color:{ink}"' if ink else ""
    figures = f"<b{colour}>{escape(amount)}</b><b{colour}>{escape(percent)}</b>"
    title = f"{amount} {hover}"
    if amount == UNKNOWN:
        figures, title = f'<b class="unknown">{NOT_KNOWN}</b>', f"Not known: {hover}"
    return (
        f'<a class="sf-period" href="{escape(target.link)}" data-lead="{escape(target.chosen)}" '
        f'title="{escape(title)}"><i>{escape(span)}</i>{figures}</a>'
    )


def opened_html(title: str, state: str, words: str = "") -> str:
    """The head of a side panel: a row in one line, its state, and a remark."""
    note = f'<p class="sf-note">{escape(words)}</p>' if words else ""
    return f'<div class="sf-opened"><b>{escape(title)}</b><span>{escape(state)}</span></div>{note}'


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Names and texts, one pair per row."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    return f'<dl class="sf-facts">{rows}</dl>'
