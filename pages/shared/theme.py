"""Theme: the colours of gain and loss.

Streamlit's own colours are in .streamlit/config.toml, those of our HTML in pages/components/sheet/page.css, those of
curves and candles in pages/components/chart/chart.css.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class GainColours(StrEnum):
    """The colours for gain and loss. Arrows and signs show the direction too."""

    USUAL = "usual"  # green up, red down
    SWAPPED = "swapped"  # red up, green down, as in East Asia
    BLUE_ORANGE = "blue_orange"  # safe for the colour-blind


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of gain and loss. Those of texts are CSS, with a contrast of at least 4.5 : 1 on each background.

    Those of bars are one colour each, legible on both backgrounds.
    """

    gain: str
    loss: str
    gain_bar: str
    loss_bar: str


_GREEN, _RED = ("light-dark(#0b7a55, #2fbf8a)", "#16a37b"), ("light-dark(#c0303c, #f0777e)", "#e5525c")
_BLUE, _ORANGE = ("light-dark(#1f63c4, #6fa8ff)", "#2f86e0"), ("light-dark(#a05200, #f0a24a)", "#dd7a12")
_INKS: Mapping[GainColours, Inks] = {
    GainColours.USUAL: Inks(_GREEN[0], _RED[0], _GREEN[1], _RED[1]),
    GainColours.SWAPPED: Inks(_RED[0], _GREEN[0], _RED[1], _GREEN[1]),
    GainColours.BLUE_ORANGE: Inks(_BLUE[0], _ORANGE[0], _BLUE[1], _ORANGE[1]),
}


def inks_of(gains: GainColours) -> Inks:
    """The colours of gain and loss for a setting."""
    return _INKS[gains]
