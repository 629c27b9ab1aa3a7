"""Rounding to 8 significant digits, so that rounding errors of a library decide no comparison."""

import numpy as np

from analysis.candle_series import Floats

_SIGNIFICANT_DIGITS = 8


def rounded(values: Floats) -> Floats:
    """Values with 8 significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        exponents = np.floor(np.log10(np.abs(values)))
        scale = np.where(np.isfinite(exponents), 10.0 ** (_SIGNIFICANT_DIGITS - 1 - exponents), 1.0)
        return np.round(values * scale) / scale
