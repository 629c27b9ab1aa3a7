"""The waterfall and the table of the lines of a change: what is shown adds up."""

import re
from collections.abc import Sequence
from decimal import Decimal

import pytest

from domain.attribution import Attribution, Line
from pages.performance.view import attribution_frame, lines_of
from pages.performance.waterfall import waterfall_html
from pages.shared.view import ZONE_UTC, View

VIEW = View(zone=ZONE_UTC, currency="USD")


def bars_of(lines: list[tuple[str, Decimal]]) -> list[tuple[float, ...]]:
    """The left end, the width and the end of each bar, in per cent of the room."""
    html = waterfall_html(lines, "USD", VIEW.inks, hidden=False)
    places = re.findall(r"--left:([\d.]+)%;--width:([\d.]+)%;--end:([\d.]+)%", html)
    return [tuple(map(float, place)) for place in places]


def test_each_bar_of_the_waterfall_begins_where_the_one_before_it_ended() -> None:
    """From 0 to 5, down to -5, up to -4: ten units of room, with zero in its middle."""
    lines = [("Prices", Decimal(5)), ("Flows", Decimal(-10)), ("Funding", Decimal(1))]
    assert bars_of(lines) == [(50, 50, 100), (0, 100, 0), (0, 10, 10), (10, 40, 10)]
    html = waterfall_html(lines, "USD", VIEW.inks, hidden=False)
    assert re.findall("<b>(.*?)</b>", html) == ["+$5.00", "−$10.00", "+$1.00", "−$4.00"]
    assert "--zero:50.00%" in html


def test_amounts_in_a_coin_are_no_cents() -> None:
    """0.0041 BTC are some hundred dollars, and 1e-20 BTC are nothing."""
    lines = [("Prices", Decimal("0.0041")), ("Fees", Decimal("-0.0012")), ("Rest", Decimal("1E-20"))]
    html = waterfall_html(lines, "BTC", VIEW.inks, hidden=False)
    shown = ["+0.00410000 BTC", "−0.00120000 BTC", "0 BTC", "+0.00290000 BTC"]
    assert re.findall("<b>(.*?)</b>", html) == shown
    found = Attribution(Decimal("0.0041"), {Line.PRICES: Decimal("0.0041")})
    assert attribution_frame(found, {}, "BTC", hidden=False)["Amount"].iloc[0] == "+0.00410000"


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        (("1.004", "1.004"), ["+1.00", "+1.00", "+0.01", "+2.01"]),
        (("12345.006", "-0.504", "0.002"), ["+12,345.01", "−0.50", "0", "−0.01", "+12,344.50"]),
        (("12345.01", "-0.50"), ["+12,345.01", "−0.50", "+12,344.51"]),
    ],
)
def test_shown_lines_add_up_to_the_shown_change_with_their_rounding(amounts: Sequence[str], shown: list[str]) -> None:
    """In the waterfall as in the table. The change is rounded once, from the exact amounts."""
    prices, *others = map(Decimal, amounts)
    lines = {Line.PRICES: prices, **dict(zip((Line.FUNDING, Line.INTEREST), others, strict=False))}
    change = sum(map(Decimal, amounts), Decimal(0))
    found = Attribution(change, lines)
    frame = attribution_frame(found, {}, "USD", hidden=False)
    texts = [text.strip() for name, text in zip(frame["Line"], frame["Amount"], strict=True) if name != "Rest"]
    assert texts == shown
    bars = waterfall_html(lines_of(found), "USD", VIEW.inks, hidden=False)
    steps = re.findall(r"<span>(.*?)</span>.*?<b>(.*?)</b>", bars)
    assert [text.replace("$", "") for name, text in steps if name != "Rest"] == shown
    assert ("Rounding" in bars) is ("Rounding" in set(frame["Line"])) is (len(shown) > len(amounts) + 1)


def test_a_waterfall_of_nothing_has_empty_bars() -> None:
    assert bars_of([("Rest", Decimal(0))]) == [(0, 0, 0), (0, 0, 0)]
