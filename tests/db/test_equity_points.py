"""The points of a curve equal those of a plain model, and reading them takes bounded work."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text

from bench.statement_buffers import explained_statements
from db.reads.equity import QUARTER, read_equity
from db.writes.accounts import AccountSetting, write_accounts
from tests.factories import ASKED

BEGIN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
END = BEGIN + timedelta(days=24)
MIDNIGHT_2000 = datetime(2000, 1, 1, tzinfo=UTC)
# Hourly for twelve days, then every five minutes, with gaps, equal values and unknown values. Neighbours do
# not lie side by side, as in a database of many accounts.
_REFRESHES = """
INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, currency, value_origin, net_value)
SELECT account.id, at, 0, 400, 'USD', 'stated', CASE WHEN random() > 0.05 THEN floor(100 + 20 * random()) END
FROM (
    SELECT n * interval '1 hour' AS age FROM generate_series(0, 287) AS n
    UNION ALL
    SELECT interval '12 days' + n * interval '5 minutes' FROM generate_series(0, 3456) AS n
) AS point
CROSS JOIN LATERAL (SELECT CAST(:begin AS timestamptz) + age AS at) AS moment
CROSS JOIN account
WHERE age NOT BETWEEN interval '3 days' AND interval '4 days'
  AND age NOT BETWEEN interval '15 days' AND interval '16 days'
  AND random() > 0.1
ORDER BY random()
"""


@pytest.fixture
def account(database):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    main, _ = write_accounts(database.writer, settings).values()
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # VACUUM marks no page as visible to all before the commit of its rows is on the disk.
        connection.execute(text("SET synchronous_commit = on"))
        connection.execute(text("SELECT setseed(0.4)"))
        connection.execute(text(_REFRESHES), {"begin": BEGIN})
        connection.execute(text("VACUUM ANALYZE refresh"))
    return main


def plain_points(rows, since, as_of, buckets):
    """The first, lowest, highest and last of each bucket: the earliest of the lowest, the latest of the highest."""
    first, width = since, (as_of - since) / buckets
    if width > QUARTER:
        first = since - (since - MIDNIGHT_2000) % QUARTER
        width = -(-(as_of - first) // (buckets * QUARTER)) * QUARTER
    by_bucket = defaultdict(list)
    for at, value in rows:
        if since <= at <= as_of:
            by_bucket[(at - first) // width].append((at, value))
    points = set()
    for members in by_bucket.values():
        points |= {members[0], members[-1]}
        if valued := [(at, value) for at, value in members if value is not None]:
            points.add(min(valued, key=lambda member: (member[1], member[0])))
            points.add(max(valued, key=lambda member: (member[1], member[0])))
    return sorted(points)


def test_points_are_the_first_lowest_highest_and_last_of_each_bucket(database, account):
    """The independent model compares all refreshes. Short and long buckets, sparse and dense times, past moments."""
    random = Random(11)
    with database.owner.connect() as connection:
        query = text("SELECT taken_at, net_value FROM refresh WHERE account_id = :id ORDER BY taken_at")
        rows = [tuple(row) for row in connection.execute(query, {"id": account.id})]
    with database.reader.connect() as connection:
        for n in range(40):
            since = BEGIN + timedelta(minutes=random.randrange(-600, 30_000))
            as_of = since + timedelta(
                minutes=random.choice([7, 200, 3000, 12_000, 40_000]), seconds=random.choice([0, 1])
            )
            buckets = random.choice([1, 3, 10, 150])
            points = read_equity(connection, account.id, since, as_of, buckets)
            expected = plain_points(rows, since, as_of, buckets)
            assert [(point.at, point.net_value) for point in points] == expected, (n, since, as_of, buckets)


def test_extremes_of_short_buckets_come_from_an_index_alone(database, account):
    """Each refresh was read from the table twice, so a month at 30 s took 57,000 buffers and a third of a second."""
    period = {"id": account.id, "since": END - timedelta(days=8), "until": END}
    query = text("SELECT * FROM refresh_bucket_extremes(:id, :since, :until, :since, interval '288 minutes')")
    with database.reader.connect() as connection:
        connection.execute(query, period)  # reads the catalogue
        with explained_statements(database.reader) as statements:
            assert len(connection.execute(query, period).all()) == 40
    ((_, buffers, _),) = statements
    assert buffers < 500  # of 2,000 refreshes
