"""Sums: lines that add up to their total on screen, with all the digits that their currency has."""

from collections.abc import Sequence
from decimal import Decimal, localcontext

from domain.lots import EXACT
from domain.money import is_money
from pages.shared.formats import UNKNOWN, masked, number_text, with_symbol

ROUNDING = "Rounding"
_CENTS, _COIN_DIGITS = 2, 8
_LARGEST = Decimal("1e15")  # beyond it no cents are shown, and a context of 28 digits could not round to them

# A line of a sum: its name and its amount.
SumLine = tuple[str, Decimal]


def rounded_as_shown(amount: Decimal, currency: str) -> Decimal:
    """An amount as `sum_text` shows it: to the cent, or to eight digits of a coin."""
    return round(amount, _digits(currency)) if abs(amount) < _LARGEST else amount


def with_rounding(lines: Sequence[SumLine], currency: str) -> Sequence[SumLine]:
    """The lines as they are shown, and a line of their rounding if they do not add up to the shown total.

    1.004 + 1.004 = 2.008    shown 1.00 + 1.00 + rounding 0.01 = 2.01
    """
    shown = [(name, rounded_as_shown(amount, currency)) for name, amount in lines]
    with localcontext(EXACT):
        total = rounded_as_shown(sum((amount for _, amount in lines), Decimal(0)), currency)
        rounding = total - sum((amount for _, amount in shown), Decimal(0))
    return [*shown, (ROUNDING, rounding)] if rounding else shown


def sum_text(amount: Decimal | None, currency: str, *, hidden: bool = False) -> str:
    """A signed amount of a sum. It keeps its cents however large it is, so that the reader can follow the sum."""
    return with_symbol(sum_amount_text(amount, currency, hidden=hidden), currency)


def sum_amount_text(amount: Decimal | None, currency: str, *, hidden: bool = False) -> str:
    """The same without its currency, for a column that names it."""
    if amount is None:
        return UNKNOWN
    shown = rounded_as_shown(amount, currency)
    return masked(number_text(shown, signed=True, decimals=_digits(currency) if shown else 0), hidden)


def _digits(currency: str) -> int:
    return _CENTS if is_money(currency) else _COIN_DIGITS
