"""The books: whatever happens, nothing is made up and nothing is lost."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import books
from simulator.clock import HOUR, Clock
from simulator.exchange import Exchange
from simulator.groups import OCO, OTOCO
from simulator.instruments import by_name
from simulator.matching import Refused
from simulator.orders import (
    BUY,
    EXPIRED,
    GTC,
    LIMIT,
    MARKET,
    SELL,
    STOP_LIMIT,
    STOP_LOSS,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    Ticket,
)
from simulator.positions import Position, funding
from simulator.scenario import demo
from simulator.valuation import Worth

NAMES = ("BTC_USD", "BTC_USDT", "SHIB_USD", "BTCUSD-PERP", "USDT_EUR")
KINDS = (LIMIT, MARKET, STOP_LOSS, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)

factors = st.decimals("0.8", "1.2", places=3)
orders = st.tuples(
    st.just("order"), st.sampled_from(NAMES), st.sampled_from((BUY, SELL)), st.sampled_from(KINDS), factors, factors
)
groups = st.tuples(st.just("group"), st.sampled_from(NAMES), st.sampled_from((OCO, OTOCO)), factors)
moves = st.tuples(st.just("move"), st.sampled_from(NAMES), factors)
others = st.sampled_from((("cancel",), ("settle",), ("withdraw",)))
events = st.lists(st.one_of(orders, groups, moves, moves, others), max_size=40)


def small_exchange() -> Exchange:
    exchange = Exchange(Clock(), seed=3, days=1)
    for asset, amount in (("USD", "50000"), ("USDT", "20000"), ("BTC", "0.5"), ("SHIB", "900000000"), ("ZEDX", "12")):
        exchange.transfer(asset, Decimal(amount), exchange.at)
    exchange.fast_forward()
    return exchange


def ticket(exchange: Exchange, name: str, side: str, kind: str, limit: Decimal, trigger: Decimal) -> Ticket:
    book = by_name()[name]
    price = exchange.price(name)
    ticket = Ticket(book, side, kind, max(book.lot, book.lots(Decimal(3000) / price)))
    if kind in (LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT):
        ticket.limit = book.price(book.ticks(price * limit))
    if kind not in (LIMIT, MARKET):
        ticket.trigger = book.price(book.ticks(price * trigger))
    return ticket


def happen(exchange: Exchange, event: tuple[Any, ...]) -> None:
    exchange.at += 60_000
    engine = exchange.engine
    match event:
        case ("order", name, side, kind, limit, trigger):
            engine.place(ticket(exchange, name, side, kind, limit, trigger), exchange.at)
        case ("group", name, contingency, factor):
            entry = [ticket(exchange, name, BUY, LIMIT, factor, factor)] if contingency == OTOCO else []
            stop = ticket(exchange, name, SELL, STOP_LOSS, factor, 2 - factor)
            target = ticket(exchange, name, SELL, TAKE_PROFIT, factor, factor)
            engine.place_group(contingency, [*entry, stop, target], exchange.at)
        case ("move", name, factor):
            exchange.set_price(name, exchange.price(name) * factor)
        case ("cancel",):
            for order in list(engine.open.values())[:1]:
                engine.cancel(order, exchange.at)
        case ("settle",):
            engine.booker.settle(exchange.at)
        case ("withdraw",):
            exchange.transfer("BTC", Decimal("-0.01"), exchange.at, Decimal("0.0001"))


def identities_hold(worth: Worth) -> bool:
    return (
        sum(asset.market_value for asset in worth.assets) == worth.cash
        and sum(asset.collateral for asset in worth.assets) == worth.collateral
        and worth.collateral + worth.session_profit == worth.margin_balance
        and worth.margin_balance - worth.initial_margin == worth.available
    )


@settings(max_examples=40, deadline=None)
@given(events)
def test_the_books_balance_under_any_flow_of_orders_and_prices(flow: list[tuple[Any, ...]]) -> None:
    exchange = small_exchange()
    for event in flow:
        try:
            happen(exchange, event)
        except Refused as refused:
            raise AssertionError(event) from refused
        assert exchange.ledger.imbalance() == {}
        assert identities_hold(exchange.valuer.worth())
    assert books.expected_wallet(exchange) == dict(exchange.ledger.wallet())
    for order in exchange.engine.ended:
        assert order.filled <= order.ticket.quantity
    for order in exchange.engine.open.values():
        assert order.is_live
        assert order.remaining > 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-500, 500).filter(bool), st.integers(50_000, 150_000)), max_size=12))
def test_profit_of_a_position_is_what_it_was_sold_for_less_what_it_cost(flow: list[tuple[int, int]]) -> None:
    position = Position(by_name()["BTCUSD-PERP"])
    realized = paid = Decimal(0)
    for lots, price in flow:
        quantity = Decimal(lots) / 1000
        realized += position.trade(quantity, Decimal(price), 0)
        paid += quantity * price
        if lots % 3 == 0:
            realized += position.settle(Decimal(price), 0)
    mark = Decimal(100_000)
    assert realized + position.session_profit(mark) == position.quantity * mark - paid


def test_closing_a_part_of_a_position_leaves_the_cost_of_the_rest() -> None:
    position = Position(by_name()["BTCUSD-PERP"])
    position.trade(Decimal("-0.4"), Decimal(100_000), 0)
    position.settle(Decimal(98_000), 0)
    assert position.trade(Decimal("0.1"), Decimal(97_000), 0) == 100
    assert (position.quantity, position.opened_for, position.cost) == (Decimal("-0.3"), -30_000, -29_400)
    assert position.open_profit(Decimal(97_000)) == 900
    assert position.session_profit(Decimal(97_000)) == 300


def test_funding_is_paid_by_the_longs_and_received_by_the_shorts() -> None:
    position = Position(by_name()["BTCUSD-PERP"])
    position.trade(Decimal("-0.4"), Decimal(100_000), 0)
    assert funding(position, Decimal(100_000), Decimal("0.0001")) == 4


def test_a_past_with_everybody_trading_balances_and_leaves_a_busy_account() -> None:
    exchange = Exchange(Clock(), seed=8, days=12)
    demo(exchange, 8)
    exchange.fast_forward()
    assert books.is_balanced(exchange)
    assert identities_hold(exchange.valuer.worth())
    live = list(exchange.engine.open.values())
    assert 25 <= len(live) <= 45
    assert len({order.ticket.instrument.name for order in live}) >= 8
    lapsed = [order for order in exchange.engine.ended if order.status == EXPIRED]
    assert any(order.ticket.time_in_force == GTC for order in lapsed)
    assert exchange.ledger.held("USD") < 0
    assert exchange.engine.booker.positions["BTCUSD-PERP"].quantity < 0
    assert all(at % HOUR == 0 for at, _ in exchange.cash_by_hour)


def test_the_same_seed_makes_the_same_past() -> None:
    def wallet() -> dict[str, Decimal]:
        exchange = Exchange(Clock(wall=lambda: 1_790_000_000.0), seed=5, days=4)
        demo(exchange, 5)
        exchange.fast_forward()
        return dict(exchange.ledger.wallet())

    assert wallet() == wallet()
