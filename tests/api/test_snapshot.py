"""/api/dashboard/snapshot: everything the Overview shows, to the last digit, with the age of each part."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.writes.refresh import write_refresh
from domain.orders import OrderKind
from domain.valuation import ValueOrigin
from tests.api.conftest import known, refreshed
from tests.api.serving import Served
from tests.factories import balance, failure, observation, order, position, price, stop, valuation
from tests.pages.past import moved, with_past

PATH = "/api/dashboard/snapshot"
MIDNIGHT = datetime(2026, 11, 5, tzinfo=UTC)


def test_money_has_the_digits_of_the_exchange(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    worth = valuation(
        "7834.24081020",
        margin_balance=Decimal("7595.42571782"),
        cash=Decimal("7890.00320721"),
        collateral=Decimal("7651.18811483"),
    )
    refreshed(database, account, worth=worth, balances=[balance("BTC", "0.10000000"), balance("USD", "-12.50")])
    told = api.get(PATH).json()
    assert told["net_value"] == "7834.24081020"
    assert told["margin_balance"] == "7595.42571782"
    assert told["cash"] == "7890.00320721"
    assert told["collateral"] == "7651.18811483"
    assert told["currency"] == "USD"
    assert told["value_origin"] == "stated"
    assert [(b["asset"], b["total"]) for b in told["balances"]] == [("BTC", "0.10000000"), ("USD", "-12.50")]
    assert told["accounts"][0]["valuation"]["net_value"] == "7834.24081020"


def test_a_short_position_has_its_side_and_a_positive_amount(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation(), positions=[position(amount="0.1984")])
    (told,) = api.get(PATH).json()["positions"]
    assert (told["amount"], told["side"], told["exchange_symbol"]) == ("0.1984", "short", "BTCUSD-PERP")
    assert told["symbol"] == "BTC/USD:USD"
    assert told["liquidation_price"] is None


def test_holdings_have_value_and_share_and_protection(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(
        database,
        account,
        worth=valuation(origin=ValueOrigin.COMPUTED),
        balances=[balance("BTC", "2")],
        prices=[price("BTC/USD", "90000", change_24h=Decimal("0.05"))],
        triggers=[stop(amount="1", trigger="80000.00")],
    )
    told = api.get(PATH).json()
    (holding,) = told["holdings"]
    assert (holding["asset"], holding["value"], holding["value_origin"]) == ("BTC", "180000", "computed")
    assert holding["change_24h"] == "0.05"
    assert holding["protection"]["state"] == "partly"
    assert holding["protection"]["stop_losses"] == ["80000.00"]
    assert Decimal(told["protected_share"]) == Decimal("0.5")


def test_a_failing_source_has_its_own_age_and_error(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    seen = refreshed(database, account, ago=20, worth=valuation(), balances=[balance()], triggers=[stop()])
    refreshed(database, account, ago=1, worth=valuation(), balances=[balance()], triggers=failure("502 Bad Gateway"))
    told = api.get(PATH).json()
    triggers = told["sources"]["triggers"]
    assert triggers["state"] == "failing"
    assert triggers["error"] == "502 Bad Gateway"
    assert datetime.fromisoformat(triggers["as_of"]) == seen
    assert 19 < triggers["age_seconds"] < 60
    assert told["sources"]["orders"]["state"] == "fresh"
    assert told["open_orders"]["trigger"] == 1
    assert [(c["source"], c["account"]) for c in told["open_orders"]["carried"]] == [("triggers", "main")]


def test_triggers_that_were_never_seen_are_unknown_and_not_unprotected(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation(), balances=[balance()], triggers=failure())
    told = api.get(PATH).json()
    assert told["holdings"][0]["protection"]["state"] == "unknown"
    assert told["protected_share"] is None
    assert told["open_orders"]["complete"] is False


def test_an_account_that_was_never_refreshed_is_unknown_and_not_empty(database: Any, api: Served) -> None:
    known(database, "main")
    told = api.get(PATH).json()
    assert told["net_value"] is None
    assert told["missing"] == ["main"]
    assert told["taken_at"] is None
    assert told["open_orders"]["complete"] is False
    assert {source["state"] for source in told["sources"].values()} == {"never"}


def test_several_accounts_are_summed_and_also_listed(database: Any, api: Served) -> None:
    first, second = known(database, "one", "two")
    refreshed(database, first, worth=valuation("100.50"), balances=[balance("BTC")])
    refreshed(database, second, worth=valuation("200.25"), balances=[balance("ETH")])
    told = api.get(PATH).json()
    assert told["net_value"] == "300.75"
    assert told["account"] is None
    assert [a["valuation"]["net_value"] for a in told["accounts"]] == ["100.50", "200.25"]
    assert [(b["account"], b["asset"]) for b in told["balances"]] == [("one", "BTC"), ("two", "ETH")]
    assert api.get(PATH, account="two").json()["net_value"] == "200.25"


def test_a_total_that_cannot_be_converted_is_unknown_and_says_why(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation("100"))
    told = api.get(PATH, currency="eur").json()
    assert (told["currency"], told["net_value"], told["unconverted"]) == ("EUR", None, ["USD"])
    refreshed(database, account, worth=valuation("100"), prices=[price("EUR/USD", "1.25")])
    assert Decimal(api.get(PATH, currency="EUR").json()["net_value"]) == 80


@pytest.mark.parametrize("path", [PATH, "/api/orders/open"])
def test_a_currency_without_a_price_is_refused_in_one_line(database: Any, api: Served, path: str) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation("100"), prices=[price("EUR/USD", "1.25")])
    refused = api.get(path, currency="XYZ")
    assert refused.status_code == 400
    assert refused.json()["error"] == "currency=XYZ has no price on any exchange here: give one of USD"
    assert api.get(path, currency="EUR").status_code == 200


def test_a_past_moment_shows_its_own_data(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    past = refreshed(database, account, ago=3600, worth=valuation("100"), balances=[balance("BTC", "1")])
    refreshed(database, account, worth=valuation("50"), balances=[balance("BTC", "0.5")])
    told = api.get(PATH, as_of=past.isoformat()).json()
    assert (told["net_value"], told["balances"][0]["total"], told["is_now"]) == ("100", "1", False)
    assert told["sources"]["balances"]["state"] == "fresh"
    before = api.get(PATH, as_of="2020-01-01T00:00:00Z").json()
    assert (before["net_value"], before["balances"], before["sources"]["balances"]["state"]) == (None, [], "never")


def test_freshness_of_a_past_moment_uses_the_interval_of_that_time(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    past = refreshed(database, replace(account, refresh_seconds=7200), ago=10800, worth=valuation())
    gap = refreshed(database, replace(account, refresh_seconds=5), ago=7200, worth=valuation())
    refreshed(database, account, worth=valuation())

    def state(at: datetime) -> str:
        return str(api.get(PATH, as_of=at.isoformat()).json()["sources"]["orders"]["state"])

    assert state(past + timedelta(minutes=50)) == "fresh"
    assert state(gap + timedelta(minutes=50)) == "stale"


def test_changes_compare_with_what_was_known_then(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    since = refreshed(database, account, ago=86400 + 60, worth=valuation("80"))
    refreshed(database, account, worth=valuation("100"))
    changes = api.get(PATH).json()["changes"]
    assert (changes["24h"]["change"], changes["24h"]["fraction"]) == ("20", "0.25")
    assert datetime.fromisoformat(changes["24h"]["since"]) == since
    assert changes["7d"] is None


def test_an_unknown_account_is_not_found(database: Any, api: Served) -> None:
    known(database, "main")
    refused = api.get(PATH, account="mian")
    assert refused.status_code == 404
    assert refused.json()["error"] == "account=mian is unknown: the accounts are main"


def test_an_account_that_left_the_configuration_is_listed_by_name_only(database: Any, api: Served) -> None:
    (old,) = known(database, "old")
    refreshed(database, old, worth=valuation("5"))
    (new,) = known(database, "new")
    refreshed(database, new, worth=valuation("7"))
    assert api.get(PATH).json()["net_value"] == "7"
    assert api.get(PATH, account="old").json()["net_value"] == "5"


def test_times_have_their_zone(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation())
    told = api.get(PATH).json()
    for moment in (told["as_of"], told["taken_at"], told["sources"]["orders"]["as_of"]):
        assert moment.endswith("Z")
        assert datetime.fromisoformat(moment).tzinfo == UTC


def test_open_orders_are_counted_by_kind(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(
        database,
        account,
        worth=valuation(),
        orders=[order("1"), order("2")],
        triggers=[stop(), stop("s2", kind=OrderKind.STOP_LIMIT, limit_price=Decimal("79000"))],
    )
    counted = api.get(PATH).json()["open_orders"]
    assert (counted["count"], counted["normal"], counted["trigger"], counted["complete"]) == (4, 2, 2, True)


def test_a_change_with_a_part_missing_on_one_side_is_unknown(database: Any, api: Served) -> None:
    """A new account, or net value in another currency, is no gain."""
    first, second = known(database, "one", "two")
    refreshed(database, first, ago=86400 + 60, worth=valuation("80"))
    refreshed(database, first, worth=valuation("100"), prices=[price("EUR/USD", "1.25")])
    refreshed(database, second, worth=valuation("50"))
    assert api.get(PATH).json()["changes"]["24h"] is None
    assert api.get(PATH, account="one").json()["changes"]["24h"]["change"] == "20"
    assert api.get(PATH, account="one", currency="EUR").json()["changes"]["24h"] is None


def test_the_equity_curve_ends_with_the_moment_shown(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=86_400, worth=valuation("100"))
    refreshed(database, account, ago=10, worth=valuation("110"), balances=failure())
    (curve,) = api.get("/api/dashboard/snapshot?account=main").json()["equity"]
    assert [(p["net_value"], p["carried"]) for p in curve["points"]] == [("100", False), ("110", True)]


def test_today_begins_at_midnight_of_the_zone(database: Any, api: Served) -> None:
    """At 01:00 in UTC it is 20:00 of the day before in New York, where today began 20 hours ago."""
    (account,) = known(database, "main", refresh_seconds=3600)
    for hours, worth in ((22, "50"), (2, "80"), (0, "100")):
        refresh = observation(account, MIDNIGHT + timedelta(hours=1 - hours), None, valuation(worth))
        write_refresh(database.writer, refresh)
    moment = f"{MIDNIGHT + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert api.get(PATH, as_of=moment).json()["changes"]["today"]["change"] == "20"
    assert api.get(PATH, as_of=moment, zone="America/New_York").json()["changes"]["today"]["change"] == "50"
    refused = api.get(PATH, zone="Mars/Base")
    assert (refused.status_code, "Mars/Base" in refused.json()["error"]) == (400, True)


def test_until_transfers_were_read_a_change_says_that_it_is_not_known_yet(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer)
    refreshed(database, account, ago=86400 + 60, worth=valuation("80"))
    refreshed(database, account, worth=valuation("100"))
    told = api.get(PATH).json()
    assert told["changes"]["24h"] is None
    assert told["changes_unknown"]["24h"].startswith("not known yet")
    moved(database.writer, account, [])
    assert api.get(PATH).json()["changes"]["24h"]["change"] == "20"
