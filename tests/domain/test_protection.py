"""Protection: the share that stops cover. Orders that could not be read never make it unprotected."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.markets import Side
from domain.order_groups import with_roles
from domain.orders import Contingency, OrderKind, Role
from domain.positions import PositionSide
from domain.protection import ProtectionState, protection_of, protection_of_positions
from domain.sources import Source, SourceKind
from tests.factories import account, balance, later, order, position, price, snapshot, stop


def protection(orders, total="1", **values):
    return protection_of(snapshot(balances=[balance("BTC", total)], orders=with_roles(orders), **values))["BTC"]


def test_a_stop_for_the_whole_quantity_protects():
    covered = protection([stop(amount="1")])
    assert (covered.state, covered.share, covered.stop_losses) == (ProtectionState.PROTECTED, 1, (Decimal(80000),))


def test_a_stop_for_a_part_protects_that_part():
    covered = protection([stop(amount="0.25")])
    assert (covered.state, covered.share) == (ProtectionState.PARTLY, Decimal("0.25"))


def test_without_any_stop_it_is_unprotected():
    assert protection([order(side=Side.SELL)]).state is ProtectionState.UNPROTECTED


def test_stops_on_all_dollar_books_count_together():
    books = [stop("a", amount="0.5", symbol="BTC/USD"), stop("b", amount="0.5", symbol="BTC/USDT")]
    assert protection(books).state is ProtectionState.PROTECTED


def test_an_oco_counts_once():
    legs = [
        stop("1/1", amount="1", group_id="7", contingency=Contingency.OCO, leg_id="1"),
        order("1/2", side=Side.SELL, amount="1", group_id="7", contingency=Contingency.OCO, leg_id="2",
              source=Source.TRIGGERS, limit_price=Decimal(120000)),
    ]  # fmt: skip
    covered = protection(legs, total="2")
    assert (covered.share, covered.take_profits) == (Decimal("0.5"), (Decimal(120000),))


def test_only_one_of_two_stops_of_an_oco_counts():
    """A stop and a trailing stop that cancel one another."""
    group = {"group_id": "7", "contingency": Contingency.OCO}
    legs = [stop("1/1", amount="0.5", **group), stop("1/2", amount="0.4", kind=OrderKind.TRAILING_STOP, **group)]
    assert protection(legs).share == Decimal("0.5")
    assert protection([*legs, stop("2", amount="0.1")]).share == Decimal("0.6")
    assert protection([replace(leg, contingency=Contingency.ATTACHED) for leg in legs]).share == Decimal("0.9")


def test_a_stop_whose_entry_still_waits_protects_nothing():
    legs = [
        order("1/1", group_id="7", contingency=Contingency.OTOCO, leg_id="1", source=Source.TRIGGERS),
        stop("2/2", group_id="7", contingency=Contingency.OTOCO, leg_id="2"),
    ]
    assert protection(legs).state is ProtectionState.UNPROTECTED


@pytest.mark.parametrize("missing", [Source.TRIGGERS, Source.ORDERS])
def test_orders_never_seen_make_it_unknown(missing):
    covered = protection([], carried={missing: None})
    assert (covered.state, covered.share) == (ProtectionState.UNKNOWN, None)


def test_carried_triggers_never_make_it_unprotected():
    covered = protection([], carried={Source.TRIGGERS: later(-600)})
    assert (covered.state, covered.share, covered.as_of) == (ProtectionState.UNKNOWN, None, later(-600))


def test_carried_stops_still_protect_and_say_how_old_they_are():
    covered = protection([stop()], carried={Source.TRIGGERS: later(-600)})
    assert (covered.state, covered.carried, covered.as_of) == (ProtectionState.PROTECTED, True, later(-600))


def test_a_stop_of_unknown_amount_makes_it_unknown():
    assert protection([stop(remaining=None)]).state is ProtectionState.UNKNOWN


@pytest.mark.parametrize(
    ("asset", "total"),
    [("USD", "100"), ("USDT", "5"), ("EUR", "7"), ("KRW", "1000000"), ("PLN", "40"), ("EURC", "3"), ("BTC", "-1")],
)
def test_money_and_loans_need_no_protection(asset, total):
    covered = protection_of(snapshot(balances=[balance(asset, total)]))
    assert covered[asset].state is ProtectionState.NOTHING_TO_PROTECT


@pytest.mark.parametrize("coin", ["RON", "MNT", "SCR"])
def test_a_coin_that_shares_its_symbol_with_a_fiat_currency_needs_protection(coin):
    covered = protection_of(snapshot(balances=[balance(coin, "1")]))
    assert covered[coin].state is ProtectionState.UNPROTECTED


def test_a_short_is_protected_by_buying_stops_on_its_own_contract():
    spot = stop("a", side=Side.BUY, role=Role.STOP_LOSS)
    contract = stop("b", side=Side.BUY, symbol="BTC/USD:USD", amount="0.5", role=Role.STOP_LOSS, kind=OrderKind.STOP)
    short = position(amount="1", side=PositionSide.SHORT)
    covered = protection_of_positions(snapshot(positions=[short], orders=[spot, contract]))
    assert covered[short.key].share == Decimal("0.5")


def test_an_unreadable_row_never_makes_it_unprotected():
    """The row may be a stop."""
    covered = protection([], unreadable={Source.TRIGGERS: 1})
    assert (covered.state, covered.share) == (ProtectionState.UNKNOWN, None)


def test_a_fully_covered_holding_stays_protected_beside_an_unreadable_row():
    assert protection([stop()], unreadable={Source.ORDERS: 1}).state is ProtectionState.PROTECTED


def test_prices_are_in_the_currency_of_the_holding():
    held = snapshot(balances=[balance()], orders=with_roles([stop(trigger="80000")]), prices=[price("EUR/USD", "1.25")])
    assert protection_of(held, "EUR")["BTC"].stop_losses == (Decimal(64000),)
    assert protection_of(held, "USDT")["BTC"].stop_losses == (Decimal(80000),)
    assert protection_of(held, "XYZ")["BTC"].stop_losses == ()


def test_a_stop_in_a_dollar_coin_is_converted_at_market_or_else_at_an_assumed_dollar():
    orders = with_roles([stop(trigger="80000", symbol="BTC/USDT")])
    priced = snapshot(balances=[balance()], orders=orders, prices=[price("USDT/USD", "0.5")])
    covered = protection_of(priced, "USD")["BTC"]
    assert (covered.stop_losses, covered.assumed) == ((Decimal(40000),), ())
    covered = protection_of(snapshot(balances=[balance()], orders=orders), "USD")["BTC"]
    assert (covered.stop_losses, covered.assumed) == ((Decimal(80000),), ("USDT",))
    assert protection_of(priced)["BTC"].stop_losses == (Decimal(80000),)


def test_triggers_that_cannot_be_read_here_never_make_it_unprotected():
    """An exchange may hold stops that no request returns."""
    here = account(sources=(Source.BALANCES, Source.ORDERS), not_readable=frozenset({SourceKind.TRIGGERS}))

    def found(*orders):
        held = snapshot(here, balances=[balance("BTC")], positions=[position()], orders=with_roles(orders))
        return [protection_of(held)["BTC"], *protection_of_positions(held).values()]

    assert [p.state for p in found()] == [ProtectionState.UNKNOWN] * 2
    read = stop(amount="1", source=Source.ORDERS)
    assert found(read)[0].state is ProtectionState.PROTECTED


def test_a_stop_protects_only_the_position_it_belongs_to():
    """A symbol may be used by a spot pair and a perpetual, and in hedge mode by a long and a short."""
    held = position(symbol="BTC/USDT:USDT", exchange_symbol="BTCUSDT", side=PositionSide.LONG)
    own_role = {"role": Role.STOP_LOSS, "amount": "9", "side": Side.SELL}
    spot = stop("1", symbol="BTC/USDT", exchange_symbol="BTCUSDT", **own_role)
    short = stop("2", symbol="BTC/USDT:USDT", position_side=PositionSide.SHORT, **own_role)
    fitting = stop("3", symbol="BTC/USDT:USDT", position_side=PositionSide.LONG, **own_role)
    for orders, state in (((spot, short), ProtectionState.UNPROTECTED), ((fitting,), ProtectionState.PROTECTED)):
        (covered,) = protection_of_positions(snapshot(positions=[held], orders=orders)).values()
        assert covered.state is state


def test_a_stop_for_one_of_two_positions_of_a_side_never_counts_for_both():
    """Crypto.com holds "1 Cross position, 1 isolated position" on one pair ("Isolated Margin for Perpetuals")."""
    cross = position("BTC/USD:USD", side=PositionSide.LONG)
    isolated = replace(cross, key=f"{cross.key}/19848526", margin_mode="isolated")
    short = position("BTC/USD:USD", side=PositionSide.SHORT)
    sells: dict[str, Any] = {"side": Side.SELL, "symbol": "BTC/USD:USD", "role": Role.STOP_LOSS}
    for closes in ({"amount": "1"}, {"amount": "9"}, {"close_position": True}, {"close_fraction": Decimal(1)}):
        both = protection_of_positions(snapshot(positions=[cross, isolated], orders=[stop(**sells | closes)]))
        assert [(p.state, p.share) for p in both.values()] == [(ProtectionState.UNKNOWN, None)] * 2
        hedged = protection_of_positions(snapshot(positions=[isolated, short], orders=[stop(**sells | closes)]))
        assert hedged[isolated.key].state is ProtectionState.PROTECTED
    alone = protection_of_positions(snapshot(positions=[cross, isolated]))
    assert [p.state for p in alone.values()] == [ProtectionState.UNPROTECTED] * 2


SHORT = position("BTC/USD:USD", "1", side=PositionSide.SHORT)
CONTRACT: dict[str, Any] = {"symbol": "BTC/USD:USD", "side": Side.BUY}


def of_short(*orders, held=SHORT):
    return protection_of_positions(snapshot(positions=[held], orders=with_roles(orders)))[held.key]


def test_a_buying_stop_that_may_open_a_position_still_reduces_a_short_one():
    """One-way mode has one position. An order without `reduce_only` may belong to another one."""
    covered = of_short(stop(trigger="99000", reduce_only=False, **CONTRACT))
    assert (covered.state, covered.stop_losses) == (ProtectionState.PROTECTED, (Decimal(99000),))
    assert of_short(stop(reduce_only=None, **CONTRACT)).state is ProtectionState.UNKNOWN


def test_a_trailing_stop_that_is_not_active_is_surely_no_stop_whatever_else_is_unknown_of_it():
    waits = stop(kind=OrderKind.TRAILING_STOP, activation_price=Decimal(50000), is_active=False, **CONTRACT)
    assert of_short(waits).state is ProtectionState.UNPROTECTED


def test_an_order_that_closes_a_fraction_covers_that_fraction():
    quarter = stop(amount="0", close_fraction=Decimal("0.25"), **CONTRACT)
    assert of_short(replace(quarter, amount=None, remaining=None)).share == Decimal("0.25")
    assert of_short(quarter, stop("2", close_fraction=Decimal(1), **CONTRACT)).state is ProtectionState.PROTECTED


def test_three_stops_for_a_third_each_cover_the_whole():
    held = position("BTC/USD:USD", "0.3", side=PositionSide.SHORT)
    thirds = [stop(str(n), amount="0.1", reduce_only=True, **CONTRACT) for n in range(3)]
    assert of_short(*thirds, held=held).state is ProtectionState.PROTECTED
    held = position("BTC/USD:USD", "3", side=PositionSide.SHORT)
    thirds = [stop(str(n), amount="1", reduce_only=True, **CONTRACT) for n in range(3)]
    assert of_short(*thirds, held=held).state is ProtectionState.PROTECTED


def test_a_stop_for_all_contracts_of_an_inverse_position_covers_it_at_whatever_price_it_acts():
    """100 contracts of 100 dollars are 0.2 BTC at 50,000 and 0.1 BTC at 100,000."""
    held = position("BTC/USD:BTC", "0.2", side=PositionSide.SHORT, contracts=Decimal(100))
    inverse: dict[str, Any] = {"symbol": "BTC/USD:BTC", "side": Side.BUY, "reduce_only": True}
    full = stop(trigger="100000", amount="0.1", contracts=Decimal(100), **inverse)
    assert of_short(full, held=held).state is ProtectionState.PROTECTED
    rest = replace(full, filled=Decimal("0.04"), remaining=Decimal("0.06"))
    assert of_short(rest, held=held).share == Decimal("0.6")


def test_an_oco_that_opens_in_one_direction_hides_no_stop_of_the_other():
    """Its legs do not wait for each other."""
    group: dict[str, Any] = {"group_id": "g", "contingency": Contingency.OCO, "symbol": "BTC/USD:USD"}
    opens = order("1", side=Side.SELL, position_side=PositionSide.SHORT, **group)
    closes = stop("2", side=Side.BUY, position_side=PositionSide.SHORT, **group)
    assert of_short(opens, closes).state is ProtectionState.PROTECTED


def test_a_stop_without_a_known_trigger_price_leaves_protection_unknown():
    assert protection([stop(amount="1", trigger_price=None)]).state is ProtectionState.UNKNOWN
    assert protection([stop(amount="1", kind=OrderKind.TRAILING_STOP, trigger_price=None)]).share == 1


def test_a_stop_limit_far_from_its_trigger_still_counts():
    far = stop(kind=OrderKind.STOP_LIMIT, trigger="80000", limit_price=Decimal(40000))
    assert protection([far]).state is ProtectionState.PROTECTED


def test_an_empty_position_without_orders_has_no_protection():
    (covered,) = protection_of_positions(snapshot(positions=[position(amount="0")])).values()
    assert covered.state is ProtectionState.UNPROTECTED
