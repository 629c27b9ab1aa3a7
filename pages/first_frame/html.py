"""HTML of the first frame: headline, attention, and the first rows of the page. Pure. Every text is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape

from pages.first_frame.words import LATE_WORDS, TITLES
from pages.overview.attention import Attention
from pages.shared.choices import Query, link_to
from pages.shared.formats import UNKNOWN, age_text, moment_text, utc_text
from pages.shared.theme import Inks
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, columns_style

FRAME_ID = "first-frame"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a list. `ink` is a CSS colour, `link` an address, "" for none."""

    text: str
    ink: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first rows of a list. `columns` are headings. The first column holds names, the others figures."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    more: int = 0  # rows that the frame does not show
    empty: str = ""  # shown without any row
    desk_only: frozenset[str] = frozenset()  # columns that a phone has no room for
    phone_only: frozenset[str] = frozenset()  # columns of cards
    look: str = ""  # a class of the style sheet
    card: Mapping[str, str] = field(default_factory=dict)  # the places of columns in the card of a phone


@dataclass(frozen=True, slots=True)
class Age:
    """How old the figures are. `late_in` and `stale_in` say when that becomes late and stale, if no refresh comes."""

    word: str
    as_of: datetime | None
    age: timedelta | None
    late_in: timedelta | None = None
    stale_in: timedelta | None = None
    level: str = ""  # "", "late" or "failing"


def frame_html(path: str, view: View, query: Query, age: Age, body: str, is_admin: bool, is_demo: bool) -> str:
    """The frame around a body. It lies over the page until the page is drawn."""
    title = TITLES[path]
    demo = '<span class="demo">DEMO</span>' if is_demo else ""
    past = ""
    if view.as_of is not None:
        moment = escape(moment_text(view.as_of, view.zone))
        now = escape(link_to(path, {name: values for name, values in query.items() if name != "as_of"}))
        past = (
            f'<p class="past"><b>As of {moment}.</b> You are looking at the past. <a href="{now}">Back to now</a></p>'
        )
    return (
        f'<main id="{FRAME_ID}" aria-label="Last recorded figures"><div class="bar"><b>Stillframe</b>{demo}'
        f"<nav>{_links(path, query, is_admin)}{_MORE}</nav>{_age_html(age, view)}</div>"
        f'<h1>{title}: last recorded figures</h1>{past}{body}<p class="late-page">{LATE_WORDS}</p></main>'
    )


def _links(path: str, query: Query, is_admin: bool) -> str:
    return "".join(
        f'<a href="{escape(link_to(to, query))}"{_CURRENT if to == path else ""}>{name}</a>'
        for to, name in TITLES.items()
        if is_admin or to != "/status"
    )


_CURRENT = ' aria-current="page"'
# On a phone, where the page has its menu.
_MORE = '<span class="more">More</span>'


def _age_html(age: Age, view: View) -> str:
    """The freshness of the figures. The script of the frame counts on from `data-age`, in seconds."""
    if age.as_of is None or age.age is None:
        return f'<span class="age {age.level}">{escape(age.word)}</span>'
    moment = moment_text(age.as_of, view.zone, age.as_of + age.age)
    if view.as_of is not None:
        return f'<span class="age">{escape(moment)}</span>'
    seconds = "".join(
        f' data-{name}="{span.total_seconds():.1f}"'
        for name, span in (("age", age.age), ("late", age.late_in), ("stale", age.stale_in))
        if span is not None
    )
    return (
        f'<span class="age {age.level}"{seconds} title="{escape(utc_text(age.as_of))}"><i>{escape(age.word)}</i> · '
        f"<b>{escape(age_text(age.age))}</b> old, {escape(moment)}</span>"
    )


def attention_html(lines: Iterable[Attention], query: Query, is_admin: bool) -> str:
    """The list of what needs attention, "" without any. Only administrators may follow links to Status."""
    items = []
    for line in lines:
        address = "" if line.path == "status" and not is_admin else escape(_address_of(line, query))
        text = escape(line.words)
        items.append(f"<li{_WARNS if line.warns else ''}>" + (f'<a href="{address}">{text}</a>' if address else text))
    listed = "</li>".join([*items, ""])
    return f'<section aria-label="Needs attention"><ul class="concerns">{listed}</ul></section>' if items else ""


