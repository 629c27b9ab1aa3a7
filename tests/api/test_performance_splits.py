"""/api/performance by account and by coin, with a basket."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from db.writes.refresh import write_refresh
from domain.sources import Source, Success
from tests.api.serving import Served
from tests.api.test_performance import MIDNIGHT, PATH, asked, at_hour
from tests.factories import balance, observation, price, valuation
from tests.pages.past import with_past, written


def two_accounts(database: Any) -> None:
    """One BTC in each. It costs 100, then 130 from the second day on. The second account has 50 dollars too."""
    for account, dollars in zip(with_past(database.writer, "one", "two", refresh_seconds=3600), (0, 50), strict=True):
        for hour in range(97):
            last = 100 if hour < 30 else 130
            sources = {
                Source.BALANCES: Success((balance("BTC", "1"), balance("USD", str(dollars)))),
                Source.PRICES: Success((price("BTC/USD", str(last)),)),
            }
            worth = valuation(str(last + dollars))
            write_refresh(database.writer, observation(account, at_hour(hour), sources, worth))
        written(database.writer, account, [], MIDNIGHT + timedelta(days=4))


def test_the_gain_is_divided_by_account(database: Any, api: Served) -> None:
    two_accounts(database)
    split = asked(api, split="account")["split"]
    assert [(part["name"], Decimal(part["gain"])) for part in split["parts"]] == [("one", 30), ("two", 30)]
    assert Decimal(split["parts"][0]["days"][1]["fraction"]) == Decimal("0.3")


def test_the_gain_is_divided_by_coin_and_weekday(database: Any, api: Served) -> None:
    two_accounts(database)
    split = asked(api, split="coin")["split"]
    (part,) = split["parts"]
    assert (part["name"], Decimal(part["gain"]), split["unknown"]) == ("BTC", 60, None)
    assert [Decimal(day["gain"]) for day in part["days"]] == [0, 60, 0, 0]
    assert part["weekdays"][1] == "60"  # 3 November 2026 is a Tuesday


def test_a_basket_is_a_benchmark(database: Any, api: Served) -> None:
    two_accounts(database)
    names = {row["name"]: row["fraction"] for row in asked(api, basket="50 % BTC, 50 % USD")["benchmarks"]}
    assert Decimal(names["50 % BTC, 50 % USD"]) == Decimal("0.15")
    wrongs: list[dict[str, Any]] = [{"basket": "60 % BTC"}, {"split": "week"}]
    for wrong in wrongs:
        assert api.get(PATH, **wrong).status_code == 400
