"""/api/orders/ended: how orders ended, with evidence. Gone is not cancelled."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.endings import Ending, Evidence, Outcome
from domain.sources import Source
from tests.api.conftest import refreshed
from tests.api.serving import Served
from tests.factories import order
from tests.pages.past import ended, with_past

PATH = "/api/orders/ended"


def test_an_ending_has_its_evidence_and_an_unknown_one_is_gone(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    refreshed(database, account, ago=60, orders=[order("1"), order("2"), order("3")])
    gone_at = refreshed(database, account, ago=30, orders=[order("3")])
    outcome = Outcome(
        "main", Source.ORDERS, "1", Ending.FILLED, gone_at, Evidence.FILLS, filled=Decimal("1.0"), reason="in two fills"
    )
    ended(database.writer, account, outcome)
    told = api.get(PATH).json()
    assert told["summary"]["count"] == 2
    assert (told["summary"]["by_ending"]["filled"], told["summary"]["by_ending"]["gone"]) == (1, 1)
    by_key = {row["key"]: row for row in told["orders"]}
    assert (by_key["1"]["ending"], by_key["1"]["evidence"], by_key["1"]["filled"]) == ("filled", "fills", "1.0")
    assert by_key["1"]["reason"] == "in two fills"
    assert (by_key["2"]["ending"], by_key["2"]["evidence"], by_key["2"]["filled"]) == ("gone", None, None)
    assert "remaining" not in by_key["1"]


def test_since_and_as_of_limit_the_list(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    refreshed(database, account, ago=900, orders=[order("1"), order("2")])
    refreshed(database, account, ago=600, orders=[order("2")])
    refreshed(database, account, ago=300)
    assert keys(api) == ["2", "1"]
    assert keys(api, since=ago(450)) == ["2"]
    assert keys(api, as_of=ago(450)) == ["1"]


def keys(api: Served, **query: Any) -> list[str]:
    return [row["key"] for row in api.get(PATH, **query).json()["orders"]]


def ago(seconds: float) -> str:
    return f"{datetime.now(UTC) - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
