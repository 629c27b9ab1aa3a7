"""Sums: lines that add up to their total on screen, with all the digits that their currency has."""

from decimal import Decimal

from domain.money import is_money
from pages.shared.formats import UNKNOWN, masked, number_text, with_symbol

_CENTS, _COIN_DIGITS = 2, 8


def rounded_as_shown(amount: Decimal, currency: str) -> Decimal:
    """An amount as `sum_text` shows it: to the cent, or to eight digits of a coin."""
    return round(amount, _CENTS if is_money(currency) else _COIN_DIGITS)


def sum_text(amount: Decimal | None, currency: str, *, hidden: bool = False) -> str:
    """A signed amount of a sum. It keeps its cents however large it is, so that the reader can follow the sum."""
    if amount is None:
        return UNKNOWN
    shown = rounded_as_shown(amount, currency)
    decimals = 0 if not shown else _CENTS if is_money(currency) else _COIN_DIGITS
    return with_symbol(masked(number_text(shown, signed=True, decimals=decimals), hidden), currency)
