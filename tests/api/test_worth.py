"""Doubts about net value in JSON: stated beside computed, left out and assumed items."""

from decimal import Decimal
from typing import Any

from domain.valuation import Valuation, ValueOrigin
from tests.api.conftest import known, refreshed
from tests.api.serving import Served
from tests.factories import balance, price, valuation

SNAPSHOT, READY, MONITORING = "/api/dashboard/snapshot", "/api/health/ready", "/api/monitoring/summary"
LEFT_OUT = ("DEAD/USDT:USDT short 12.5 DEAD",)


def computed(net_value: str, **values: Any) -> Valuation:
    return valuation(net_value, origin=ValueOrigin.COMPUTED, computed_value=Decimal(net_value), **values)


def test_the_snapshot_has_stated_and_computed_value_and_names_left_out_and_assumed_items(
    database: Any, api: Served
) -> None:
    (account,) = known(database, "main", exchange="okx")
    worth = computed("1380", stated_value=Decimal("1240.50"), left_out=LEFT_OUT, assumed=("USDT",))
    held = [balance("USDT", "1380", debt=Decimal("2.50"))]
    refreshed(database, account, worth=worth, balances=held, prices=[price("BTC/USDT", "9")])
    told = api.get(SNAPSHOT).json()
    assert (told["net_value"], told["stated_value"], told["value_origin"]) == ("1380", "1240.50", "computed")
    assert (told["left_out"], told["assumed"]) == (list(LEFT_OUT), ["USDT"])
    (main,) = told["accounts"]
    assert (main["valuation"]["stated_value"], main["valuation"]["difference"]) == ("1240.50", "-139.50")
    assert (main["valuation"]["left_out"], main["valuation"]["assumed"]) == (list(LEFT_OUT), ["USDT"])
    assert told["balances"][0]["debt"] == "2.50"
    assert (told["holdings"][0]["value"], told["holdings"][0]["assumed"]) == ("1380", ["USDT"])


def test_a_coin_priced_by_a_contract_names_the_contract(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(
        database, account, worth=computed("6"), balances=[balance("PEPE", "2")], prices=[price("PEPE/USD:USD", "3")]
    )
    (held,) = api.get(SNAPSHOT).json()["holdings"]
    assert (held["value"], held["contract"], held["assumed"]) == ("6", "PEPE/USD:USD", [])


def test_a_value_gap_is_a_warning_everywhere_and_its_amounts_need_the_token(database: Any, api: Served) -> None:
    (account,) = known(database, "main", exchange="okx")
    refreshed(database, account, worth=computed("1380", stated_value=Decimal(1242), left_out=LEFT_OUT))
    warnings = [
        "main: the net value that the exchange states is 10.0 % away from the computed one",
        "main: the net value leaves out 1 position",
    ]
    ready = api.get(READY)
    assert (ready.json()["status"], ready.json()["warnings"]) == ("ok", warnings)
    assert "1380" not in ready.text
    assert "DEAD" not in ready.text
    told = api.get(MONITORING).json()
    assert told["warnings"] == warnings
    assert told["accounts"][0]["worth"] == {
        "currency": "USD", "stated_value": "1242", "computed_value": "1380", "difference": "-138", "is_gap": True,
        "unpriced": [], "left_out": list(LEFT_OUT), "assumed": [],
    }  # fmt: skip


def test_prices_of_two_moments_are_no_gap(database: Any, api: Served) -> None:
    first, second = known(database, "one", "two")
    refreshed(database, first, worth=computed("1000", stated_value=Decimal("1004.9")))
    refreshed(database, second, worth=valuation("1000", computed_value=Decimal("995.1")))
    assert api.get(READY).json()["warnings"] == []
    assert [a["worth"]["is_gap"] for a in api.get(MONITORING).json()["accounts"]] == [False, False]


def test_an_account_without_a_refresh_has_no_worth(database: Any, api: Served) -> None:
    known(database, "main")
    assert api.get(MONITORING).json()["accounts"][0]["worth"] is None
    assert api.get(READY).json()["warnings"] == []
