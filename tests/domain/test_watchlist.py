"""The markets of a watchlist: held, ordered or added, with the nearest own order."""

from decimal import Decimal

from domain.alerts import WatchedMarket
from domain.snapshot import Snapshot
from domain.watchlist import Why, listed_markets
from tests.factories import NOON, balance, order, position, price, snapshot, stop


def _snapshot() -> Snapshot:
    return snapshot(
        balances=[balance("BTC", "1"), balance("USD", "5"), balance("SOL", "0")],
        positions=[position("ETH/USD:USD")],
        orders=[order("1", limit_price=Decimal(90_000)), stop("2", "99000"), order("3", symbol="XRP/USD", base="XRP")],
        prices=[price("BTC/USD", "100000"), price("SOL/USD", "100")],
    )


def test_coins_positions_and_orders_are_listed_once_and_money_is_not() -> None:
    rows = listed_markets([_snapshot()], ())
    assert [(row.symbol, row.whys) for row in rows] == [
        ("BTC/USD", (Why.HELD, Why.ORDERED)),
        ("ETH/USD:USD", (Why.HELD,)),
        ("XRP/USD", (Why.ORDERED,)),
    ]


def test_the_nearest_order_counts_on_either_side_of_the_price() -> None:
    bitcoin, _, ripple = listed_markets([_snapshot()], ())
    assert bitcoin.nearest is not None
    assert (bitcoin.nearest.key, bitcoin.distance) == ("2", Decimal("-0.01"))
    assert (ripple.nearest, ripple.distance) == (None, None)  # without a price


def test_an_added_market_is_listed_without_price_and_orders() -> None:
    added = WatchedMarket(1, None, "cryptocom", "DOGE/USD", NOON)
    (row,) = listed_markets([], [added])
    assert (row.symbol, row.whys, row.base, row.price) == ("DOGE/USD", (Why.ADDED,), "DOGE", None)