def signals_html(lines: Iterable[Attention], query: Query) -> str:
    """The line of alerts and signals above the figures, "" while nothing fires."""
    items = []
    for line in lines:
        texts = [("words", line.words), ("tail", line.tail), ("short", line.short)]
        inner = " ".join(f'<b class="{name}">{escape(text)}</b>' for name, text in texts if text)
        names = " ".join(name for name, is_so in (("warns", line.warns), ("roomy", line.is_wide)) if is_so)
        items.append(f'<a class="{names}" href="{escape(_address_of(line, query))}">{inner}</a>')
    return f'<section class="signals" aria-label="Alerts and signals">{"".join(items)}</section>' if items else ""


def _address_of(line: Attention, query: Query) -> str:
    if line.shown:
        return link_to("/", query, holdings=line.shown)
    return link_to(f"/{line.path}", query, **dict(line.choices))


_WARNS = ' class="warns"'


def headline_html(kpi: Kpi, *, is_plain: bool = False) -> str:
    """The figure that stands first. A plain one has no frame, and room for the curve."""
    doubt = f'<p class="note{" warn" if kpi.warns else ""}">{escape(kpi.note)}</p>' if kpi.note else ""
    look = "headline plain" if is_plain else "headline"
    return (
        f'<section class="{look}"><p class="label">{escape(kpi.label)}{kpi.aside}</p>'
        f'<p class="figure">{escape(kpi.value)}</p>{doubt}{kpi.extra}</section>'
    )


def note_html(words: str, warns: bool) -> str:
    """A line below the lists."""
    return f'<p class="note below{" warn" if warns else ""}">{escape(words)}</p>'


def tabs_html(tabs: Iterable[tuple[str, str, bool]]) -> str:
    """Links to the lists of a page: their text, address, and whether this one is shown."""
    links = (
        f'<a href="{escape(address)}"{_CURRENT if is_shown else ""}>{escape(text)}</a>'
        for text, address, is_shown in tabs
    )
    return f'<p class="tabs">{"".join(links)}</p>'


def figures_html(figures: Iterable[Kpi]) -> str:
    """Several figures beside each other, in the columns of the page."""
    cards = [headline_html(kpi) for kpi in figures]
    return f'<div class="figures" style="{columns_style(len(cards))}">{"".join(cards)}</div>'


def rows_html(listed: FirstRows) -> str:
    """A list as a table that needs no script."""
    if not listed.rows:
        return f'<section><p class="empty">{escape(listed.empty)}</p></section>' if listed.empty else ""
    looks = [_look_of(name, listed) for name in listed.columns]
    named = zip(listed.columns, looks, strict=True)
    heads = "".join(f'<th scope="col"{look}>{escape(name)}</th>' for name, look in named)
    lines = "".join(f"<tr>{''.join(map(_cell_html, row, looks))}</tr>" for row in listed.rows)
    title, look = escape(listed.title), f"{listed.look}{' cards' if listed.card else ''}"
    more = f'<p class="note">{listed.more:,} more follow with the live page</p>' if listed.more else ""
    return (
        f'<section class="{look}" aria-label="{title}"><p class="label">{title}</p>'
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>{more}</section>"
    )


def _look_of(name: str, listed: FirstRows) -> str:
    """The classes of a column."""
    widths = {"desk": listed.desk_only, "phone": listed.phone_only}
    classes = [*filter(None, [listed.card.get(name)]), *(width for width, names in widths.items() if name in names)]
    return f' class="{" ".join(classes)}"' if classes else ""


def _cell_html(cell: Cell, look: str) -> str:
    colour = f' style="color:{escape(cell.ink)}"' if cell.ink else ""
    text = escape(cell.text or UNKNOWN)
    return f"<td{look}{colour}>" + (f'<a href="{escape(cell.link)}">{text}</a>' if cell.link else text) + "</td>"


def ink_of(text: str, inks: Inks) -> str:
    """The colour of a change as a text, "" if it is neither gain nor loss."""
    return inks.gain if text[:1] == "▲" else inks.loss if text[:1] == "▼" else ""
