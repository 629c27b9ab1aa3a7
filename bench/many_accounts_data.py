"""The rows of a year of many accounts, made by Postgres itself: thinned out as housekeeping leaves them."""

from random import Random

from sqlalchemy import Connection, text

from bench.moving_market import Market
from db.price_states import PriceState
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.ended_sums import recount_account
from domain.snapshot import Account
from tests.factories import ASKED
from tests.postgres import Database

ACCOUNTS = 100
ORDER_VERSIONS = 5_000_000
JOB_RUNS = 4_300_000
TICKS = 105_120
VENUES = [f"venue {n}" for n in range(10)]


def fill_year(database: Database, scale: float) -> list[Account]:
    """The accounts, each with a year of refreshes, prices, marks and versions."""
    settings = [AccountSetting(f"account {n}", VENUES[n % len(VENUES)], ASKED, 30, "USD") for n in range(ACCOUNTS)]
    accounts = list(write_accounts(database.writer, settings).values())
    state = PriceState.of(Market(Random(3)).prices())
    scope = {
        "versions": int(ORDER_VERSIONS * scale / ACCOUNTS), "runs": int(JOB_RUNS * scale), "body": state.packed(),
        "symbols": sorted(state.symbols), "share": scale, "ticks": int(TICKS * scale),
    }  # fmt: skip
    with database.owner.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        for statement in (_TICKS, _SYMBOLS, _LISTS, _REFRESHES, _BALANCES, _MARKS, _ORDERS, _JOBS, _FAILURES):
            connection.execute(text(statement), scope)
    for account in accounts:
        with database.writer.begin() as connection:
            recount_account(connection, account.id)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _analyze(connection)
    return accounts


def _analyze(connection: Connection) -> None:
    for table in (
        "refresh",
        "price_tick",
        "mark",
        "order_version",
        "balance_version",
        "job_run",
        "source_failure",
        "ended_sum",
    ):
        connection.execute(text(f"VACUUM ANALYZE {table}"))


# A tick every five minutes, with ids in the order of time.
_TICKS = """
INSERT INTO price_tick (exchange, id, at, base_id, body)
SELECT venue, n, now() - (:ticks - n) * interval '5 minutes' / :share, NULL, :body
FROM (SELECT DISTINCT exchange AS venue FROM account) AS venues CROSS JOIN generate_series(1, :ticks) AS n
"""
_SYMBOLS = """
INSERT INTO priced_symbol (exchange, symbol)
SELECT DISTINCT exchange, symbol FROM account CROSS JOIN unnest(CAST(:symbols AS text[])) AS symbol
"""
_LISTS = """
INSERT INTO mark (account_id, source, valid_from, digest, marks)
SELECT id, 'prices', now() - interval '366 days', '', jsonb_build_object('symbols', CAST(:symbols AS text[]))
FROM account
"""

# Every 30 seconds for 7 days, every 5 minutes for 90 days, then every hour. A tick is named every five minutes.
_REFRESHES = """
INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, expected_seconds, currency, value_origin, net_value)
SELECT account.id, now() - age, greatest(1, :ticks - CAST(extract(epoch FROM age) * :share / 300 AS bigint)), 400,
       step, 'USD', 'stated',
       round(CAST(200000 + 20000 * sin(n / 2000.0) + account.id AS numeric), 2)
FROM (
    SELECT n, n * interval '30 seconds' / :share + interval '5 seconds' AS age, 30 AS step
    FROM generate_series(0, CAST(20159 * :share AS integer)) AS n
    UNION ALL
    SELECT n, interval '7 days' + n * interval '5 minutes' / :share, 300
    FROM generate_series(0, CAST(23903 * :share AS integer)) AS n
    UNION ALL
    SELECT n, interval '90 days' + n * interval '1 hour' / :share, 3600
    FROM generate_series(0, CAST(6599 * :share AS integer)) AS n
) AS point
CROSS JOIN account
ON CONFLICT DO NOTHING
"""

# Ten balances, each of which changes every day.
_BALANCES = """
INSERT INTO balance_version (account_id, key, valid_from, valid_to, digest, wallet, asset, total)
SELECT account.id, 'spot/C' || coin, now() - n * interval '1 day' / :share - coin * interval '1 minute',
       CASE WHEN n = 0 THEN 'infinity'
            ELSE now() - (n - 1) * interval '1 day' / :share - coin * interval '1 minute' END,
       '', 'spot', (ARRAY['BTC', 'ETH', 'SOL', 'XRP', 'CRO', 'ADA', 'DOGE', 'LINK', 'AVAX', 'USD'])[coin], n + 1
FROM account CROSS JOIN generate_series(1, 10) AS coin CROSS JOIN generate_series(0, CAST(364 * :share AS integer)) AS n
"""
_MARKS = """
INSERT INTO mark (account_id, source, valid_from, digest, marks)
SELECT account.id, 'balances', now() - n * interval '2 hours' / :share, '',
       jsonb_build_object('spot/C1', jsonb_build_object('market_value', '1'))
FROM account CROSS JOIN generate_series(0, CAST(4379 * :share AS integer)) AS n
"""

# Orders that rest for a day at most. Ten of each account stand at any moment, however many versions a year has.
_ORDERS = """
INSERT INTO order_version (account_id, key, valid_from, valid_to, digest, source, order_id, symbol, exchange_symbol,
                           base, quote, market_type, side, kind, role, limit_price, amount, status, raw)
SELECT account.id, n, begins, CASE WHEN n < 10 THEN 'infinity' ELSE begins + rests END, '', 'orders', n,
       coin || '/USD', coin || '_USD', coin, 'USD', 'spot', CASE n % 3 WHEN 0 THEN 'sell' ELSE 'buy' END, 'limit',
       'entry', 50000 + n, 1, 'open', '{}'
FROM account CROSS JOIN generate_series(0, :versions - 1) AS n
CROSS JOIN LATERAL (
    SELECT now() - (n + 1) * interval '364 days' / :versions AS begins,
           least(interval '1 day', 10 * interval '364 days' / :versions) AS rests
) AS since
CROSS JOIN LATERAL (SELECT (ARRAY['BTC', 'ETH', 'SOL', 'XRP', 'CRO'])[1 + n % 5] AS coin) AS traded
"""
_JOBS = """
INSERT INTO job_run (job, started_at, finished_at, outcome)
SELECT 'history account ' || n % 100, now() - n * interval '30 days' / :runs, now(), 'succeeded'
FROM generate_series(0, :runs - 1) AS n
"""
_FAILURES = """
INSERT INTO source_failure (account_id, source, at, kind, error, duration_ms)
SELECT account.id, 'positions', now() - n * interval '20 minutes', 'temporary', 'no answer', 100
FROM account CROSS JOIN generate_series(0, 999) AS n
"""
