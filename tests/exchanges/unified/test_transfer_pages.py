"""Lists of transfers without times are read page by page, from the newest row back to the beginning of the range."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.sources import Source, Unreadable
from domain.transfers import Transfer
from tests.exchanges.harness import MOMENT, Case, exchange_that_says, reader_of
from tests.exchanges.payload_server import Reply, Request
from tests.exchanges.venues import htx

PATH = "/v1/query/deposit-withdraw"
DAY = timedelta(days=1)
CASE = Case("", "transfers:deposits-all", PATH, [], ())


def _row(number: int, at: datetime) -> dict[str, str]:
    return {
        "id": str(number), "type": "deposit", "currency": "btc", "chain": "btc", "tx-hash": f"ab{number}",
        "amount": "1", "fee": "0", "state": "safe", "created-at": str(round(at.timestamp() * 1000)),
        "updated-at": str(round(at.timestamp() * 1000)),
    }  # fmt: skip


# One deposit a day. Ids grow with time.
ROWS = [_row(2000 - n, MOMENT - n * DAY) for n in range(250)]


def _pages(start: Callable[[int], int]) -> Callable[[Request], Reply]:
    """Answers of at most a hundred rows, newest first. `start` is the index of the first row after `from`."""

    def answer(request: Request) -> Reply:
        number = int(request.query["from"][0])
        first = 0 if number == 0 else start(2000 - number)
        size = int(request.query["size"][0])
        return Reply(json.dumps({"status": "ok", "data": ROWS[first : first + size]}))

    return answer


def _read(
    answer: Callable[[Request], Reply], since: datetime
) -> tuple[list[Transfer], list[Unreadable], list[list[str]]]:
    """The deposits since a moment, what is unreadable, and the ids that the requests began at."""
    with exchange_that_says(htx.VENUE, CASE) as server:
        server.answers[PATH] = answer
        reader = reader_of(htx.VENUE, server.url)
        history = reader.history
        assert history is not None
        pages = list(history.fetch_transfers(Source(CASE.source), since, MOMENT + DAY))
        begins = [request.query["from"] for request in server.requests if request.path == PATH]
        reader.close()
    assert (pages[0].since, pages[-1].until) == (since, MOMENT + DAY)
    return [row for page in pages for row in page.rows], [row for page in pages for row in page.unreadable], begins


@pytest.mark.parametrize("start", [lambda index: index, lambda index: index + 1], ids=["inclusive", "exclusive"])
def test_all_deposits_beyond_the_first_hundred_are_read(start: Callable[[int], int]) -> None:
    """HTX, Search for Existed Withdraws and Deposits: "from" is the id of a row, to go on from."""
    deposits, unreadable, begins = _read(_pages(start), MOMENT - 1000 * DAY)
    assert len({deposit.key for deposit in deposits}) == len(deposits) == 250
    assert unreadable == []
    assert begins[:2] == [["0"], ["1901"]]


def test_new_deposits_take_one_request() -> None:
    deposits, unreadable, begins = _read(_pages(lambda index: index), MOMENT - 3 * DAY)
    assert (len(deposits), unreadable, begins) == (4, [], [["0"]])


def test_an_exchange_that_ignores_the_id_lacks_older_rows_and_says_so() -> None:
    deposits, unreadable, begins = _read(_pages(lambda index: 0), MOMENT - 1000 * DAY)
    assert len({deposit.key for deposit in deposits}) == 100
    assert len(unreadable) > 0
    assert len(begins) < 60
