"""Orders keep their versions when the symbol becomes part of their key (ids that are unique only per symbol)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import Engine

from db.reads.ended_orders import read_ended_orders
from db.reads.order_versions import read_order_versions
from db.upgrade import upgrade
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.outcomes import write_outcomes
from db.writes.refresh import write_refresh
from domain.endings import Ending, Evidence, Outcome
from domain.orders import Contingency, Order
from domain.snapshot import Account
from domain.sources import Source, Success
from exchanges.venues.registry import declared_exchanges, venue_of
from tests.db.old_revisions import copy_tables
from tests.db.test_migrations import blank
from tests.factories import ASKED, NOON, later, observation, order, stop
from tests.postgres import Database

__all__ = ["blank"]
MIGRATION = import_module("db.migrations.versions.0012_order_ids_of_a_symbol")
TABLES = {"account", "refresh", "order_version", "order_outcome", "source_state"}
BTC = {"symbol": "BTC/USDT", "exchange_symbol": "BTCUSDT"}
ETH = {"symbol": "ETH/USDT", "exchange_symbol": "ETHUSDT"}
LEG: dict[str, Any] = {"raw": {"orderId": 5}, "group_id": "77", "contingency": Contingency.OCO, **BTC}


def accounts_of(engine: Engine) -> dict[str, Account]:
    return write_accounts(
        engine, [AccountSetting(name, name, ASKED, 30, "USD") for name in ("binance", "kraken", "binanceusdm")]
    )


def write_orders(engine: Engine, account: Account, at: datetime, orders: Sequence[Order]) -> tuple[int, int]:
    account_orders = tuple(replace(row, account=account.name, exchange=account.exchange) for row in orders)
    written = write_refresh(engine, observation(account, at, {Source.ORDERS: Success(account_orders)}))
    return written.opened, written.closed


def ended(account: Account, key: str, gone_at: datetime) -> Outcome:
    return Outcome(account.name, Source.ORDERS, key, Ending.CANCELLED, gone_at, Evidence.ORDER_HISTORY)


def versions_of(engine: Engine, account: Account, key: str) -> list[tuple[str, datetime, datetime | None]]:
    with engine.connect() as connection:
        versions = read_order_versions(connection, account, Source.ORDERS, key, later(600))
    return [(v.order.exchange_symbol, v.valid_from, v.valid_to) for v in versions]


def endings(engine: Engine, account: Account) -> dict[str, Ending]:
    with engine.connect() as connection:
        rows = read_ended_orders(connection, account, later(-600), later(600))
    return {row.order.key: row.outcome.ending for row in rows}


def write_old_keys(engine: Engine) -> None:
    """Write rows like an older version: two orders share one key, and one hides the other."""
    accounts = accounts_of(engine)
    for name in ("binance", "kraken"):
        write_orders(engine, accounts[name], NOON, [order("9001", **BTC), stop("5", **LEG)])
        write_orders(engine, accounts[name], later(30), [order("9001", **ETH), stop("5", **LEG)])
        write_orders(engine, accounts[name], later(60), [stop("5", **LEG)])
        write_outcomes(engine, accounts[name].id, [ended(accounts[name], "9001", later(60))], later(60))


def test_orders_keep_their_versions_and_merged_orders_are_separated(database: Database, blank: Engine) -> None:
    write_old_keys(database.owner)
    upgrade(blank, "0011")
    copy_tables(database.owner, blank, TABLES)
    upgrade(blank)
    accounts = accounts_of(blank)
    binance = accounts["binance"]
    assert versions_of(blank, binance, "9001") == []
    assert versions_of(blank, binance, "BTCUSDT/9001") == [("BTCUSDT", NOON, later(30))]
    assert versions_of(blank, binance, "ETHUSDT/9001") == [("ETHUSDT", later(30), later(60))]
    # The outcome belongs to the order that left at that moment. That of the other is unknown.
    assert endings(blank, binance) == {"BTCUSDT/9001": Ending.GONE, "ETHUSDT/9001": Ending.CANCELLED}
    assert versions_of(blank, accounts["kraken"], "9001") == [
        ("BTCUSDT", NOON, later(30)),
        ("ETHUSDT", later(30), later(60)),
    ]
    assert endings(blank, accounts["kraken"]) == {"9001": Ending.CANCELLED}


def test_an_open_order_gets_no_new_version(database: Database, blank: Engine) -> None:
    write_old_keys(database.owner)
    upgrade(blank, "0011")
    copy_tables(database.owner, blank, TABLES)
    upgrade(blank)
    binance = accounts_of(blank)["binance"]
    assert write_orders(blank, binance, later(90), [stop("BTCUSDT/5", order_id="5", **LEG)]) == (0, 0)
    assert versions_of(blank, binance, "BTCUSDT/5") == [("BTCUSDT", NOON, None)]


def test_the_migration_covers_every_exchange_with_order_ids_per_symbol() -> None:
    declared = {name for name in declared_exchanges() if venue_of(name).order_ids_per_symbol}
    assert {name.strip(" '") for name in MIGRATION.EXCHANGES.split(",")} == declared
