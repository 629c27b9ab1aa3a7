"""Theme: the colours of gain and loss, and the one Plotly template for every figure.

Figures are transparent. Their colours are legible on light and dark backgrounds, so one figure serves both and can be
cached for every viewer. Streamlit's own colours are in .streamlit/config.toml, those of our HTML in
pages/components/sheet/page.css, those of curves and candles in pages/components/chart/chart.css.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif"

INK = "#7c8899"  # text and axes of figures
GRID = "rgba(124, 136, 153, 0.16)"
AXIS = "rgba(124, 136, 153, 0.35)"
NEUTRAL_FILL = "#4a5568"


class GainColours(StrEnum):
    """The colours for gain and loss. Arrows and signs show the direction too."""

    USUAL = "usual"  # green up, red down
    SWAPPED = "swapped"  # red up, green down, as in East Asia
    BLUE_ORANGE = "blue_orange"  # safe for the colour-blind


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of gain and loss. Those of texts are CSS, with a contrast of at least 4.5 : 1 on each background.

    Those of bars and figures are one colour each, because Plotly knows no light-dark(). Fills carry white text.
    """

    gain: str
    loss: str
    gain_bar: str
    loss_bar: str
    gain_fill: str
    loss_fill: str


_GREEN = ("light-dark(#0b7a55, #2fbf8a)", "#16a37b", "#0b7a55")
_RED = ("light-dark(#c0303c, #f0777e)", "#e5525c", "#b3303b")
_BLUE = ("light-dark(#1f63c4, #6fa8ff)", "#2f86e0", "#1f63c4")
_ORANGE = ("light-dark(#a05200, #f0a24a)", "#dd7a12", "#a05200")


def _inks(gain: tuple[str, str, str], loss: tuple[str, str, str]) -> Inks:
    return Inks(gain[0], loss[0], gain[1], loss[1], gain[2], loss[2])


_INKS: Mapping[GainColours, Inks] = {
    GainColours.USUAL: _inks(_GREEN, _RED),
    GainColours.SWAPPED: _inks(_RED, _GREEN),
    GainColours.BLUE_ORANGE: _inks(_BLUE, _ORANGE),
}


def inks_of(gains: GainColours) -> Inks:
    """The colours of gain and loss for a setting."""
    return _INKS[gains]


@cache
def template() -> Mapping[str, Any]:
    """The Plotly template of every figure, as the browser gets it."""
    axis = {
        "gridcolor": GRID,
        "linecolor": AXIS,
        "zerolinecolor": AXIS,
        "tickfont": {"color": INK, "size": 11},
        "title": {"font": {"color": INK, "size": 11}},
        "automargin": True,
        "ticks": "",
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 12, "color": INK},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hovermode": "x unified",
            "hoverlabel": {
                "bgcolor": "#1b2431",
                "bordercolor": "#33415a",
                "font": {"color": "#e6ecf5", "size": 12, "family": FONT},
            },
            "xaxis": {**axis, "showgrid": False, "showspikes": False},
            "yaxis": {**axis, "side": "right", "zeroline": False},
            "dragmode": False,
            "uirevision": "kept",
            "separators": ".,",
        }
    }
