"""Order groups: one list with each order once, and its role with the origin of the role."""

from decimal import Decimal

import pytest

from domain.markets import Side
from domain.order_groups import groups_of, merge_duplicates, summary_of
from domain.orders import Contingency, OrderKind, Role, RoleOrigin
from domain.positions import PositionSide
from domain.prices import Rates
from domain.protection import ProtectionState, protection_of
from domain.sources import Source, SourceKind
from tests.factories import balance, order, price, snapshot, stop


def otoco():
    group = {"group_id": "6498090546073120100", "contingency": Contingency.OTOCO, "source": Source.TRIGGERS}
    return [
        order("25/1", leg_id="1", **group),
        stop("26/2", leg_id="2", role=Role.STOP_LOSS, role_origin=RoleOrigin.STATED, **group),
        stop(
            "26/3",
            leg_id="3",
            kind=OrderKind.TAKE_PROFIT,
            role=Role.TAKE_PROFIT,
            role_origin=RoleOrigin.STATED,
            **group,
        ),
    ]


def test_the_legs_of_an_otoco_that_share_an_id_stay_three_orders_of_one_group():
    orders = merge_duplicates(otoco())
    assert [o.role for o in orders] == [Role.ENTRY, Role.STOP_LOSS, Role.TAKE_PROFIT]
    assert [len(group.orders) for group in groups_of(orders)] == [3]


def test_an_inferred_role_names_its_rule_and_a_stated_one_stays_stated():
    entry, stop_loss, _ = merge_duplicates(otoco())
    assert entry.role_origin is RoleOrigin.INFERRED
    assert entry.role_rule
    assert stop_loss.role_origin is RoleOrigin.STATED


def test_the_limit_leg_of_an_oco_is_its_take_profit():
    group = {"group_id": "9", "contingency": Contingency.OCO, "source": Source.TRIGGERS, "side": Side.SELL}
    limit, _ = merge_duplicates([order("1/1", leg_id="1", **group), stop("1/2", leg_id="2", **group)])
    assert (limit.role, limit.role_origin) == (Role.TAKE_PROFIT, RoleOrigin.INFERRED)


def test_one_id_on_one_instrument_in_both_lists_is_one_order():
    both = [order("25"), order("25/1", leg_id="1", source=Source.TRIGGERS)]
    assert [o.source for o in merge_duplicates(both)] == [Source.TRIGGERS]


def test_one_order_in_two_lists_of_triggers_is_one_order():
    """A list of all stops, and one of those of which one cancels the other."""
    named, grouped = Source.of(SourceKind.TRIGGERS, "all"), Source.of(SourceKind.TRIGGERS, "pairs")
    alone, in_group = stop("25", source=named), stop("25", source=grouped, group_id="1")
    for both in ([alone, in_group], [in_group, alone]):
        assert [o.source for o in merge_duplicates(both)] == [grouped]
    assert [o.source for o in merge_duplicates([alone, stop("25", source=grouped)])] == [named]
    assert len(merge_duplicates([alone, stop("25", source=grouped, side=Side.BUY)])) == 2
    assert len(merge_duplicates([alone, stop("25", "90000", source=grouped)])) == 2


def test_two_stops_of_equal_amount_and_price_in_one_list_stay_two():
    """Also where another list of triggers states one of them, with its group."""
    first, second = stop("25"), stop("26")
    assert [o.key for o in merge_duplicates([first, second])] == ["25", "26"]
    paired = stop("25", source=Source.of(SourceKind.TRIGGERS, "pairs"), group_id="1")
    assert sorted((o.key, o.source) for o in merge_duplicates([first, second, paired])) == [
        ("25", paired.source),
        ("26", second.source),
    ]


def test_rows_of_one_list_are_never_merged_with_each_other():
    """The database keeps one row for each key, so equal keys in one list would be a fault that must stay visible."""
    assert len(merge_duplicates([stop("25"), stop("25")])) == 2


def test_one_id_on_two_instruments_is_two_orders():
    both = [order("25", symbol="BTC/USD:USD"), order("25/1", leg_id="1", source=Source.TRIGGERS)]
    assert len(merge_duplicates(both)) == 2


def test_one_id_in_two_accounts_is_two_orders():
    assert len(merge_duplicates([order("25"), order("25", source=Source.TRIGGERS, account="other")])) == 2


def test_a_triggered_order_and_the_book_order_it_became_are_one():
    orders = merge_duplicates([order("900"), stop("25", book_order_id="900")])
    assert [o.key for o in orders] == ["25"]


def test_a_plain_buying_limit_order_has_an_unknown_role():
    assert merge_duplicates([order()])[0].role is Role.UNKNOWN


def test_the_summary_counts_unknown_values_apart_from_zero():
    orders = merge_duplicates(
        [order("1", amount="2"), order("2", side=Side.SELL), order("3", limit_price=None), *otoco()]
    )
    shown = summary_of(orders, {"main": Rates([price("BTC/USD", "95000")])}, "USD")
    assert (shown.count, shown.trigger, shown.normal, shown.groups, shown.unvalued) == (6, 2, 4, 1, 1)
    # Only one leg of the OTOCO, stop loss or take profit, can fill. The larger one counts.
    assert (shown.buy_value, shown.sell_value) == (Decimal(270000), Decimal(170000))


