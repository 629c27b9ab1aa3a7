"""The database dies under a refresher and comes back: the refresher lives, retries slowly, and continues by itself."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from db.embedded import Cluster
from tests.refresher.refresher_process import configured, refresher, until
from tests.refresher.scripted_exchange import ORDERS, scripted_exchange

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A Postgres of this test, to be killed."""
    cluster = Cluster(tmp_path / "home")  # as durable as in production: committed rows must outlive the kill
    cluster.start()
    yield cluster
    cluster.stop()


def says_each_once(lines: str) -> bool:
    """Each time that the database was away has one line, and one for its end. A slow job may notice it late."""
    away = lines.count("database does not answer")
    return 1 <= away <= 3 and lines.count("database answers again") == away


def test_a_refresher_outlives_its_database_and_continues_when_it_is_back(tmp_path: Path, cluster: Cluster) -> None:
    with scripted_exchange() as exchange:
        environment = configured(tmp_path, exchange.url)
        with refresher(environment, None, tmp_path / "log") as running:
            running.wait_for("] refreshed")
            server = cluster.pid()
            assert server is not None
            os.kill(server, signal.SIGKILL)
            running.wait_for("database does not answer")
            asked = exchange.asked(ORDERS)
            until(lambda: cluster.pid() is None)
            refreshed = running.lines().count("] refreshed")
            cluster.start()
            running.wait_for("database answers again")
            running.wait_for("] refreshed", times=refreshed + 1)
            until(lambda: says_each_once(running.lines()))
            assert "Traceback" not in running.lines()
            assert exchange.asked(ORDERS) > asked
            assert running.end() == 0
    engine = create_engine(cluster.url())
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM refresh")).scalar_one() >= 2
    engine.dispose()


def test_a_refresher_that_starts_before_its_database_waits_for_it(tmp_path: Path, cluster: Cluster) -> None:
    cluster.stop()
    url = cluster.url().set(drivername="postgresql").render_as_string()
    with scripted_exchange() as exchange:
        environment = configured(tmp_path, exchange.url)
        with refresher(environment, url, tmp_path / "log") as running:
            running.wait_for("database does not answer")
            assert exchange.requests == []
            cluster.start()
            running.wait_for("] refreshed")
            assert says_each_once(running.lines())
            assert running.end() == 0
