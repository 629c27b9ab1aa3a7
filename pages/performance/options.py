"""Options of Performance: the basket to compare with, the risk-free rate, and the waterfall. All are in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from domain.benchmarks import Basket, parse_basket
from pages.components.controls.model import Control, Kind
from pages.shared.url_choices import printable, tell
from pages.shared.url_controls import show_switch

BASKET, RISK_FREE = NAMES = ("basket", "risk_free")
WATERFALL = "waterfall"
_LONGEST_BASKET = 400
_LOWEST, _HIGHEST = -50.0, 100.0  # per cent a year


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of the viewer. `risk_free` is a yearly rate as a fraction."""

    basket: Basket | None = None
    risk_free: float = 0.0


def options_of_url() -> Options:
    """The options that the address names. A toast tells of those that cannot be used."""
    return Options(_basket(), _percent() / 100)


def option_controls(options: Options) -> Sequence[Control]:
    """The field of the basket, as it was written, and that of the rate."""
    basket = printable(st.query_params.get(BASKET, ""))[:_LONGEST_BASKET]
    rate = f"{options.risk_free * 100:.2f}"
    return [
        Control(BASKET, "Compare with a basket", Kind.TEXT, chosen=[basket], hint="60 % BTC, 40 % ETH"),
        Control(RISK_FREE, "Risk-free % a year", Kind.NUMBER, chosen=[rate]),
    ]


def show_waterfall_switch() -> bool:
    """Draw the switch of the waterfall. True if it is open."""
    return show_switch(WATERFALL, "the waterfall")


def _basket() -> Basket | None:
    words = printable(st.query_params.get(BASKET, ""))[:_LONGEST_BASKET]
    if not words.strip():
        return None
    try:
        return parse_basket(words)
    except ValueError as error:
        tell(f"The basket is not used: {error}.")
        return None


def _percent() -> float:
    """The rate of the address, 0 without one. An invalid one is dropped."""
    text = st.query_params.get(RISK_FREE)
    if text is None:
        return 0.0
    try:
        rate = float(text.replace("%", "").replace(",", ".").strip() or 0)
    except ValueError:
        rate = float("nan")
    if not _LOWEST <= rate <= _HIGHEST:
        tell(f"The risk-free rate, {printable(text):.40}, is no number from {_LOWEST:g} to {_HIGHEST:g}: 0 is used.")
        del st.query_params[RISK_FREE]
        return 0.0
    return rate
