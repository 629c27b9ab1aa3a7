"""From an exchange's answer to the outcomes in the database: legs of one row, and what hung on an order that filled."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from db.reads.ended_orders import read_ended_orders
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.endings import Ending
from domain.sources import Source, Success
from exchanges.contracts import HistoryReader
from refresher.past.ended_orders import GoneOrders
from tests.exchanges.harness import Venue, opened, reader_of
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.exchanges.venues import bybit, okx
from tests.factories import later, observation
from tests.postgres import Database


@pytest.fixture
def server() -> Iterator[PayloadServer]:
    with serving() as payloads:
        yield payloads


def past_of(venue: Venue, server: PayloadServer) -> HistoryReader:
    past = reader_of(venue, server.url).history
    assert past is not None
    return past


def test_the_legs_of_one_row_get_their_endings_in_the_database(server: PayloadServer, database: Database) -> None:
    """The row states which of both acted, so one request serves both."""
    setting = AccountSetting("main", "okx", (Source("triggers:conditional"),), 30, "USD", history=(Source.ENDINGS,))
    account = write_accounts(database.writer, [setting])["main"]
    legs = opened(okx.VENUE, "OCO in one row")
    for seconds, standing in ((0, legs), (30, ())):
        seen = observation(account, later(seconds), {Source("triggers:conditional"): Success(standing)})
        write_refresh(database.writer, seen)
    row = okx.a(state="effective", ordId="312", actualSide="sl", **okx.OCO)

    def history(request: Request) -> Reply:
        is_it = request.query["state"] == ["effective"] and request.query["ordType"] == ["oco"]
        return Reply(json.dumps(okx.VENUE.wrap([row] if is_it else [])))

    server.answers[okx.ALGO_HISTORY] = history
    gone = GoneOrders(account, past_of(okx.VENUE, server), database.writer, lambda: later(60))
    assert gone.ask_and_write(lambda: True) == (2, None)
    with database.reader.connect() as connection:
        endings = {one.order.key: one.outcome for one in read_ended_orders(connection, account, later(0), later(60))}
    assert {key: (told.ending, told.book_order_id) for key, told in endings.items()} == {
        okx.OCO_SL: (Ending.TRIGGERED, "312"),
        okx.OCO_TP: (Ending.CANCELLED, None),
    }
    assert endings[okx.OCO_TP].reason == f"its sibling {okx.OCO_SL} triggered"
    assert {request.path for request in server.requests} == {okx.ALGO_HISTORY}
    assert gone.ask_and_write(lambda: True) == (0, None)


def test_attached_legs_of_a_filled_order_are_linked_to_their_successors(
    server: PayloadServer, database: Database
) -> None:
    """The take profit becomes a separate order. No trace of the stop is found, and that is reported."""
    book, triggers = Source("orders:linear-usdt"), Source("triggers:linear-usdt")
    setting = AccountSetting("main", "bybit", (book, triggers), 30, "USD", history=(Source.ENDINGS,))
    account = write_accounts(database.writer, [setting])["main"]
    entry, profit, loss = opened(bybit.VENUE, "with attached take profit and stop")
    placed = replace(profit, source=triggers, key="p-1", order_id="p-1", group_id=None, contingency=None)
    for seconds, standing, waiting in ((0, (entry, profit, loss), ()), (30, (), (placed,))):
        seen = observation(account, later(seconds), {book: Success(standing), triggers: Success(waiting)})
        write_refresh(database.writer, seen)
    row = bybit.o(orderStatus="Filled", cumExecQty="2", leavesQty="0", avgPrice="60000", takeProfit="70000")
    server.answers[bybit.HISTORY] = Reply(json.dumps(bybit.VENUE.wrap([row])))
    gone = GoneOrders(account, past_of(bybit.VENUE, server), database.writer, lambda: later(60))
    assert gone.ask_and_write(lambda: True) == (2, None)
    with database.reader.connect() as connection:
        endings = {one.order.key: one.outcome for one in read_ended_orders(connection, account, later(0), later(60))}
    assert {key: (told.ending, told.book_order_id) for key, told in endings.items()} == {
        "e1-f2": (Ending.FILLED, None),
        "e1-f2/tp": (Ending.PLACED, "p-1"),
        "e1-f2/sl": (Ending.GONE, None),
    }
    assert endings["e1-f2/sl"].reason == "it was attached to order e1-f2, and the exchange does not say what it became"
    assert [request.path for request in server.requests] == [bybit.HISTORY]
