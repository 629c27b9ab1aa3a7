"""Migrations from every revision lead to the schema, and keep all rows."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from db.engine import DatabaseConfigurationError
from db.reads.accounts import read_accounts
from db.schema import metadata
from db.upgrade import MIGRATIONS, newest_revision, upgrade
from db.writes.ended_sums import recount_account
from db.writes.refresh import write_refresh
from tests.db.full_database import configure, fill_database, observed, read_everything, work_out
from tests.db.old_revisions import copy_tables
from tests.factories import later
from tests.postgres import administrating

NEWEST_FIRST = [s.revision for s in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
# The newest and the first. The rest takes minutes.
QUICK = {NEWEST_FIRST[0], NEWEST_FIRST[-1]}
REVISIONS = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in NEWEST_FIRST]


@pytest.fixture
def blank(postgres):
    """An empty database with a name that no other worker uses."""
    name = f"blank_{os.getpid()}"
    with administrating(postgres) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(postgres.set(database=name))
    yield engine
    engine.dispose()
    with administrating(postgres) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)


def definitions(engine):
    """Index and constraint definitions from Postgres, which autogenerate does not compare."""
    with engine.connect() as connection:
        indexes = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")).scalars()
        checks = connection.execute(
            text("SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
                 "WHERE connamespace = 'public'::regnamespace")
        ).scalars()  # fmt: skip
        return {d for d in (*indexes, *checks) if "alembic_version" not in d}


def test_the_migrations_make_exactly_the_schema(database, blank):
    with blank.begin() as connection:
        connection.execute(text("CREATE EXTENSION btree_gist"))
        metadata.create_all(connection)
    assert differences(database.owner) == []
    assert definitions(database.owner) == definitions(blank)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_upgrades_to_the_schema(blank, revision):
    upgrade(blank, revision)
    upgrade(blank)
    assert differences(blank) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_full_database_reads_the_same_after_the_upgrade(database, blank, revision):
    """A new column must not make new versions of unchanged rows."""
    fill_database(database.writer)
    with database.owner.connect() as connection:
        empty = [t.name for t in metadata.sorted_tables if connection.execute(text(f"TABLE {t.name}")).first() is None]
    assert empty == []
    upgrade(blank, revision)
    copy_tables(database.owner, blank, set(inspect(blank).get_table_names()) & set(metadata.tables))
    upgrade(blank)
    main = configure(blank)
    for engine in (blank, database.writer):  # values and books of coins follow from the rest
        work_out(engine, main)
    with database.writer.begin() as connection:  # copy_tables took columns away here, and the migration counts there
        recount_account(connection, main.id)
    assert read_everything(blank) == read_everything(database.owner)
    written = write_refresh(blank, observed(main, later(30)))
    assert (written.opened, written.closed) == (0, 0)


def test_demo_prices_get_their_own_venue(blank):
    upgrade(blank, "0003")
    with blank.begin() as connection:
        for name, exchange, is_demo in (("demo", "cryptocom", True), ("main", "kraken", False)):
            connection.execute(
                text("INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency, is_demo) "
                     "VALUES (:name, :exchange, '{}', 5, 'USD', :is_demo)"),
                {"name": name, "exchange": exchange, "is_demo": is_demo},
            )  # fmt: skip
            connection.execute(
                text("INSERT INTO price (exchange, symbol, at, base, quote) VALUES (:at, 'A/B', now(), 'A', 'B')"),
                {"at": exchange},
            )
    upgrade(blank)
    with blank.connect() as connection:
        assert {account.venue for account in read_accounts(connection)} == {"cryptocom (demo)", "kraken"}
        venues = connection.execute(text("SELECT exchange FROM price ORDER BY exchange")).scalars().all()
    assert venues == ["cryptocom (demo)", "kraken"]


def test_renamed_sums_keep_the_profits_of_the_market(blank):
    upgrade(blank, "0008")
    with blank.begin() as connection:
        connection.execute(text(ACCOUNT), {"name": "kraken"})
        for table, period in (("fill_day", "day"), ("fill_month", "month")):
            connection.execute(text(SUMS.format(table=table, period=period)))
    upgrade(blank)
    with blank.connect() as connection:
        for table in ("fill_day", "fill_month"):
            sums = connection.execute(text(
                "SELECT realised, realised_unknown, realised_by_market, realised_by_market_unknown "
                f"FROM {table}"
            )).one()  # fmt: skip
            # The profit of the coin was in the quote currency. It is worked out anew in the base currency.
            assert tuple(sums) == (0, 9, 10, 2)


# Before the rename, `realised` was the profit of the market and `gained` that of the coin.
SUMS = """
INSERT INTO {table} (account_id, {period}, symbol, side, liquidity, quote, fee_currency, fills, amount, value, fee,
                     fees_unknown, fee_value, fee_values_unknown, realised, realised_unknown, gained, gained_unknown)
