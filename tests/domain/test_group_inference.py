"""Group inference: a bracket is inferred if exactly one set of orders fits. Totals count its largest leg."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import group_inference
from domain.group_inference import with_inferred_groups
from domain.markets import Side
from domain.order_groups import groups_of, merge_duplicates, summary_of
from domain.orders import Contingency, Order, OrderKind, Role, RoleOrigin
from domain.prices import Rates
from domain.protection import ProtectionState, protection_of
from domain.sources import Source
from tests.factories import NOON, balance, later, order, price, snapshot, stop


def entry(**values):
    return order("1", limit_price=Decimal(100), side=Side.BUY, **{"created_at": NOON} | values)


def loss(**values):
    return stop("2", "90", **{"created_at": later(1)} | values)


def profit(**values):
    return stop("3", "120", kind=OrderKind.TAKE_PROFIT, **{"created_at": later(2)} | values)


def test_a_stop_and_a_take_profit_around_an_entry_of_their_size_are_an_inferred_bracket():
    orders = merge_duplicates([entry(), loss(), profit()])
    assert {o.contingency for o in orders} == {Contingency.BRACKET}
    assert all(o.is_group_inferred for o in orders)
    assert [o.role for o in orders] == [Role.ENTRY, Role.STOP_LOSS, Role.TAKE_PROFIT]
    assert orders[0].role_origin is RoleOrigin.INFERRED
    assert [len(group.orders) for group in groups_of(orders)] == [3]


def test_a_plain_limit_order_is_the_take_profit_of_a_bracket_only_with_an_entry_or_when_it_can_only_reduce():
    limit = order("3", limit_price=Decimal(120), side=Side.SELL, created_at=later(2))
    assert groups_of(merge_duplicates([loss(), limit])) == ()
    assert [o.role for o in merge_duplicates([entry(), loss(), limit])] == [
        Role.ENTRY,
        Role.STOP_LOSS,
        Role.TAKE_PROFIT,
    ]
    assert len(groups_of(merge_duplicates([loss(), replace(limit, reduce_only=True)]))) == 1


@pytest.mark.parametrize(
    "orders",
    [
        [entry(), loss(), profit(amount="2")],
        [entry(), loss(), profit(created_at=later(8))],
        [loss(), profit(), replace(profit(), key="4", order_id="4")],
        [loss(), replace(loss(), key="4", order_id="4"), profit()],
        [loss(), stop("3", "80", kind=OrderKind.TAKE_PROFIT, created_at=later(2))],
        [loss(), profit(symbol="ETH/USD")],
        [loss(group_id="9", contingency=Contingency.OCO), profit()],
    ],
    ids=["sizes", "time", "two take profits", "two stops", "wrong side", "symbols", "stated group"],
)
def test_no_group_is_inferred_if_several_sets_of_orders_fit_or_none(orders):
    assert not any(o.is_group_inferred for o in merge_duplicates(orders))


def test_a_stop_in_an_inferred_group_still_protects():
    """An inferred group must not make a holding unprotected."""
    orders = merge_duplicates([entry(), loss(), profit()])
    grouped = protection_of(snapshot(balances=[balance("BTC", "1")], orders=orders))
    assert grouped["BTC"].state is ProtectionState.PROTECTED


def test_a_limit_leg_beside_a_stop_of_one_stated_group_is_its_take_profit_whatever_the_group_is_called():
    group = {"group_id": "9", "contingency": Contingency.UNKNOWN, "side": Side.SELL}
    limit, _ = merge_duplicates([order("1", **group), stop("2", **group)])
    assert (limit.role, limit.role_origin) == (Role.TAKE_PROFIT, RoleOrigin.INFERRED)


def test_only_the_largest_leg_of_an_oco_counts():
    group = {"group_id": "9", "contingency": Contingency.OCO, "source": Source.TRIGGERS, "side": Side.SELL}
    orders = merge_duplicates(
        [
            order("1/1", leg_id="1", limit_price=Decimal(120), **group),
            stop("1/2", "90", leg_id="2", **group),
            order("5", limit_price=Decimal(100), side=Side.SELL),
        ]
    )
    summary = summary_of(orders, {"main": Rates([price("BTC/USD", "100")])}, "USD")
    assert (summary.count, summary.sell_value) == (3, Decimal(220))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Side)),
            st.sampled_from(list(OrderKind)),
            st.sampled_from(["1", "2"]),
            st.integers(90, 110),
            st.integers(0, 12),
        ),
        max_size=12,
    )
)
def test_no_order_is_lost_changed_or_in_two_groups(placed):
    orders = [
        stop(str(n), str(at), side=side, kind=kind, amount=amount, limit_price=Decimal(at), created_at=later(seconds))
        for n, (side, kind, amount, at, seconds) in enumerate(placed)
    ]
    grouped = with_inferred_groups(orders)
    assert [replace(o, group_id=None, contingency=None) for o in grouped] == orders
    assert with_inferred_groups(reversed(orders)) == tuple(reversed(grouped))
    for group in groups_of(grouped):
        assert len({o.amount for o in group.orders}) == 1
        assert len(group.orders) in (2, 3)


def test_a_ladder_of_like_orders_costs_no_comparison_of_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bots place thousands of orders of one size at one moment."""
    compared: list[str] = []
    beyond = group_inference._is_beyond

    def counted(a: Order, b: Order) -> bool:
        compared.append(a.key)
        return beyond(a, b)

    monkeypatch.setattr(group_inference, "_is_beyond", counted)
    ladder = [order(f"o{n}", limit_price=Decimal(n + 100), side=Side.SELL, created_at=NOON) for n in range(200)]
    stops = [stop(f"s{n}", "90", created_at=NOON) for n in range(50)]
    apart = [stop(f"a{n}", "90", created_at=later(60 + 60 * n)) for n in range(50)]
    assert with_inferred_groups([*ladder, *stops, *apart]) == (*ladder, *stops, *apart)
    assert len(compared) <= len(ladder)
