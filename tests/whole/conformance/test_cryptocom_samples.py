"""Every documented Crypto.com sample through the adapter: what it states, to the cent."""

from datetime import UTC, datetime
from decimal import Decimal

from domain.balances import Balance
from domain.markets import MarketType, Side
from domain.order_groups import groups_of, merge_duplicates
from domain.orders import Contingency, OrderKind, OrderStatus, Role, RoleOrigin, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.sources import Source
from exchanges.contracts import AccountScope
from exchanges.cryptocom.orders import normalise_orders
from exchanges.cryptocom.prices import normalise_candles, normalise_history, normalise_prices
from exchanges.cryptocom.wallet import normalise_balances, normalise_positions
from exchanges.open import AccountConnection, SharedMarkets, open_reader
from tests.exchanges.payload_server import PayloadServer
from tests.whole.conformance.conftest import Sample

CENT = Decimal("0.01")


def cents(number: Decimal | None) -> Decimal:
    assert number is not None
    return number.quantize(CENT)


def test_balances_and_what_the_exchange_states(sample: Sample) -> None:
    success, stated = normalise_balances(sample("post_private_user_balance"))
    assert success.unreadable == ()
    assert [(b.asset, str(b.total)) for b in success.rows] == [
        ("CRO", "24422.72427884"),
        ("USD", "3113.50747209"),
        ("USDT", "0.19411607"),
        ("DAI", "0.19387960"),
    ]
    assert [b.collateral_eligible for b in success.rows] == [True, True, True, False]
    assert str(stated.net_value) == "7834.24081020"
    assert str(stated.margin_balance) == "7595.42571782"
    assert str(stated.cash) == "7890.00320721"
    assert str(stated.collateral) == "7651.18811483"
    assert str(stated.available) == "4721.05898582"
    assert str(stated.unrealised_pnl) == "-55.76239701"
    assert (stated.currency, stated.borrowed, stated.unpriced) == ("USD", Decimal(0), ())


def test_the_identities_of_the_balance_sample_hold_to_the_cent(sample: Sample) -> None:
    """Collateral is the sum of the stated amounts, not market value less haircut."""
    success, stated = normalise_balances(sample("post_private_user_balance"))
    balances: tuple[Balance, ...] = success.rows
    worth = sum((b.market_value or Decimal(0) for b in balances), Decimal(0))
    collateral = sum((b.collateral_value or Decimal(0) for b in balances), Decimal(0))
    recomputed = sum(
        ((b.market_value or Decimal(0)) * (1 - (b.haircut or Decimal(0))) for b in balances), start=Decimal(0)
    )
    assert cents(worth) == cents(stated.cash) == Decimal("7890.00")
    assert cents(collateral) == cents(stated.collateral) == Decimal("7651.19")
    assert stated.collateral is not None
    assert stated.unrealised_pnl is not None
    assert stated.margin_balance is not None
    assert stated.initial_margin is not None
    assert cents(stated.collateral + stated.unrealised_pnl) == cents(stated.margin_balance) == Decimal("7595.43")
    assert cents(stated.margin_balance - stated.initial_margin) == cents(stated.available) == Decimal("4721.06")
    assert cents(recomputed) == Decimal("5501.76")
    assert stated.gross is not None
    assert cents(stated.gross) == Decimal("7890.00")


def test_each_subaccount_is_read_like_an_account(sample: Sample) -> None:
    rows = sample("post_private_get_subaccount_balances")["result"]["data"]
    stated = [normalise_balances({"result": {"data": [row]}})[1] for row in rows]
    assert [f"{s.net_value:f}" for s in stated] == ["0.00000000", "21919.55000000", "22018.55000000"]
    assert [f"{s.collateral:f}" for s in stated] == ["0.00000000", "20823.62250000", "20922.62250000"]


def test_the_short_position(sample: Sample) -> None:
    success = normalise_positions(sample("post_private_get_positions"), {})
    (position,) = success.rows
    assert (position.side, str(position.amount)) == (PositionSide.SHORT, "0.1984")
    assert (position.exchange_symbol, position.symbol) == ("BTCUSD-PERP", "BTC/USD:USD")
    assert position.market_type is MarketType.PERPETUAL
    assert str(position.unrealised_pnl) == "-497.743736"
    assert str(position.session_pnl) == "2.236145"
    assert cents(position.entry_price) == Decimal("51206.41")


def test_the_normal_order(sample: Sample) -> None:
    (order,) = normalise_orders(sample("post_private_get_open_orders"), "main", Source.ORDERS, {}).rows
    assert (order.key, order.side, order.kind, order.status) == (
        "19848525",
        Side.BUY,
        OrderKind.LIMIT,
        OrderStatus.OPEN,
    )
    assert (str(order.limit_price), str(order.remaining), order.trigger_price) == ("50000.0", "0.0100", None)
    assert order.created_at == datetime(2021, 2, 17, 15, 26, 57, 173000, tzinfo=UTC)


