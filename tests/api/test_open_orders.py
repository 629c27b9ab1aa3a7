"""/api/orders/open: normal and trigger orders in one list, each once, with its group and its source's age."""

from decimal import Decimal
from typing import Any

import pytest

from api import snapshots
from api.orders import counts_response
from domain.markets import Side
from domain.orders import Contingency, OrderKind, Role, RoleOrigin, TriggerKind
from tests.api.conftest import known, refreshed
from tests.api.serving import Served
from tests.factories import account, failure, order, price, snapshot, stop, valuation

PATH = "/api/orders/open"


def test_an_entry_with_its_stop_and_its_take_profit_is_one_group(database: Any, api: Served) -> None:
    """Legs that share an order id stay distinct."""
    (account,) = known(database, "main")
    group: dict[str, Any] = {"group_id": "6498090546073120100", "contingency": Contingency.OTOCO}
    stated = {"role_origin": RoleOrigin.STATED}
    legs = [
        order("11/1", leg_id="1", source="triggers", limit_price=Decimal("50000.00"), **group),
        stop("12/2", "45000.00", leg_id="2", role=Role.STOP_LOSS, **stated, **group),
        stop("12/3", "55000.00", leg_id="3", kind=OrderKind.TAKE_PROFIT, role=Role.TAKE_PROFIT, **stated, **group),
    ]
    refreshed(database, account, worth=valuation(), triggers=legs)
    told = api.get(PATH).json()
    assert {(o["role"], o["trigger_price"], o["kind"]) for o in told["orders"]} == {
        ("entry", None, "limit"),
        ("stop_loss", "45000.00", "stop"),
        ("take_profit", "55000.00", "take_profit"),
    }
    (one,) = told["groups"]
    assert (one["contingency"], len(one["orders"]), one["orders"][0]) == ("OTOCO", 3, "11/1")
    assert told["summary"]["by_role"] == {"entry": 1, "stop_loss": 1, "take_profit": 1}


def test_an_inferred_role_names_its_rule(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation(), triggers=[stop()])
    (told,) = api.get(PATH).json()["orders"]
    assert (told["role"], told["role_origin"], told["role_rule"]) == ("stop_loss", "inferred", "type of the order")


def test_an_order_that_executes_at_market_has_no_limit_price(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation(), triggers=[stop(trigger="0.00001234")])
    (told,) = api.get(PATH).json()["orders"]
    assert (told["limit_price"], told["trigger_price"]) == (None, "0.00001234")
    assert told["waits_for_trigger"] is True


def test_the_same_order_in_both_lists_is_one_order(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(
        database,
        account,
        worth=valuation(),
        orders=[order("77"), order("78")],
        triggers=[stop("9", book_order_id="77")],
    )
    assert sorted(o["key"] for o in api.get(PATH).json()["orders"]) == ["78", "9"]


def test_stops_stay_while_the_trigger_source_fails(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=20, worth=valuation(), orders=[order("1")], triggers=[stop("s")])
    refreshed(database, account, worth=valuation(), orders=[order("2")], triggers=failure("no response within 8 s"))
    told = api.get(PATH).json()
    assert {(o["key"], o["carried"]) for o in told["orders"]} == {("2", False), ("s", True)}
    assert told["sources"]["triggers"]["error"] == "no response within 8 s"
    assert told["summary"]["carried"][0]["source"] == "triggers"
    assert told["summary"]["complete"] is True


def test_a_successful_empty_list_is_empty(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=20, worth=valuation(), orders=[order()], triggers=[stop()])
    refreshed(database, account, worth=valuation())
    told = api.get(PATH).json()
    assert told["orders"] == []
    assert (told["summary"]["count"], told["summary"]["complete"]) == (0, True)


def test_orders_that_were_never_read_are_not_zero_orders(database: Any, api: Served) -> None:
    known(database, "main")
    told = api.get(PATH).json()
    assert (told["orders"], told["summary"]["complete"]) == ([], False)
    assert told["sources"]["orders"]["state"] == "never"


def test_values_and_distances_come_from_the_prices_of_the_refresh(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(
        database,
        account,
        worth=valuation(),
        orders=[order("1", limit_price=Decimal("90000"), amount="0.5"), order("2", side=Side.SELL, symbol="ETH/EUR")],
        prices=[price("BTC/USD", "100000")],
    )
    told = api.get(PATH).json()
    by_key = {o["key"]: o for o in told["orders"]}
    assert (by_key["1"]["market_price"], by_key["1"]["value"]) == ("100000", "45000.0")
    assert Decimal(by_key["1"]["distance"]) == Decimal("-0.1")
    assert by_key["2"]["distance"] is None
    assert (told["summary"]["buy_value"], told["summary"]["unvalued"]) == ("45000.0", 1)


def test_the_distance_of_an_order_triggered_by_the_mark_counts_from_the_mark(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    triggers = [stop("by mark", "90", trigger_kind=TriggerKind.MARK), stop("by last", "90")]
    prices = [price("BTC/USD", "120", mark=Decimal("100"))]
    refreshed(database, account, worth=valuation(), triggers=triggers, prices=prices)
    told = {order["key"]: (order["market_price"], order["distance"]) for order in api.get(PATH).json()["orders"]}
    assert told == {"by mark": ("100", "-0.1"), "by last": ("120", "-0.25")}


def test_many_orders_follow_each_refresh_and_a_past_moment_keeps_its_own(
    database: Any, api: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many orders only those are read that changed since the request before."""
    monkeypatch.setattr(snapshots, "MANY_ORDERS", 0)
    (account,) = known(database, "main")
    first = refreshed(database, account, ago=60, worth=valuation(), orders=[order("1"), order("2")])
    before = api.get(PATH).json()["orders"]
    changed = [order("2", amount="5"), order("3")]
    refreshed(database, account, worth=valuation(), orders=changed, triggers=[stop("4")])
    followed = [(o["key"], o["amount"]) for o in api.get(PATH).json()["orders"]]
    assert followed == [("2", "5"), ("3", "1"), ("4", "1")]
    assert api.get(f"{PATH}?as_of={first:%Y-%m-%dT%H:%M:%S.%fZ}").json()["orders"] == before


def test_orders_of_two_exchanges_are_converted_by_the_prices_of_each_as_on_the_page():
    first = snapshot(orders=[order(limit_price=Decimal(120))], prices=[price("EUR/USD", "1.20")])
    of_two = [order(account="two", limit_price=Decimal(110))]
    two = snapshot(account(id=2, name="two"), orders=of_two, prices=[price("EUR/USD", "1.10")])
    assert counts_response([first, two], "EUR")["buy_value"] == 200
