"""Amounts of a sum as they are shown."""

from decimal import Decimal

import pytest

from pages.shared.sums import sum_text, with_rounding


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("12345.678", "USD", "+$12,345.68"),
        ("-0.004", "USD", "$0"),
        ("-0.004", "BTC", "−0.00400000 BTC"),
        ("1e400", "USD", "+$1.000e400"),
    ],
)
def test_an_amount_of_a_sum_keeps_its_cents_at_any_size(amount: str, currency: str, shown: str) -> None:
    assert sum_text(Decimal(amount), currency) == shown


def test_lines_that_add_up_have_no_line_of_rounding() -> None:
    assert with_rounding([("a", Decimal("1.006")), ("b", Decimal("1.004"))], "USD") == [
        ("a", Decimal("1.01")),
        ("b", Decimal("1.00")),
    ]