def test_the_otoco_is_three_orders_of_one_group(sample: Sample) -> None:
    """Its stop and its take profit share one order id and one client id."""
    success = normalise_orders(sample("post_private_advanced_get_open_orders"), "main", Source.TRIGGERS, {})
    assert success.unreadable == ()
    orders = merge_duplicates(success.rows)
    assert [order.key for order in orders] == ["19848525/1", "19848526/2", "19848526/3"]
    assert [order.kind for order in orders] == [OrderKind.LIMIT, OrderKind.STOP, OrderKind.TAKE_PROFIT]
    assert [order.role for order in orders] == [Role.ENTRY, Role.STOP_LOSS, Role.TAKE_PROFIT]
    assert [order.role_origin for order in orders] == [RoleOrigin.INFERRED, RoleOrigin.STATED, RoleOrigin.STATED]
    assert [str(order.trigger_price) for order in orders] == ["None", "45000.00", "55000.00"]
    assert [order.trigger_direction for order in orders] == [None, TriggerDirection.FALLS, TriggerDirection.RISES]
    assert [order.trigger_kind for order in orders] == [None, TriggerKind.MARK, TriggerKind.MARK]
    assert [str(order.limit_price) for order in orders] == ["50000.0", "None", "None"]
    assert {order.contingency for order in orders} == {Contingency.OTOCO}
    (group,) = groups_of(orders)
    assert group.group_id == "6498090546073120100"


def test_one_order_in_both_lists_is_one_order(sample: Sample) -> None:
    triggers = normalise_orders(sample("post_private_advanced_get_open_orders"), "main", Source.TRIGGERS, {}).rows
    payload = sample("post_private_get_open_orders")
    other = normalise_orders(payload, "main", Source.ORDERS, {}).rows
    assert len(merge_duplicates([*other, *triggers])) == 4  # one id on two instruments: two orders
    payload["result"]["data"][0]["instrument_name"] = "BTCUSD"
    same = normalise_orders(payload, "main", Source.ORDERS, {}).rows
    assert len(merge_duplicates([*same, *triggers])) == 3


def test_ended_orders_are_never_taken_for_open_ones(sample: Sample) -> None:
    history = normalise_orders(sample("post_private_get_order_history"), "main", Source.ORDERS, {})
    assert history.rows == ()
    assert len(history.unreadable) == 2


def test_a_list_id_beyond_float_keeps_every_digit(sample: Sample) -> None:
    detail = sample("post_private_advanced_get_order_detail")["result"]
    (order,) = normalise_orders({"result": {"data": [detail]}}, "main", Source.TRIGGERS, {}).rows
    assert (order.group_id, order.contingency, order.key) == ("6498090546073120199", Contingency.OTO, "19848525/2")


def test_the_ticker(sample: Sample) -> None:
    wanted = AccountScope(symbols=frozenset({"BTCUSD-PERP"}))
    (price,) = normalise_prices(sample("post_public_get_tickers"), wanted, {}).rows
    assert (str(price.last), str(price.bid), str(price.ask)) == ("51174.500000", "51170.000000", "51180.000000")
    assert str(price.change_24h) == "0.03955106"


def test_the_candle_and_the_history(sample: Sample) -> None:
    (candle,) = normalise_candles(sample("post_public_get_candlestick"), "BTC/USD:USD", "5m")
    assert (str(candle.open), str(candle.volume)) == ("50508.500000", "17.203200")
    ((at, value),) = normalise_history(sample("post_private_user_balance_history"))
    assert (at, str(value)) == (datetime(2021, 8, 20, 17, 0, tzinfo=UTC), "811.621851")


def test_the_reader_reads_everything_over_http(replay: PayloadServer) -> None:
    account = AccountConnection("main", "cryptocom", "key", "secret", base_url=replay.url)
    reader = open_reader(account, SharedMarkets())
    wanted = AccountScope(frozenset({"CRO"}), frozenset({"BTCUSD", "BTC/USD:USD"}))
    counts = {source: len(reader.fetch(source, wanted).success.rows) for source in reader.sources}
    assert counts == {
        Source.BALANCES: 4,
        Source.POSITIONS: 1,
        Source.ORDERS: 0,
        Source.TRIGGERS: 3,
        Source.PRICES: 1,
    }
    permissions = reader.permissions()
    assert (permissions.can_read, permissions.can_trade, permissions.can_withdraw) == (True, None, None)