def test_values_in_another_currency_are_converted():
    orders = [order(symbol="BTC/USDT", limit_price=Decimal(100))]
    assumed = summary_of(orders, {"main": Rates([])}, "USD")
    assert (assumed.buy_value, assumed.unvalued, assumed.assumed) == (100, 0, ("USDT",))
    shown = summary_of(orders, {"main": Rates([price("USDT/USD", "0.5")])}, "USD")
    assert shown.buy_value == Decimal(50)


def test_the_distance_of_a_trigger_order_is_that_of_its_trigger():
    """It executes at market, so it has no limit price. Its trigger price is not the price of execution."""
    waiting = stop(trigger="90000")
    assert waiting.limit_price is None
    assert waiting.distance_to(Decimal(100000)) == Decimal("-0.1")


def test_how_far_an_order_is_filled_comes_from_the_list_that_is_not_carried():
    book = order("900", filled=Decimal("0.6"), remaining=Decimal("0.4"))
    (shown,) = merge_duplicates([book, stop("25", book_order_id="900")], older={Source.TRIGGERS})
    assert (shown.key, shown.remaining, shown.trigger_price) == ("25", Decimal("0.4"), Decimal(80000))


def test_an_order_that_has_triggered_rests_at_its_limit_and_waits_no_more():
    triggered = stop("7", kind=OrderKind.STOP_LIMIT, book_order_id="8", limit_price=Decimal(90))
    assert (triggered.waits_for_trigger, triggered.price) == (False, Decimal(90))


@pytest.mark.parametrize(
    ("side", "position_side", "kind", "role"),
    [
        (Side.BUY, PositionSide.SHORT, OrderKind.STOP, Role.STOP_LOSS),
        (Side.SELL, PositionSide.LONG, OrderKind.STOP, Role.STOP_LOSS),
        (Side.BUY, PositionSide.SHORT, OrderKind.TAKE_PROFIT, Role.TAKE_PROFIT),
        (Side.BUY, PositionSide.SHORT, OrderKind.TRAILING_STOP, Role.STOP_LOSS),
        (Side.BUY, PositionSide.SHORT, OrderKind.LIMIT, Role.EXIT),
        (Side.SELL, PositionSide.SHORT, OrderKind.STOP, Role.ENTRY),
        (Side.SELL, PositionSide.SHORT, OrderKind.LIMIT, Role.ENTRY),
        (Side.BUY, PositionSide.LONG, OrderKind.TAKE_PROFIT, Role.ENTRY),
    ],
)
@pytest.mark.parametrize("reduce_only", [None, False])
def test_in_hedge_mode_the_position_that_an_order_names_tells_whether_it_opens_or_closes(
    side, position_side, kind, role, reduce_only
):
    hedged = {"side": side, "position_side": position_side, "reduce_only": reduce_only}
    (shown,) = merge_duplicates([stop(kind=kind, symbol="BTC/USD:USD", **hedged)])
    assert (shown.role, shown.role_origin) == (role, RoleOrigin.INFERRED)


def test_an_order_that_adds_to_its_position_is_an_entry_whatever_its_type_is_called():
    """Sold for a short position, a "take profit" opens it once the price has risen."""
    stated = {"role": Role.TAKE_PROFIT, "role_origin": RoleOrigin.STATED, "kind": OrderKind.TAKE_PROFIT}
    (shown,) = merge_duplicates(
        [stop(side=Side.SELL, position_side=PositionSide.SHORT, symbol="BTC/USD:USD", **stated)]
    )
    assert (shown.role, shown.role_rule) == (Role.ENTRY, "adds to the position that it names")


def test_groups_of_one_id_on_two_markets_are_two_groups():
    """Some exchanges number the orders of each market separately."""
    entry = order("1", symbol="ETH/USD", group_id="1", contingency=Contingency.ATTACHED, role=Role.ENTRY)
    hangs = stop("1/sl", order_id="1/sl", symbol="ETH/USD", group_id="1", contingency=Contingency.ATTACHED)
    stands = stop("2", symbol="BTC/USD", group_id="1", contingency=Contingency.OCO)
    orders = merge_duplicates([entry, hangs, stands])
    assert [len(group.orders) for group in groups_of(orders)] == [2, 1]
    held = snapshot(balances=[balance("BTC"), balance("ETH")], orders=orders)
    shown = protection_of(held)
    assert shown["BTC"].state is ProtectionState.PROTECTED
    assert shown["ETH"].state is ProtectionState.UNPROTECTED


def test_an_order_is_named_by_its_key_its_id_or_its_market_and_id():
    named = order("BTC_USD/7", order_id="7")
    assert [name for name in ("BTC_USD/7", "7", "ETH_USD/7", "8") if named.is_named(name)] == ["BTC_USD/7", "7"]
    assert order("7").is_named("BTC_USD/7")
