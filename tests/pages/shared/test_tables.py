"""Tables: texts that sort like their numbers, different texts for unknown and none, masks."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.components.table.frames import column_of, number_in
from pages.shared.formats import amount_text, day_text, ledger_text, number_text, utc_text
from pages.shared.tables import Column, Kind, cells_of, cover_text, spaced

MONEY = Column("Value", Kind.MONEY)


@given(st.lists(st.decimals(min_value=0, max_value=Decimal("1e9"), places=2), min_size=2, max_size=20))
def test_padded_texts_sort_as_numbers(values):
    shown = spaced([number_text(v) for v in values])
    assert [float(t.strip().replace(",", "")) for t in sorted(shown)] == sorted(
        float(number_text(v).replace(",", "")) for v in values
    )


def test_losses_sort_before_gains():
    texts = spaced(["+5.00", "−2,500", "–", "+1,000", "−3.00", "0"])
    ranked = [text.strip() for text in sorted(texts)]
    assert ranked[0] == "–"
    assert set(ranked[1:3]) == {"−2,500", "−3.00"}
    assert ranked.index("+5.00") < ranked.index("+1,000")


def test_unknown_numbers_are_dashes_and_hidden_ones_masks():
    assert [str(cell).strip() for cell in cells_of(MONEY, [Decimal(5), None], "USD")] == ["5.00", "–"]
    assert cells_of(MONEY, [Decimal(5), None], "USD", hidden=True) == ["••••", "–"]
    assert cells_of(Column("Share", Kind.SHARE), [Decimal("0.5"), None], "USD", hidden=True) == [50.0, None]


@pytest.mark.parametrize(
    ("currency", "texts"),
    [
        ("USD", ["+1,234.50", "+9,999.99", "+12,346", "+0.50", "−0.0042", "0"]),
        ("BTC", ["+1,234.50000000", "+9,999.99000000", "+12,345.67000000", "+0.50000000", "−0.00420000", "0.00000000"]),
        ("ETH", ["+1,234", "+10,000", "+12,346", "+0.5000", "−0.004200", "0"]),
    ],
)
def test_the_currency_decides_the_decimals_of_amounts_of_money(currency: str, texts: list[str]):
    """The same rule as in a sentence (`money_text`). Amounts from 1,000 to 10,000 had lost their cents."""
    amounts = [Decimal(amount) for amount in ("1234.5", "9999.99", "12345.67", "0.5", "-0.0042", "0")]
    gain = Column("Gain", Kind.GAIN)
    assert [str(cell).strip() for cell in cells_of(gain, amounts, currency)] == texts
    assert [str(cell).strip() for cell in cells_of(gain, amounts, [currency] * len(amounts))] == texts
    assert [amount_text(amount, currency, signed=True) for amount in amounts] == texts


def test_a_statement_shows_all_cents_of_money_and_all_digits_of_coins():
    amounts = [("12345.678", "USD"), ("5", "USDT"), ("0.000000012", "USD"), ("0.123456789", "BTC")]
    texts = [ledger_text(Decimal(amount), currency, signed=True) for amount, currency in amounts]
    assert texts == ["+12,345.68", "+5.00", "+0.000000012", "+0.123456789"]


def test_none_and_unknown_and_nothing_to_protect_look_different():
    told = [cover_text(Decimal(0)), cover_text(None, unseen=True), cover_text(None), cover_text(Decimal("0.5"))]
    assert [*told, cover_text(1)] == ["○ no stop", "? unknown", "", "◑ 50 % covered", "● covered"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("−1,234.5 %", -1234.5), ("−3.32 USD", -3.32), ("+7.28 1INCH", 7.28), ("+12", 12.0), ("•••", None), ("–", None)],
)
def test_a_cell_sorts_by_its_number_also_with_a_currency(text: str, number: float | None) -> None:
    assert number_in(text) == number


def test_moments_in_words_sort_by_time() -> None:
    texts = ["2 Nov 2026, 11:56:00 UTC", "10 Jan 2027", "Feb 2026", "2025", "–"]
    sort = column_of(Column("utc", Kind.MOMENT), texts).sort
    assert sort == [
        "2026-11-02T11:56:00+00:00", "2027-01-10T00:00:00+00:00", "2026-02-01T00:00:00+00:00",
        "2025-01-01T00:00:00+00:00", None,
    ]  # fmt: skip


@given(st.integers(0, 250_000_000_000), st.sampled_from(["moment", "day", "%b %Y", "%Y"]))
def test_every_moment_that_a_page_writes_sorts_by_its_time(seconds: int, form: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    midnight = at.replace(hour=0, minute=0, second=0)
    text, begin = {
        "moment": (utc_text(at), at),
        "day": (day_text(at), midnight),
        "%b %Y": (f"{at:%b %Y}", midnight.replace(day=1)),
        "%Y": (f"{at:%Y}", midnight.replace(month=1, day=1)),
    }[form]
    assert column_of(Column("utc", Kind.MOMENT), [text]).sort == [begin.isoformat()]


@pytest.mark.parametrize("text", ["", "12:00:00 UTC", "2 Xyz 2026", "Nov 2026 or later", "••••"])
def test_words_without_a_moment_have_no_place_by_time(text: str) -> None:
    assert column_of(Column("utc", Kind.MOMENT), [text]).sort == [None]
