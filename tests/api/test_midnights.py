"""Today in JSON: one sum in performance, changes and lists, by a plain ledger with entries at midnight itself."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.periods import start_of_today
from tests.api.serving import Served
from tests.pages.midnights import write_midnights

ZONE = "Asia/Kolkata"
NEAR = Decimal("1e-9")


def text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_today_has_one_sum_in_performance_changes_and_lists(database: Any, api: Served) -> None:
    history = write_midnights(database, ZoneInfo(ZONE), datetime(2026, 11, 2, 12, tzinfo=UTC), seed=5, days=1)
    since, end = start_of_today(history.end, ZoneInfo(ZONE)), history.end
    assert since == history.bounds[-1]
    expected = history.booked(since, end)
    as_of = text_of(end)
    performance = api.get("/api/performance", since=text_of(since), zone=ZONE, as_of=as_of).json()
    lines = {name: Decimal(amount) for name, amount in performance["attribution"]["lines"].items()}
    names = {"funding": "funding", "interest": "interest", "rebates": "rebate"}
    assert {name: lines[name] for name in names} == {name: expected[line] for name, line in names.items()}
    assert lines["fees"] == expected["trade fees"] + expected["transfer fees"]
    assert Decimal(performance["attribution"]["trade_fees"]) == expected["trade fees"] < 0
    realised = sum(Decimal(coin["realised"]) for coin in performance["attribution"]["coins"])
    assert abs(realised - expected["realised"]) < NEAR
    rows = api.get("/api/transfers", since=text_of(since), as_of=as_of).json()["transfers"]
    fills = api.get("/api/fills", since=text_of(since), as_of=as_of).json()["fills"]
    booked = sum(Decimal(row["amount"]) for row in rows) - sum(Decimal(row["fee"]) for row in fills)
    assert booked == sum(amount for line, amount in expected.items() if line != "realised")
    snapshot = api.get("/api/dashboard/snapshot", zone=ZONE, as_of=as_of).json()
    today = snapshot["changes"]["today"]
    assert today["change"] == performance["total"]["gain"] == performance["attribution"]["change"]
    assert (performance["since"], len(performance["days"])) == (text_of(since), 1)
