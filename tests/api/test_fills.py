"""/api/fills: fills page by page with exact figures, and totals over the whole filter."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from domain.markets import Side
from domain.sources import Failure, FailureKind, Source
from tests.api.conftest import refreshed
from tests.api.serving import Served
from tests.factories import balance, fill, position, price, valuation
from tests.pages.past import failed, traded, with_past

PATH = "/api/fills"


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def some(database: Any) -> Any:
    """Two purchases and a sale of one coin, and a purchase of another."""
    (account,) = with_past(database.writer)
    fills = [
        fill("1", Side.BUY, "2.00", "100.50", at=ago(hours=3), fee="0.10", is_maker=True, order_id="7"),
        fill("2", Side.BUY, "1", "99", at=ago(hours=2), fee=None, is_maker=False, symbol="ETH/USDT"),
        fill("3", Side.SELL, "2", "120", at=ago(hours=1), fee="-0.20", is_maker=True),
    ]
    traded(database.writer, account, fills)
    refreshed(database, account, worth=valuation(), balances=[balance("BTC", "2")], prices=[price("BTC/USD", "110")])
    return account


def keys(told: Any) -> list[str]:
    return [row["key"] for row in told["fills"]]


def test_a_fill_has_every_digit_and_its_realised_profit(database: Any, api: Served) -> None:
    some(database)
    told = api.get(PATH).json()
    assert keys(told) == ["3", "2", "1"]
    sold, unknown, bought = told["fills"]
    assert (bought["price"], bought["amount"], bought["value"], bought["fee"]) == ("100.50", "2.00", "201.0000", "0.10")
    assert (sold["fee"], sold["realised"], sold["realised_before_fees"]) == ("-0.20", "39.1000", "39.0000")
    assert (unknown["fee"], unknown["liquidity"]) == (None, "taker")
    assert bought["at"].endswith("Z")
    assert told["accounts"][0]["sources"]["fills"]["state"] == "fresh"


def test_realised_is_of_the_coin_and_realised_by_market_of_each_market_in_every_answer(
    database: Any, api: Served
) -> None:
    (account,) = with_past(database.writer)
    bought = fill("b", Side.BUY, "3", "10", symbol="LINK/USD", at=ago(hours=2))
    sold = fill("s", Side.SELL, "1", "15", symbol="LINK/USDT", at=ago(hours=1))
    traded(database.writer, account, [bought, sold])
    refreshed(database, account, balances=[balance("LINK", "2")], prices=[price("USDT/USD", "1")])
    told = api.get(PATH).json()
    newest, oldest = told["fills"]
    assert (newest["realised"], newest["unexplained"]) == ("5", "0")
    assert (newest["realised_by_market"], newest["unexplained_by_market"]) == (None, "1")
    assert newest["coin"] == {
        "held_after": "2", "known_after": "2", "cost_after": "20", "currency": "USD", "unknown": [], "is_assumed": True
    }  # fmt: skip
    assert (oldest["only_opens"], newest["only_opens"]) == (True, False)
    assert (newest["realised_currency"], oldest["realised_currency"]) == ("USD", "USD")
    usdt, usd = sorted(told["totals"]["by_quote"], key=lambda part: part["quote"] != "USDT")
    assert (usdt["realised"], usd["realised"], usd["realised_unknown"]) == ("0", "5", 0)
    assert (usdt["realised_by_market"], usdt["realised_by_market_unknown"]) == ("0", 1)
    snapshot = api.get("/api/dashboard/snapshot").json()
    (link,) = snapshot["holdings"]
    assert (link["explained"], link["cost"], [book["symbol"] for book in link["markets"]]) == (
        "2",
        "20",
        ["LINK/USD", "LINK/USDT"],
    )
    day = snapshot["realised"]["24h"]
    assert (day["realised"], day["realised_unknown"]) == ("5", 0)
    assert (day["realised_by_market"], day["realised_by_market_unknown"]) == ([], 1)
    assert day["known_since"] is None
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE history_state SET known_from = known_until - interval '1 minute'"))
    assert api.get("/api/dashboard/snapshot").json()["realised"]["24h"]["known_since"] is not None


def test_pages_follow_each_other_and_totals_are_of_the_whole_filter(database: Any, api: Served) -> None:
    some(database)
    first = api.get(PATH, limit=2).json()
    rest = api.get(PATH, limit=2, before=first["next"]).json()
    assert (keys(first), keys(rest), rest["next"]) == (["3", "2"], ["1"], None)
    assert first["totals"] == rest["totals"]
    assert (first["totals"]["fills"], first["totals"]["fees_unknown"]) == (3, 1)
    (usd,) = [part for part in first["totals"]["by_quote"] if part["quote"] == "USD"]
    assert (usd["bought"], usd["sold"], usd["realised"], usd["realised_unknown"]) == ("201.0000", "240", "39.1000", 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"symbol": "ETH/USDT"}, ["2"]),
        ({"symbol": ["ETH/USDT", "BTC/USD"], "side": "BUY"}, ["2", "1"]),
        ({"liquidity": "maker"}, ["3", "1"]),
        ({"order_id": "7"}, ["1"]),
        ({"since": f"{ago(minutes=150):%Y-%m-%dT%H:%M:%SZ}"}, ["3", "2"]),
        ({"until": f"{ago(minutes=150):%Y-%m-%dT%H:%M:%SZ}"}, ["1"]),
        ({"as_of": f"{ago(minutes=90):%Y-%m-%dT%H:%M:%SZ}"}, ["2", "1"]),
    ],
)
def test_a_filter_leaves_matching_rows(database: Any, api: Served, query: dict[str, Any], found: list[str]) -> None:
    some(database)
    told = api.get(PATH, **query).json()
    assert keys(told) == found
    assert told["totals"]["fills"] == len(found)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"side": "long"}, "side=long is unknown: give buy, sell"),
        ({"limit": "0"}, "limit='0' is out of range: give a number from 1 to 1000"),
        ({"limit": "1e3"}, "limit='1e3' is out of range"),
        ({"before": "x"}, "before='x' is not a cursor"),
        ({"since": "yesterday"}, "since='yesterday' is not a moment"),
        (
            {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
            "since=2026-03-02T00:00:00Z is not before",
        ),
        ({"order_id": ["1", "2"]}, "order_id is given 2 times"),
        ({"currency": "USD"}, "currency=USD is not a parameter of this route"),
    ],
)
def test_an_unreadable_parameter_is_refused_in_one_line(
    database: Any, api: Served, query: dict[str, Any], reason: str
) -> None:
    with_past(database.writer)
    refused = api.get(PATH, **query)
    assert refused.status_code == 400
    assert refused.json()["error"].startswith(reason)


def test_fills_that_were_never_read_are_not_zero_fills(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    failed(database.writer, account, Source.FILLS, Failure(FailureKind.PERMANENT, "the key may not"))
    refreshed(database, account)
    (told,) = api.get(PATH).json()["accounts"]
    assert told["fills_since"] is None
    assert (told["sources"]["fills"]["state"], told["sources"]["fills"]["error"]) == ("failing", "the key may not")


def test_the_snapshot_has_cost_and_gain_and_realised_profit(database: Any, api: Served) -> None:
    account = some(database)
    shorts = [position(amount="1", entry_price=Decimal(100), mark_price=Decimal(90))]
    refreshed(database, account, worth=valuation(), balances=[balance("BTC", "2")], prices=[price("BTC/USD", "110")],
              positions=shorts)  # fmt: skip
    told = api.get("/api/dashboard/snapshot").json()
    (btc,) = told["holdings"]
    assert btc["markets"] == [{"symbol": "BTC/USD", "quote": "USD", "quantity": "0.00", "cost": "0.0000"}]
    assert (btc["explained"], btc["unexplained"], btc["average_cost"], btc["cost"]) == ("0", "2", None, None)
    assert told["realised"]["24h"]["fills"] == 3
    assert told["realised"]["24h"]["realised"] == "39.1000"
    assert told["realised"]["24h"]["fees_unknown"] == 1
    assert told["positions"][0]["unrealised_computed"] == "10"


def test_fees_of_the_snapshot_do_not_move_with_prices(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    bought = fill("1", Side.BUY, "2", "100", at=ago(hours=3), fee="0.01", fee_currency="BTC")
    traded(database.writer, account, [bought])
    for market in ("110", "150"):
        refreshed(database, account, worth=valuation(), balances=[balance("BTC", "2")],
                  prices=[price("BTC/USD", market)])  # fmt: skip
        told = api.get("/api/dashboard/snapshot").json()["realised"]["24h"]
        assert Decimal(told["fees"]) == Decimal("1.00")


def test_without_known_fills_the_snapshot_has_no_costs(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    refreshed(database, account, worth=valuation(), balances=[balance("BTC", "2")])
    told = api.get("/api/dashboard/snapshot").json()
    assert told["realised"] == {"24h": None, "7d": None, "30d": None}
    assert told["holdings"][0]["unexplained"] is None
