"""/api/tax: a tax year as CSV and JSON."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from db.writes.stated_costs import write_stated_costs
from domain.markets import Side
from domain.stated_cost import StatedCost
from domain.tax import NO_COST
from refresher.past.books import Books
from tests.api.serving import Served
from tests.factories import fill, transfer
from tests.pages.past import moved, traded, with_past

PATH = "/api/tax"
# The year before last is over everywhere, and within the history that these tests write.
YEAR = datetime.now(UTC).year - 1


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(YEAR, month, day, hour, tzinfo=UTC)


def some(database: Any, **values: Any) -> None:
    """Two purchases and a sale of parts of both."""
    (account,) = with_past(database.writer, **values)
    fills = [
        fill("1", Side.BUY, "1", "100", at=at(1, 10), fee="1"),
        fill("2", Side.BUY, "1", "300", at=at(2, 10)),
        fill("=3", Side.SELL, "1.5", "400", at=at(12, 31, 23)),
    ]
    traded(database.writer, account, fills)


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_a_year_is_a_csv_of_its_disposals_lot_by_lot(database: Any, api: Served) -> None:
    some(database)
    answer = api.get(PATH, year=YEAR, method="fifo")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="tax-{YEAR}-fifo.csv"'
    first, second, lot, *missing = rows(answer)
    assert {name: value for name, value in first.items() if value} == {
        "section": "disposal", "account": "main", "coin": "BTC", "role": "traded",
        "acquired": f"{YEAR}-01-10T12:00:00+00:00", "disposed": f"{YEAR}-12-31T23:00:00+00:00", "quantity": "1",
        "proceeds": first["proceeds"], "cost": "101", "gain": first["gain"], "days_held": "355",
        "currency": "USD", "method": "fifo", "id": "'=3",
    }  # fmt: skip
    assert (Decimal(first["proceeds"]), Decimal(first["gain"])) == (400, 299)
    assert [Decimal(second[name]) for name in ("quantity", "cost", "gain")] == [Decimal("0.5"), 150, 50]
    assert (lot["section"], lot["coin"], Decimal(lot["quantity"]), Decimal(lot["cost"])) == (
        "open lot", "BTC", Decimal("0.5"), 150
    )  # fmt: skip
    assert {row["section"] for row in missing} == {"missing"}
    assert all("not read" in row["remark"] for row in missing)


def test_the_year_is_that_of_the_zone(database: Any, api: Served) -> None:
    some(database)
    told = [api.get(PATH, year=YEAR, zone=zone, format="json").json() for zone in ("UTC", "Asia/Tokyo")]
    assert [len(year["accounts"][0]["disposals"]) for year in told] == [1, 0]
    assert [year["since"] for year in told] == [f"{YEAR}-01-01T00:00:00Z", f"{YEAR - 1}-12-31T15:00:00Z"]
    (held,) = told[1]["accounts"][0]["open_lots"]
    assert Decimal(held["quantity"]) == 2


def test_json_has_sums_beside_the_rows(database: Any, api: Served) -> None:
    some(database)
    (told,) = api.get(PATH, year=YEAR, method="lifo", format="json").json()["accounts"]
    # The dearer unit first: 400 - 300, then half of the first purchase: 200 - 50.5.
    assert [Decimal(row["gain"]) for row in told["disposals"]] == [100, Decimal("149.5")]
    assert [Decimal(told[name]) for name in ("gain", "gain_of_fills", "income")] == [Decimal("249.5")] * 2 + [0]
    assert (told["gains_unknown"], told["income_unknown"], told["currency"]) == (0, 0, "USD")


def test_a_stated_cost_makes_the_gain_of_a_deposit_known(database: Any, api: Served) -> None:
    """2 are deposited and sold for 50,000. They had cost 12,000 three years earlier."""
    (account,) = with_past(database.writer)
    moved(database.writer, account, [transfer(amount="2", at=at(6, 1))])
    traded(database.writer, account, [fill("1", Side.SELL, "2", "25000", at=at(7, 1))])
    (unknown,) = rows(api.get(PATH, year=YEAR))[:1]
    assert (unknown["cost"], unknown["gain"]) == ("", "")
    assert (Decimal(unknown["proceeds"]), unknown["remark"]) == (50_000, NO_COST)
    bought_at = at(7, 1).replace(year=YEAR - 3)
    write_stated_costs(database.writer, account.id, [StatedCost("deposit/1", Decimal(12_000), "USD", bought_at)])
    Books(account, database.writer).work_out(lambda: True)
    (told,) = api.get(PATH, year=YEAR, format="json").json()["accounts"]
    (sold,) = told["disposals"]
    assert (Decimal(sold["cost"]), Decimal(sold["gain"]), sold["remark"]) == (12_000, 38_000, None)
    # By average cost a lot has no date.
    assert (sold["acquired"], sold["days_held"]) == (None, None)
    (sold,) = api.get(PATH, year=YEAR, format="json", method="fifo").json()["accounts"][0]["disposals"]
    assert sold["acquired"] == f"{YEAR - 3}-07-01T12:00:00Z"
    assert api.get("/api/fills").json()["fills"][0]["realised"] == "38000"


def test_without_a_year_it_is_the_last_one_that_is_over(database: Any, api: Served) -> None:
    some(database)
    assert api.get(PATH, format="json").json()["year"] == YEAR


@pytest.mark.parametrize(
    ("params", "line"),
    [
        ({"year": "19x4"}, "year='19x4' is not a year: give one from 1971 to "),
        ({"year": "9999"}, "year='9999' is not a year"),
        ({"method": "best"}, "method=best is unknown: give average, fifo, lifo, hifo"),
        ({"format": "xls"}, "format=xls is unknown: give csv, json"),
        ({"currency": "E-R"}, "currency='E-R' is not a currency code: give one, as in USD, EUR or BTC"),
        ({"as_of": "2026-01-01T00:00:00Z"}, "as_of=2026-01-01T00:00:00Z is not a parameter of this route"),
    ],
)
def test_an_unusable_value_is_named_with_its_remedy(
    database: Any, api: Served, params: dict[str, Any], line: str
) -> None:
    some(database)
    answer = api.get(PATH, **params)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(line)
