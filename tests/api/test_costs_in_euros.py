"""The JSON in another currency than the books: costs at the rates of their days."""

from decimal import Decimal
from typing import Any

from domain.markets import Side
from tests.api.conftest import refreshed
from tests.api.serving import Served
from tests.factories import balance, fill, price, valuation
from tests.pages.factories import ago
from tests.pages.past import traded, valued, with_past


def test_the_cost_of_a_holding_does_not_move_with_the_euro(database: Any, api: Served) -> None:
    """By hand: 2 BTC for 200 USD with the euro at 1 USD, worth 1,200 USD with the euro at 2 USD: 600 − 200 EUR."""
    (account,) = with_past(database.writer)
    traded(database.writer, account, [fill("1", Side.BUY, "2", "100", at=ago(days=5), fee="0")])
    valued(database.writer, account, days=9, EUR="1")
    prices = [price("BTC/USD", "600"), price("EUR/USD", "2")]
    refreshed(database, account, worth=valuation("1200"), balances=[balance("BTC", "2")], prices=prices)
    (held,) = api.get("/api/dashboard/snapshot", currency="EUR").json()["holdings"]
    assert [Decimal(held[name]) for name in ("cost", "average_cost", "unrealised")] == [200, 100, 400]
    (held,) = api.get("/api/dashboard/snapshot").json()["holdings"]
    assert [Decimal(held[name]) for name in ("cost", "unrealised")] == [200, 1000]
