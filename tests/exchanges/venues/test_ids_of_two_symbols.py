"""Order ids of Binance are unique on one symbol only: one id on two symbols is two orders, from the list to their end."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from db.reads.ended_orders import read_ended_orders
from db.reads.moments import read_latest
from db.reads.order_versions import read_order_versions
from db.reads.snapshots import read_snapshot
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.endings import Ending
from domain.order_groups import groups_of
from domain.orders import Order, OrderKind
from domain.sources import Source, Success
from exchanges.contracts import AccountScope
from refresher.past.ended_orders import GoneOrders
from tests.exchanges.harness import Venue, reader_of, spot
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.exchanges.venues.binance import s
from tests.factories import later, observation
from tests.postgres import Database

SPOT = Source("orders:spot")
MARKETS = [spot("BTC/USDT", "BTCUSDT"), spot("ETH/USDT", "ETHUSDT")]
BINANCE = Venue("binance", MARKETS, list, [])
SETTING = AccountSetting("main", "binance", (SPOT,), 30, "USD", history=(Source.ENDINGS,))
BTC, ETH = "BTCUSDT/9001", "ETHUSDT/9001"


def stop(symbol: str, trigger: str, **values: Any) -> dict[str, Any]:
    return s(symbol=symbol, type="STOP_LOSS", side="SELL", price="0", stopPrice=trigger, **values)


BOTH = [stop("BTCUSDT", "55000"), stop("ETHUSDT", "2500")]


@pytest.fixture
def server() -> Iterator[PayloadServer]:
    with serving() as payloads:
        yield payloads


def listed(server: PayloadServer, *rows: dict[str, Any]) -> tuple[Order, ...]:
    """The open orders when Binance lists these rows."""
    server.answers["/api/v3/openOrders"] = Reply(json.dumps(rows))
    reader = reader_of(BINANCE, server.url)
    success = reader.fetch(SPOT, AccountScope()).success
    reader.close()
    assert not success.unreadable
    return success.rows


def test_two_orders_of_one_id_both_stand(server: PayloadServer, database: Database) -> None:
    account = write_accounts(database.writer, [SETTING])["main"]
    orders = listed(server, *BOTH)
    assert {order.order_id for order in orders} == {"9001"}
    write_refresh(database.writer, observation(account, later(0), {SPOT: Success(orders)}))
    with database.reader.connect() as connection:
        shown = read_snapshot(connection, account, read_latest(connection)[account.id]).orders
    assert [(order.key, order.kind) for order in shown] == [(BTC, OrderKind.STOP), (ETH, OrderKind.STOP)]


def test_each_order_ends_by_the_row_of_its_own_symbol(server: PayloadServer, database: Database) -> None:
    """The one on BTC was cancelled, that on ETH filled. Each is asked about on its own symbol."""
    account = write_accounts(database.writer, [SETTING])["main"]
    for seconds, rows in ((0, BOTH), (30, [])):
        write_refresh(database.writer, observation(account, later(seconds), {SPOT: Success(listed(server, *rows))}))
    done = {
        "BTCUSDT": stop("BTCUSDT", "55000", status="CANCELED"),
        "ETHUSDT": stop("ETHUSDT", "2500", status="FILLED", executedQty="0.5", cummulativeQuoteQty="1249"),
    }

    def history(request: Request) -> Reply:
        return Reply(json.dumps([done[request.query["symbol"][0]]]))

    server.answers["/api/v3/allOrders"] = history
    past = reader_of(BINANCE, server.url).history
    assert past is not None
    assert GoneOrders(account, past, database.writer, lambda: later(60)).ask_and_write(lambda: True) == (2, None)
    with database.reader.connect() as connection:
        endings = {
            one.order.key: one.outcome.ending for one in read_ended_orders(connection, account, later(0), later(60))
        }
        lives = [len(read_order_versions(connection, account, SPOT, key, later(60))) for key in (BTC, ETH)]
    assert endings == {BTC: Ending.CANCELLED, ETH: Ending.FILLED}
    assert lives == [1, 1]


def test_an_order_is_gone_while_its_namesake_on_another_symbol_stays(server: PayloadServer, database: Database) -> None:
    account = write_accounts(database.writer, [SETTING])["main"]
    for seconds, rows in ((0, BOTH), (30, BOTH[:1])):
        write_refresh(database.writer, observation(account, later(seconds), {SPOT: Success(listed(server, *rows))}))
    with database.reader.connect() as connection:
        gone = read_ended_orders(connection, account, later(0), later(60))
    assert [(one.order.key, one.outcome.ending) for one in gone] == [(ETH, Ending.GONE)]


def test_lists_of_orders_of_one_id_on_two_symbols_are_two_groups(server: PayloadServer) -> None:
    pair = [stop(symbol, "100", orderId=n, orderListId=5) for symbol in ("BTCUSDT", "ETHUSDT") for n in (1, 2)]
    groups = groups_of(listed(server, *pair))
    assert [[order.key for order in group.orders] for group in groups] == [
        ["BTCUSDT/1", "BTCUSDT/2"],
        ["ETHUSDT/1", "ETHUSDT/2"],
    ]
