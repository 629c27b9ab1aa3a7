"""/api/health/ready: whether the data is current, with a reason for every problem."""

import re
from typing import Any

import pytest

from domain.sources import Source
from tests.api.conftest import known, refreshed
from tests.api.serving import Served
from tests.factories import failure, valuation

PATH = "/api/health/ready"


def test_current_data_is_ok(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation())
    ready = api.get(PATH)
    assert (ready.status_code, ready.json()["status"], ready.json()["reasons"]) == (200, "ok", [])


def test_hour_old_data_is_not_ok(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=3600, worth=valuation())
    ready = api.get(PATH)
    assert (ready.status_code, ready.json()["status"]) == (503, "down")
    (reason,) = ready.json()["reasons"]
    assert re.fullmatch(r"main: no refresh for 36\d\d s, expected every 30 s: is the refresher running\?", reason)


@pytest.mark.parametrize("source", [Source.POSITIONS, Source.PRICES])
def test_one_failing_optional_source_is_degraded_and_not_down(database: Any, api: Served, source: Source) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=3600, worth=valuation())
    refreshed(database, account, worth=valuation(), results={source: failure()})
    ready = api.get(PATH)
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["reasons"] == [f"main: {source} last succeeded 3600 s ago, expected every 30 s"]


@pytest.mark.parametrize("source", [Source.BALANCES, Source.ORDERS, Source.TRIGGERS])
def test_an_essential_source_that_is_an_hour_old_is_down(database: Any, api: Served, source: Source) -> None:
    """Stops last seen an hour ago do not count as current."""
    (account,) = known(database, "main")
    refreshed(database, account, ago=3600, worth=valuation())
    refreshed(database, account, worth=valuation(), results={source: failure()})
    ready = api.get(PATH)
    assert (ready.status_code, ready.json()["status"]) == (503, "down")
    assert ready.json()["reasons"] == [f"main: {source} last succeeded 3600 s ago, expected every 30 s"]


def test_an_essential_source_that_failed_once_degrades(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=20, worth=valuation())
    refreshed(database, account, worth=valuation(), triggers=failure())
    ready = api.get(PATH)
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    (reason,) = ready.json()["reasons"]
    assert re.fullmatch(r"main: triggers last succeeded 2\d s ago and is failing", reason)


def test_an_essential_source_that_never_succeeded_is_down(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation(), orders=failure())
    assert api.get(PATH).json()["reasons"] == ["main: orders never succeeded yet"]
    assert api.get(PATH).status_code == 503


def test_one_late_account_is_named_among_several(database: Any, api: Served) -> None:
    first, second = known(database, "one", "two")
    refreshed(database, first, worth=valuation())
    refreshed(database, second, ago=600, worth=valuation())
    ready = api.get(PATH)
    assert ready.status_code == 503
    assert [reason.partition(":")[0] for reason in ready.json()["reasons"]] == ["two"]


def test_nothing_known_yet_is_down(database: Any, api: Served) -> None:
    assert api.get(PATH).json()["reasons"] == ["no accounts yet: is the refresher running?"]
    known(database, "main")
    assert api.get(PATH).json()["reasons"] == ["main: never refreshed yet: is the refresher running?"]
    assert api.get(PATH).status_code == 503


def test_an_account_that_left_the_configuration_does_not_count(database: Any, api: Served) -> None:
    (old,) = known(database, "old")
    refreshed(database, old, ago=3600, worth=valuation())
    (new,) = known(database, "new")
    refreshed(database, new, worth=valuation())
    assert api.get(PATH).json()["status"] == "ok"


def test_messages_of_the_exchange_are_not_in_the_public_route(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation(), prices=failure("key abc of client 4711 has no permission"))
    assert "4711" not in api.get(PATH).text


def test_a_refresh_of_the_future_is_not_ok(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=-7200, worth=valuation())
    ready = api.get(PATH)
    assert (ready.status_code, ready.json()["status"]) == (503, "down")
    (reason,) = ready.json()["reasons"]
    assert re.fullmatch(r"main: the last refresh is 7[12]\d\d s ahead of the clock", reason)
