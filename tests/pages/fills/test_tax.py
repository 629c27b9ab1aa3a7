"""The tax year on Fills."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.coin_lots import LotMethod
from domain.markets import Side
from pages.fills import tax
from tests.factories import fill
from tests.pages.conftest import Pages
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
    year, method = (app.selectbox(key=key) for key in ("tax_year", "tax_method"))
    assert (year.value, year.options) == (LAST_YEAR, [str(LAST_YEAR + 1), str(LAST_YEAR)])
    assert (method.value, len(method.options)) == (None, 5)


def test_a_past_view_offers_no_tax_year(pages: Pages):
    a_year(pages)
    app = opened(pages, as_of=f"{LAST_YEAR}-06-01T00:00:00Z")
    assert not [box for box in app.selectbox if box.key == "tax_year"]


def test_the_file_holds_the_disposals_of_the_year(pages: Pages):
    account = a_year(pages)
    opened(pages)
    gains = {}
    for method in (LotMethod.FIFO, LotMethod.LIFO):
        lines = tax._csv([account], LAST_YEAR, method, ZoneInfo("UTC")).decode().splitlines()
        sold = next(row for row in csv.DictReader(lines) if row["section"] == "disposal")
        gains[method] = Decimal(sold["gain"])
    assert gains == {LotMethod.FIFO: 250, LotMethod.LIFO: 50}
