"""The open P&L of the snapshot, and its change since midnight."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.markets import Side
from tests.api.serving import Served
from tests.factories import balance, fill, position, price, valuation
from tests.pages.factories import ago, seen
from tests.pages.past import moved, traded, with_past

PATH = "/api/dashboard/snapshot"


def zone_of_noon() -> str:
    """A zone in which it is about noon, so that its midnight is hours ago. The signs of these names are reversed."""
    hours = datetime.now(UTC).hour - 12
    return f"Etc/GMT{hours:+d}" if hours else "UTC"


def test_the_open_pnl_of_coins_and_positions_and_its_change_of_today(database: Any, api: Served) -> None:
    """Two coins for 100 each: 20 open at midnight, 50 now. A short lost 5 then and 9 now: 15, then 41."""
    (account,) = with_past(database.writer)
    traded(database.writer, account, [fill("1", Side.BUY, "2", "100", at=ago(days=3))])
    moved(database.writer, account, [])
    for hours, last, lost in (*((hours, "110", "-5") for hours in range(26, 0, -1)), (0, "125", "-9")):
        worth = valuation(str(2 * Decimal(last) + Decimal(lost)), unrealised_pnl=Decimal(lost))
        seen(
            database.writer, account, ago(hours=hours, seconds=1), worth, balances=[balance("BTC", "2")],
            prices=[price("BTC/USD", last)], positions=[position("BTC/USD:USD", "1", unrealised_pnl=Decimal(lost))],
        )  # fmt: skip
    told = api.get(PATH, zone=zone_of_noon()).json()["open_pnl"]
    amounts = {name: Decimal(told[name]) for name in ("total", "coins", "positions", "change_today")}
    assert amounts == {"total": 41, "coins": 50, "positions": -9, "change_today": 26}
    assert told["change_unknown"] is None


def test_an_unknown_change_has_its_reason(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    traded(database.writer, account, [fill("1", Side.BUY, "2", "100", at=ago(minutes=9))])
    seen(
        database.writer,
        account,
        None,
        valuation("250"),
        balances=[balance("BTC", "2")],
        prices=[price("BTC/USD", "125")],
    )
    told = api.get(PATH, zone=zone_of_noon()).json()["open_pnl"]
    assert (told["total"], told["positions"], told["change_today"]) == ("50", None, None)
    assert told["change_unknown"] == "no net value is known at that time"
