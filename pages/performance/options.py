"""Options of Performance: the basket to compare with, and the risk-free rate. Both are in the URL."""

from dataclasses import dataclass

import streamlit as st

from domain.benchmarks import Basket, parse_basket
from pages.shared.url_choices import tell


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of the viewer. `risk_free` is a yearly rate as a fraction."""

    basket: Basket | None = None
    risk_free: float = 0.0


def show_basket() -> Basket | None:
    """Draw the basket. Show a toast if it cannot be understood."""
    words: str = st.text_input(
        "Compare with a basket", key="basket", bind="query-params", placeholder="60 % BTC, 40 % ETH", width=200,
        max_chars=400,
    )  # fmt: skip
    if not words.strip():
        return None
    try:
        return parse_basket(words)
    except ValueError as error:
        tell(f"The basket is not used: {error}.")
        return None


def show_risk_free() -> float:
    """Draw the risk-free rate in per cent a year."""
    rate: float = st.number_input(
        "Risk-free % a year", -50.0, 100.0, 0.0, 0.25, format="%.2f", key="risk_free", bind="query-params", width=140
    )
    return rate / 100
