"""/api/transfers: transfers page by page with exact figures, totals over the filter, and income in the snapshot."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.transfers import TransferKind, TransferStatus
from tests.api.conftest import refreshed
from tests.api.serving import Served
from tests.factories import price, transfer, valuation
from tests.pages.past import moved, valued, with_past

PATH = "/api/transfers"


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def some(database: Any, **values: Any) -> Any:
    (account,) = with_past(database.writer, **values)
    told = [
        transfer("deposit/1", amount="2.00", at=ago(hours=4)),
        transfer("funding/1", kind=TransferKind.FUNDING, asset="USD", amount="-3.50", at=ago(hours=3),
                 symbol="BTC/USD:USD"),
        transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-1", fee=Decimal("0.010"), fee_currency="BTC",
                 at=ago(hours=2)),
        transfer("deposit/2", amount="9", status=TransferStatus.PENDING, at=ago(hours=1)),
    ]  # fmt: skip
    moved(database.writer, account, told)
    valued(database.writer, account, days=1, BTC="100")
    refreshed(database, account, worth=valuation(), prices=[price("BTC/USD", "100")])
    return account


def keys(told: Any) -> list[str]:
    return [row["key"] for row in told["transfers"]]


def test_a_transfer_has_every_digit(database: Any, api: Served) -> None:
    some(database)
    told = api.get(PATH).json()
    assert keys(told) == ["deposit/2", "withdrawal/1", "funding/1", "deposit/1"]
    _, sent, funding, _ = told["transfers"]
    assert (sent["amount"], sent["fee"], sent["fee_currency"], sent["status"]) == ("-1", "0.010", "BTC", "done")
    assert (funding["kind"], funding["amount"], funding["symbol"]) == ("funding", "-3.50", "BTC/USD:USD")
    assert told["accounts"][0]["transfers_since"] is not None


def test_pages_follow_each_other_and_totals_are_of_the_whole_filter(database: Any, api: Served) -> None:
    some(database)
    first = api.get(PATH, limit=3).json()
    rest = api.get(PATH, limit=3, before=first["next"]).json()
    assert (len(keys(first)), keys(rest), rest["next"]) == (3, ["deposit/1"], None)
    assert first["totals"] == rest["totals"]
    assert first["totals"]["transfers"] == 4
    pending = [group for group in first["totals"]["groups"] if group["status"] == "pending"]
    assert [(group["kind"], group["asset"], group["count"], group["amount"]) for group in pending] == [
        ("deposit", "BTC", 1, "9")
    ]
    assert first["totals"]["income"] == [
        {"kind": "funding", "asset": "USD", "amount": "-3.50"},
        {"kind": "fee", "asset": "BTC", "amount": "-0.010"},
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": ["funding", "withdrawal"]}, ["withdrawal/1", "funding/1"]),
        ({"status": "PENDING"}, ["deposit/2"]),
        ({"asset": "USD"}, ["funding/1"]),
        ({"since": f"{ago(minutes=150):%Y-%m-%dT%H:%M:%SZ}"}, ["deposit/2", "withdrawal/1"]),
        ({"until": f"{ago(minutes=210):%Y-%m-%dT%H:%M:%SZ}"}, ["deposit/1"]),
        ({"as_of": f"{ago(minutes=150):%Y-%m-%dT%H:%M:%SZ}"}, ["funding/1", "deposit/1"]),
    ],
)
def test_a_filter_leaves_matching_rows(database: Any, api: Served, query: dict[str, Any], found: list[str]) -> None:
    some(database)
    assert keys(api.get(PATH, **query).json()) == found


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"kind": "gift"}, "kind=gift is unknown: give deposit, withdrawal"),
        ({"limit": "0"}, "limit='0' is out of range"),
        ({"until": "soon"}, "until='soon' is not a moment"),
        (
            {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
            "since=2026-03-02T00:00:00Z is not before",
        ),
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


def test_the_snapshot_has_income_without_deposits(database: Any, api: Served) -> None:
    some(database)
    told = api.get("/api/dashboard/snapshot").json()["income"]["24h"]
    assert (Decimal(told["income"]), told["unclear"], told["unread"]) == (Decimal("-4.5"), 0, [])


def test_funding_keeps_its_worth_when_bitcoin_doubles(database: Any, api: Served) -> None:
    """0.00255 BTC received with bitcoin at 7,000 are 17.85 USD, with bitcoin at 14,000 now."""
    (account,) = with_past(database.writer)
    funding = transfer("funding/1", kind=TransferKind.FUNDING, amount="0.00255", at=ago(hours=9))
    moved(database.writer, account, [funding])
    valued(database.writer, account, days=1, BTC="7000")
    refreshed(database, account, worth=valuation(), prices=[price("BTC/USD", "14000")])
    income = api.get("/api/dashboard/snapshot").json()["income"]["24h"]
    assert (Decimal(income["income"]), income["unconverted"], income["is_by_day"]) == (Decimal("17.85"), [], False)


def test_income_in_another_currency_has_the_rate_of_its_day(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    funding = transfer("funding/1", kind=TransferKind.FUNDING, amount="0.00255", at=ago(hours=9))
    moved(database.writer, account, [funding])
    valued(database.writer, account, days=2, BTC="7000", EUR="1.25")
    now = [price("BTC/USD", "14000"), price("EUR/USD", "2")]
    refreshed(database, account, worth=valuation(), prices=now)
    income = api.get("/api/dashboard/snapshot", currency="EUR").json()["income"]["24h"]
    assert (Decimal(income["income"]), income["is_by_day"]) == (Decimal("14.28"), True)


def test_income_that_cannot_be_read_is_null_and_named(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer, unread_transfers=frozenset({TransferKind.FUNDING}))
    refreshed(database, account, worth=valuation())
    assert api.get("/api/dashboard/snapshot").json()["income"] == {"24h": None, "7d": None, "30d": None}
    moved(database.writer, account, [transfer(at=ago(hours=1))])
    told = api.get("/api/dashboard/snapshot").json()["income"]["24h"]
    assert (told["income"], told["unread"]) == (None, ["funding"])


def test_a_deposit_is_not_part_of_the_change_of_net_value(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    refreshed(database, account, ago=24 * 3600, worth=valuation("100"))
    moved(database.writer, account, [transfer(amount="900", asset="USD", at=ago(hours=12))])
    refreshed(database, account, worth=valuation("1010"))
    told = api.get("/api/dashboard/snapshot").json()["changes"]["24h"]
    assert (told["change"], told["flows"], told["is_estimated"]) == ("10", "900", True)
    # No value was recorded near the deposit, so Modified Dietz: 10 / (100 + 900 / 2).
    assert abs(Decimal(told["fraction"]) - Decimal(10) / 550) < Decimal("0.00001")
