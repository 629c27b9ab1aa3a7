"""HTML of widgets: figures and changes as trusted HTML. Pure, for tests and caching."""

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
    extra: str = ""  # trusted HTML below the note: changes


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


def period_html(span: str, amount: str, percent: str, hover: str, ink: str) -> str:
    """One period of a headline: money and per cent beside each other."""
    colour = f' style="color:{ink}"' if ink else ""
    return (
        f'<div class="sf-period" title="{escape(f"{amount} {hover}")}"><i>{escape(span)}</i>'
        f"<b{colour}>{escape(amount)}</b><b{colour}>{escape(percent)}</b></div>"
    )
