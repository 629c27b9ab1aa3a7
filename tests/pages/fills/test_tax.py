"""The tax year on Fills."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.coin_lots import LotMethod
from domain.markets import Side
from pages.fills import tax
from refresher.edits.apply import apply_edits
from refresher.past.closed_years import ClosedYears
from tests.factories import fill
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import control_of, controls_of, has_piece, sheet_of, tables_of
from tests.pages.events import choose
from tests.pages.factories import seen
from tests.pages.fills.test_page import opened
from tests.pages.past import traded, with_past

LAST_YEAR = datetime.now(UTC).year - 1


def a_year(pages: Pages):
    """1 of 2 is sold in the last year."""
    (account,) = with_past(pages.writer)
    days = [datetime(LAST_YEAR, month, 1, tzinfo=UTC) for month in (3, 4, 5)]
    bought = [fill(f"b{n}", Side.BUY, "1", price, at=days[n]) for n, price in enumerate(("100", "300"))]
    traded(pages.writer, account, [*bought, fill("s", Side.SELL, "1", "350", at=days[2])])
    seen(pages.writer, account)
    return account


def test_the_last_year_is_offered_first_and_the_method_of_the_books(pages: Pages):
    a_year(pages)
    app = opened(pages)
    year, method = (control_of(app, name) for name in ("tax_year", "tax_method"))
    assert year["chosen"] == [str(LAST_YEAR)]
    assert [value for value, _ in year["options"]] == [str(LAST_YEAR + 1), str(LAST_YEAR)]
    assert (method["chosen"], len(method["options"])) == ([""], 5)


def test_a_past_view_offers_no_tax_year(pages: Pages):
    a_year(pages)
    app = opened(pages, as_of=f"{LAST_YEAR}-06-01T00:00:00Z")
    assert not has_piece(sheet_of(app), "tax_choices")


def test_the_file_holds_the_disposals_of_the_year(pages: Pages):
    account = a_year(pages)
    opened(pages)
    gains = {}
    for method in (LotMethod.FIFO, LotMethod.LIFO):
        lines = tax._csv([account], LAST_YEAR, method, ZoneInfo("UTC")).decode().splitlines()
        sold = next(row for row in csv.DictReader(lines) if row["section"] == "disposal")
        gains[method] = Decimal(sold["gain"])
    assert gains == {LotMethod.FIFO: 250, LotMethod.LIFO: 50}


def test_a_year_is_closed_from_the_page_and_its_corrections_are_listed(pages: Pages):
    """Filed by the page, applied by the refresher. A late purchase for 50 makes the gain 300."""
    account = a_year(pages)
    app = opened(pages)
    choose(app, "tax_choices", "tax_method", LotMethod.FIFO)
    assert f"{LAST_YEAR} of main, in UTC. A closed year stays as it is now." in words_of(app)
    choose(app, "tax_choices", "tax_close", "tax_close")
    assert "Pending. The refresher applies it" in words_of(app)
    assert apply_edits(pages.writer, [account.id]) == 1
    app.run()
    assert f"Applied. {LAST_YEAR} of main is closed with 1 disposal." in words_of(app)
    assert f"main: {LAST_YEAR} is closed since" in words_of(app)
    early = fill("a", Side.BUY, "1", "50", at=datetime(LAST_YEAR, 2, 1, tzinfo=UTC))
    traded(pages.writer, account, [early])
    assert ClosedYears(account, pages.writer).compare(lambda: True) > 0
    app.run()
    assert "which change the gain by +$50.00." in words_of(app)
    table = next(frame for frame in tables_of(app) if "Difference" in frame)
    gain = table[table["What"] == "Gain"].iloc[0]
    assert [gain[name].strip() for name in ("Closed", "Now", "Difference")] == ["250.00", "300.00", "+50.00"]


def test_a_year_that_is_not_over_cannot_be_closed(pages: Pages):
    a_year(pages)
    app = opened(pages)
    assert "tax_close" in [control["name"] for control in controls_of(app)]
    choose(app, "tax_choices", "tax_year", str(LAST_YEAR + 1))
    assert "tax_close" not in [control["name"] for control in controls_of(app)]


def test_the_file_may_be_in_another_currency(pages: Pages):
    """No price of the euro is known: nothing is converted."""
    account = a_year(pages)
    opened(pages)
    lines = tax._csv([account], LAST_YEAR, LotMethod.FIFO, ZoneInfo("UTC"), "EUR").decode().splitlines()
    sold = next(row for row in csv.DictReader(lines) if row["section"] == "disposal")
    assert (sold["currency"], sold["gain"], sold["cost"]) == ("EUR", "", "")
