"""HTML of widgets: figures, changes, sparklines and bars as trusted HTML. Pure, for tests and caching."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pages.shared.formats import MINUS


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure with its name. `note` is shown below it, `why` on hover, also for an unknown figure."""

    label: str
    value: str
    note: str = ""
    why: str = ""
    warns: bool = False
    wide: bool = False
    extra: str = ""  # trusted HTML below the note: changes, a sparkline


def kpi_html(kpi: Kpi) -> str:
    """One cell of the grid of figures."""
    title = f' title="{escape(kpi.why)}"' if kpi.why else ""
    note = f'<div class="note{" warn" if kpi.warns else ""}">{_unbroken(kpi.note)}</div>' if kpi.note else ""
    return (
        f'<div class="sf-kpi{" wide" if kpi.wide else ""}"{title}><div class="label">{escape(kpi.label)}</div>'
        f'<div class="value">{escape(kpi.value)}</div>{note}{kpi.extra}</div>'
    )


def state_html(kind: str, title: str, hint: str, hover: str = "") -> str:
    """The place of data that is empty, failed or was never loaded. All texts are plain."""
    attribute = f' title="{escape(hover)}"' if hover else ""
    return f'<div class="sf-empty {kind}"{attribute}><b>{escape(title)}</b>{escape(hint)}</div>'


def _unbroken(note: str) -> str:
    """A note that breaks only between its parts if one has a minus sign.

    Browsers would separate the sign from its figure.
    """
    parts = [escape(text) for text in note.split(" · ")]
    return " · ".join(f"<span>{text}</span>" if MINUS in text else text for text in parts)


def change_html(span: str, percent: str, amount: str, hover: str, ink: str) -> str:
    """One change over a span, in per cent and money. `ink` is its colour, "" for none."""
    colour = f' style="color:{ink}"' if ink else ""
    return (
        f'<span class="sf-change" title="{escape(f"{amount} {hover}")}"><i>{escape(span)}</i>'
        f"<b{colour}>{escape(percent)}</b></span>"
    )


def sparkline_html(values: Sequence[float], alt: str) -> str:
    """A line without axes over a soft area. "" for fewer than two values.

    It is drawn as clipped boxes, because Streamlit removes SVG.
    """
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    reach = (high - low) or 1.0
    step = 100 / (len(values) - 1)
    points = [(n * step, 92 - (value - low) / reach * 84) for n, value in enumerate(values)]
    above = ",".join(f"{x:.1f}% {y:.1f}%" for x, y in points)
    below = ",".join(f"{x:.1f}% calc({y:.1f}% + 1.6px)" for x, y in reversed(points))
    return (
        f'<div class="sf-spark" role="img" aria-label="{escape(alt)}" title="{escape(alt)}">'
        f'<i class="area" style="clip-path:polygon({above},100% 100%,0% 100%)"></i>'
        f'<i class="line" style="clip-path:polygon({above},{below})"></i></div>'
    )


def bars_html(rows: Sequence[tuple[str, float, str, str]]) -> str:
    """Horizontal bars of (name, share 0 to 1, text, hover). The longest bar fills its track."""
    longest = max((share for _, share, _, _ in rows), default=0.0) or 1.0
    return '<div class="sf-bars">' + "".join(_bar(row, longest) for row in rows) + "</div>"


def _bar(row: tuple[str, float, str, str], longest: float) -> str:
    name, share, text, hover = row
    return (
        f'<div class="sf-bar" title="{escape(hover)}"><span class="name">{escape(name)}</span>'
        f'<span class="track"><span style="width:{share / longest * 100:.2f}%"></span></span>'
        f'<span class="text">{escape(text)}</span></div>'
    )