SELECT id, '2026-11-01', 'BTC/USD', 'sell', 'maker', 'USD', 'USD', 9, 1, 1, 0, 0, 0, 0, 10, 2, 30, 4 FROM account
"""


def test_upgrading_twice_changes_nothing(blank):
    upgrade(blank)
    upgrade(blank)
    assert set(inspect(blank).get_table_names()) == {*metadata.tables, "alembic_version"}
    with blank.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == newest_revision()


def test_functions_of_another_version_are_replaced_without_a_migration(blank):
    upgrade(blank)
    functions = text("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2")
    with blank.begin() as connection:
        present = connection.execute(functions).all()
        connection.execute(text("DROP FUNCTION refresh_bucket_extremes"))
        connection.execute(text("COMMENT ON FUNCTION stillframe_viewer() IS 'functions of another version'"))
    upgrade(blank)
    with blank.begin() as connection:
        assert connection.execute(functions).all() == present
        connection.execute(text("SET ROLE stillframe_reader"))
        rows = "SELECT * FROM refresh_bucket_extremes(1, now(), now(), now(), interval '1 day')"
        assert connection.execute(text(rows)).all() == []


def test_two_concurrent_upgrades_run_once(blank):
    with ThreadPoolExecutor(2) as processes:
        for upgraded in [processes.submit(upgrade, blank), processes.submit(upgrade, blank)]:
            upgraded.result(timeout=60)
    assert differences(blank) == []


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(blank, monkeypatch):
    def fail(_):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("db.upgrade.grant", fail)
    with pytest.raises(RuntimeError):
        upgrade(blank)
    assert inspect(blank).get_table_names() == []


def test_a_database_of_a_newer_version_is_refused_in_one_line(blank):
    upgrade(blank)
    with blank.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseConfigurationError, match="revision 9999, unknown to this version"):
        upgrade(blank)


# (exchange, side, stored payload, expected (side, position_side, closes) after the migration)
SIDES = [
    ("binance", "sell", {"positionSide": "LONG"}, ("sell", "long", None)),
    ("binance", "sell", {"positionSide": "BOTH"}, ("sell", None, None)),
    ("okx", "buy", {"posSide": "short"}, ("buy", "short", None)),
    ("bitget", "buy", {"posMode": "hedge_mode", "side": "buy", "tradeSide": "close"}, ("sell", "long", None)),
    ("bitget", "sell", {"posMode": "hedge_mode", "side": "sell", "tradeSide": "open"}, ("sell", "short", None)),
    (
        "bitget",
        "buy",
        {"posMode": "hedge_mode", "tradeSide": "burst_close_short"},
        ("buy", "short", None),
    ),
    ("bitget", "buy", {"posMode": "one_way_mode", "side": "buy", "tradeSide": "buy_single"}, ("buy", None, None)),
    ("htx", "sell", {"offset": "close", "direction": "sell"}, ("sell", "long", None)),
    ("htx", "sell", {"offset": "both", "direction": "sell"}, ("sell", None, None)),
    ("mexc", "buy", {"side": 2, "positionMode": 1}, ("buy", "short", None)),
    ("mexc", "buy", {"side": 2, "positionMode": 2}, ("buy", None, None)),
    ("bybit", "sell", {"closedSize": "3", "execQty": "3"}, ("sell", None, True)),
    ("bybit", "sell", {"closedSize": "1", "execQty": "3"}, ("sell", None, None)),
    ("bybit", "sell", {"closedSize": "", "execQty": "3"}, ("sell", None, None)),
    ("gate", "buy", {"close_size": 0, "size": 3}, ("buy", None, False)),
]


def test_position_sides_of_old_fills_come_from_their_payloads(blank):
    """The payload is read as today. Missing facts stay unknown, and books of contracts become due."""
    upgrade(blank, "0003")
    with blank.begin() as connection:
        for name in sorted({exchange for exchange, *_ in SIDES}):
            connection.execute(text(ACCOUNT), {"name": name})
        ids = dict(tuple(row) for row in connection.execute(text("SELECT exchange, id FROM account")))
        for n, (exchange, side, raw, _) in enumerate(SIDES):
            connection.execute(text(FILL), {"id": ids[exchange], "key": str(n), "side": side, "raw": json.dumps(raw)})
        connection.execute(text(INVERSE), {"id": ids["okx"]})
        connection.execute(text(BOOKS), {"id": ids["okx"]})
    upgrade(blank)
    with blank.connect() as connection:
        rows = connection.execute(text("SELECT side, position_side, closes FROM fill WHERE key <> 'inverse' "
                                        "ORDER BY CAST(key AS integer)")).all()  # fmt: skip
        sizes = connection.execute(text("SELECT DISTINCT key = 'inverse', contract_size FROM fill ORDER BY 1")).all()
        books = connection.execute(text("SELECT symbol, is_overtaken FROM book_state ORDER BY symbol")).all()
    assert [tuple(row) for row in rows] == [expected for *_, expected in SIDES]
    assert [tuple(row) for row in sizes] == [(False, Decimal("0.001")), (True, 100)]
    assert [tuple(row) for row in books] == [("BTC/USD", False), ("BTC/USDT:USDT", True)]


ACCOUNT = """
INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency) VALUES (:name, :name, '{}', 30, 'USD')
"""
FILL = """
INSERT INTO fill (account_id, key, symbol, exchange_symbol, base, quote, market_type, side, liquidity, price, amount,
                  contracts, at, raw)
VALUES (:id, :key, 'BTC/USDT:USDT', 'x', 'BTC', 'USDT', 'perpetual', :side, 'maker', 30000, 0.003, 3, now(), :raw)
"""
INVERSE = """
INSERT INTO fill (account_id, key, symbol, exchange_symbol, base, quote, market_type, side, liquidity, price, amount,
                  contracts, at, raw)
VALUES (:id, 'inverse', 'BTC/USD:BTC', 'x', 'BTC', 'USD', 'perpetual', 'buy', 'maker', 30000,
        0.333333333333333333333333, 100, now(), '{}')
"""
BOOKS = """
INSERT INTO book_state (account_id, symbol, method, last_at, last_key, state)
VALUES (:id, 'BTC/USD', 'average', now(), '1', '{}'), (:id, 'BTC/USDT:USDT', 'average', now(), '1', '{}')
"""


def test_a_downgrade_is_not_supported():
    for revision in NEWEST_FIRST:
        script = ScriptDirectory(str(MIGRATIONS)).get_revision(revision)
        with pytest.raises(NotImplementedError, match="restore"):
            script.module.downgrade()
