"""The model's own sums, by examples that a person can check."""

from decimal import Decimal

import pytest

from tests.exchanges.model.account import (
    Account,
    CoinPrice,
    Direction,
    Holding,
    Kind,
    Market,
    MarketKind,
    Order,
    Position,
    Relation,
    Side,
)
from tests.exchanges.model.arithmetic import (
    covered_share_of_holding,
    covered_share_of_position,
    roles_of,
    worth_of,
)

SPOT = Market("BTC/USDT", "BTCUSDT", MarketKind.SPOT, "BTC", "USDT", "USDT")
LINEAR = Market("BTC/USDT:USDT", "BTCUSDT", MarketKind.LINEAR, "BTC", "USDT", "USDT")
INVERSE = Market("BTC/USD:BTC", "BTCUSD", MarketKind.INVERSE, "BTC", "USD", "BTC", Decimal(100))
PRICES = {"BTC": CoinPrice(Decimal(50_000), Decimal(50_000))}


def _position(market: Market, direction: Direction, size: str, entry: str) -> Position:
    return Position(market, direction, Decimal(size), Decimal(entry), Decimal(50_000), leverage=5)


def _order(kind: Kind, side: Side, size: str = "1", market: Market = LINEAR, **values: object) -> Order:
    return Order("1", market, kind, side, Decimal(size), **values)  # type: ignore[arg-type]


def test_net_value_is_wallets_less_debts_plus_open_profit_once() -> None:
    """1000 USDT and a long of 0.5 BTC that rose by 1000: 1500. 0.3 BTC with 0.2 BTC owed: 15,000 less 10,000."""
    account = Account(
        PRICES,
        (
            Holding("futures", "USDT", Decimal(1000)),
            Holding("margin", "BTC", Decimal("0.3"), borrowed=Decimal("0.19"), interest=Decimal("0.01")),
        ),
        (_position(LINEAR, Direction.LONG, "0.5", "49000"),),
    )
    worth = worth_of(account)
    assert (worth.net_value, worth.cash, worth.open_profit, worth.borrowed) == (6500, 6000, 500, 10_000)


def test_a_short_inverse_position_gains_coins_when_the_price_falls() -> None:
    """50,000 dollars sold at 62,500 were 0.8 BTC and are 1 BTC at 50,000."""
    position = _position(INVERSE, Direction.SHORT, "50000", "62500")
    assert position.profit == Decimal("0.2")
    assert position.base_amount == 1
    assert worth_of(Account(PRICES, (), (position,))).net_value == 10_000


def test_a_debt_is_borrowed_and_what_it_paid_for_is_held() -> None:
    worth = worth_of(Account(PRICES, (Holding("margin", "BTC", Decimal(1), borrowed=Decimal(3)),)))
    assert (worth.net_value, worth.gross, worth.borrowed) == (-100_000, 50_000, 150_000)


@pytest.mark.parametrize(
    ("order", "role"),
    [
        (_order(Kind.STOP, Side.SELL, reduce_only=True), "stop_loss"),
        (_order(Kind.TAKE_PROFIT, Side.SELL, reduce_only=True), "take_profit"),
        (_order(Kind.STOP, Side.BUY, position_side=Direction.SHORT), "stop_loss"),
        (_order(Kind.STOP, Side.SELL, position_side=Direction.SHORT), "entry"),
        (_order(Kind.TRAILING_STOP, Side.SELL, market=SPOT), "stop_loss"),
        (_order(Kind.LIMIT, Side.SELL, market=SPOT, group="9", relation=Relation.OCO), "take_profit"),
        (_order(Kind.STOP, Side.BUY, group="9", relation=Relation.ATTACHED), "stop_loss"),
    ],
)
def test_the_role_of_an_order_follows_from_the_position_that_it_closes(order: Order, role: str) -> None:
    assert roles_of(order) == {role}


def test_stops_cover_a_holding_and_other_orders_do_not() -> None:
    orders = (
        _order(Kind.STOP, Side.SELL, "0.5", SPOT),
        _order(Kind.TAKE_PROFIT, Side.SELL, "1", SPOT),
        _order(Kind.STOP, Side.BUY, "1", SPOT),
        _order(Kind.TRAILING_STOP, Side.SELL, "1", SPOT, activation=Decimal(60_000)),
    )
    account = Account(PRICES, (Holding("spot", "BTC", Decimal(2)),), (), orders)
    assert covered_share_of_holding(account, "BTC") == Decimal("0.25")
    assert covered_share_of_holding(account, "USDT") is None


def test_each_position_of_hedge_mode_has_stops_of_its_own() -> None:
    orders = (
        _order(Kind.STOP, Side.SELL, "1", position_side=Direction.LONG),
        _order(Kind.STOP, Side.SELL, "2", position_side=Direction.SHORT),  # opens more of the short
    )
    long, short = (_position(LINEAR, direction, "2", "50000") for direction in Direction)
    account = Account(PRICES, (), (long, short), orders, hedge_mode=True)
    assert [covered_share_of_position(account, p) for p in (long, short)] == [Decimal("0.5"), 0]


def test_margin_stops_protect_margin_positions_and_spot_stops_protect_coins() -> None:
    margin = Market("BTC/USDT", "BTCUSDT", MarketKind.MARGIN, "BTC", "USDT", "USDT", holds_positions=True)
    position = _position(margin, Direction.LONG, "2", "50000")
    orders = (_order(Kind.STOP, Side.SELL, "1", margin), _order(Kind.STOP, Side.SELL, "0.5", SPOT))
    account = Account(PRICES, (Holding("spot", "BTC", Decimal(2)),), (position,), orders)
    assert covered_share_of_position(account, position) == Decimal("0.5")
    assert covered_share_of_holding(account, "BTC") == Decimal("0.25")


def test_a_stop_of_the_whole_position_covers_it_all() -> None:
    position = _position(INVERSE, Direction.LONG, "500", "50000")
    whole = _order(Kind.STOP, Side.SELL, "500", INVERSE, close_position=True)
    assert covered_share_of_position(Account(PRICES, (), (position,), (whole,)), position) == 1
