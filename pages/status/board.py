"""Board: the sources of one account as HTML: state, age, share in time, attempts as a strip, and errors.

Pure. Every text from elsewhere is escaped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape

from db.reads.attempts import Slot
from domain.freshness import Freshness
from pages.shared.formats import UNKNOWN, moment_text
from pages.shared.states import FRESHNESS_SIGNS, FRESHNESS_WORDS
from pages.shared.view import View
from pages.status.view import SPANS, SourceRow

SLOTS = 48  # half an hour each, over a day


def board_html(rows: Iterable[SourceRow], view: View, hidden: Iterable[str] = ()) -> str:
    """The board of one account: one line per source, with its error below it.

    `hidden` names sources that may have data but cannot be read.
    """
    rows = tuple(rows)
    shared = shared_troubles(rows)
    lines = (
        *(_shared(trouble, names) for trouble, names in shared.items()),
        *(_row(replace(row, trouble="") if row.trouble in shared else row, view) for row in rows),
        *map(_hidden, hidden),
    )
    return f'<div class="sf-board" role="table">{_head()}{"".join(lines)}</div>'


def shared_troubles(rows: Iterable[SourceRow]) -> Mapping[str, Sequence[str]]:
    """Errors that several sources share, with the names of the sources. Each error is shown once."""
    by_trouble: dict[str, list[str]] = {}
    for row in rows:
        if row.trouble:
            by_trouble.setdefault(row.trouble, []).append(row.name)
    return {trouble: names for trouble, names in by_trouble.items() if len(names) > 1}


def _shared(trouble: str, names: Sequence[str]) -> str:
    named = ", ".join((names[0], *(name[0].lower() + name[1:] for name in names[1:])))
    return f'<div class="row" role="row">{_trouble(f"<b>{escape(named)}</b><br>{escape(trouble)}")}</div>'


def _hidden(name: str) -> str:
    words = (
        f"{escape(name)}: not readable here. Stillframe does not show them, and calls no holding unprotected because "
        "of that. Check them at the exchange."
    )
    return (
        f'<div class="row hidden" role="row"><span role="rowheader"><b>{escape(name)}</b></span>'
        f'<span class="state" role="cell">not readable here</span>{_trouble(words)}</div>'
    )


def _trouble(html: str) -> str:
    return f'<p class="trouble" role="cell">{html}</p>'


def _head() -> str:
    spans = "".join(f'<span class="share" role="columnheader">{span}</span>' for span in SPANS)
    return (
        '<div class="row head" role="row"><span role="columnheader">Source</span><span role="columnheader">State</span>'
        '<span role="columnheader">Last success</span><span role="columnheader">Attempts, last 24 h</span>'
        f"{spans}</div>"
    )


def _row(row: SourceRow, view: View) -> str:
    shares = "".join(
        f'<span class="share" role="cell" data-span="{span}" title="{_share_hover(row, span, share)}">'
        f"{escape(share)}</span>"
        for span, share in row.on_time.items()
    )
    notes = (row.trouble, *row.notes) if row.trouble else row.notes
    troubles = "".join(_trouble(escape(note)) for note in notes)
    seen = f"{escape(row.age)}<i>{escape(row.seen)}</i>"
    return (
        f'<div class="row {row.freshness}" role="row"><span role="rowheader"><b>{escape(row.name)}</b></span>'
        f'{_state(row.freshness)}<span class="seen" role="cell" title="{escape(row.seen_utc)}">{seen}</span>'
        f"{_attempts(row, view)}{shares}{troubles}</div>"
    )


def _share_hover(row: SourceRow, span: str, share: str) -> str:
    """The meaning of a share, or the reason why there is none."""
    if share != UNKNOWN:
        return f"On time over the last {span}"
    return "Not counted: read by a separate job" if row.pace else "Unknown: no attempt by then"


def _attempts(row: SourceRow, view: View) -> str:
    if row.pace:
        return f'<span class="strip unknown" role="cell">{escape(row.pace)}</span>'
    return strip_html(row.slots, view)


def _state(freshness: Freshness) -> str:
    return f'<span class="state" role="cell"><i>{FRESHNESS_SIGNS[freshness]}</i> {FRESHNESS_WORDS[freshness]}</span>'


def strip_html(slots: Sequence[Slot] | None, view: View) -> str:
    """Attempts as one small picture, a stroke per time slot: succeeded, partly failed, failed, or none."""
    if slots is None:
        return '<span class="strip unknown" role="cell">not readable just now</span>'
    attempts = sum(slot.succeeded + slot.failed for slot in slots)
    failed = sum(slot.failed for slot in slots)
    words = f"{attempts:,} attempt{'' if attempts == 1 else 's'}, {failed:,} failed"
    strokes = "".join(_stroke(slot, view) for slot in slots)
    picture = f'<s role="img" aria-label="{words}">{strokes}</s>'
    return f'<span class="strip" role="cell">{picture}<i aria-hidden="true">{words}</i></span>'


def _stroke(slot: Slot, view: View) -> str:
    """One time slot. The failed share grows from the bottom, so that height shows it as well as colour."""
    attempts = slot.succeeded + slot.failed
    if not attempts:
        return "<u></u>"
    bad = 0 if not slot.failed else max(round(100 * slot.failed / attempts), 25)
    hover = escape(f"{moment_text(slot.start, view.zone)}: {slot.succeeded} succeeded, {slot.failed} failed")
    if not bad:
        return f'<u class="good" title="{hover}"></u>'
    return f'<u class="good" title="{hover}"><b style="height:{bad}%"></b></u>'
