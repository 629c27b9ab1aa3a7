"""The mark prices of held contracts, which Crypto.com states in public/get-valuations alone."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from domain.positions import Position
from domain.sources import Source
from exchanges.connection import retries
from exchanges.open import AccountConnection, AccountScope, SharedMarkets, open_reader
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.exchanges.wire_payloads import answer, instrument_row, position_row

PATH = "public/get-valuations"
T = 1764000000000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PayloadServer]:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.01)
    with serving() as payloads:
        payloads.lists("public/get-instruments", instrument_row())
        payloads.lists("private/get-positions", position_row())
        yield payloads


def positions(server: PayloadServer, budget: float = 5.0) -> tuple[Position, ...]:
    account = AccountConnection("main", "cryptocom", "key", "secret", base_url=server.url, budget_seconds=budget)
    reader = open_reader(account, SharedMarkets())
    try:
        return reader.fetch(Source.POSITIONS, AccountScope()).success.rows
    finally:
        reader.close()


def test_the_newest_mark_price_is_that_of_the_position(server: PayloadServer) -> None:
    server.lists(PATH, {"v": "97000.5", "t": T - 60000}, {"v": "98000.25", "t": T})
    (position,) = positions(server)
    assert position.mark_price == Decimal("98000.25")
    (request,) = [request for request in server.requests if request.path.endswith(PATH)]
    assert request.query == {"instrument_name": ["BTCUSD-PERP"], "valuation_type": ["mark_price"], "count": ["1"]}


def test_a_contract_is_requested_once_however_many_positions_it_has(server: PayloadServer) -> None:
    server.lists("private/get-positions", position_row(), position_row(isolation_id="9"))
    server.lists(PATH, {"v": "98000", "t": T})
    assert [position.mark_price for position in positions(server)] == [Decimal(98000)] * 2
    assert server.asked(PATH) == 1


def test_nothing_is_requested_without_positions(server: PayloadServer) -> None:
    server.lists("private/get-positions")
    assert positions(server) == ()
    assert server.asked(PATH) == 0


@pytest.mark.parametrize(
    "rows", [[], [{"v": "0", "t": T}], [{"v": None, "t": T}], [{"v": "98000"}], [{"v": "much", "t": T}], ["98000"]]
)
def test_a_mark_price_that_is_not_stated_is_unknown(server: PayloadServer, rows: list[Any]) -> None:
    server.lists(PATH, *rows)
    (position,) = positions(server)
    assert position.mark_price is None


@pytest.mark.parametrize(("payload", "status"), [({"code": 40401}, 404), ({"code": 0, "result": {}}, 200)])
def test_one_contract_without_an_answer_hides_no_other(server: PayloadServer, payload: Any, status: int) -> None:
    server.lists("private/get-positions", position_row(instrument_name="ODDUSD-PERP"), position_row())

    def reply(request: Request) -> Reply:
        is_odd = request.query["instrument_name"] == ["ODDUSD-PERP"]
        return _reply(payload, status) if is_odd else _reply(answer({"v": "98000", "t": T}), 200)

    server.answers[f"/exchange/v1/{PATH}"] = reply
    assert [position.mark_price for position in positions(server)] == [None, Decimal(98000)]


def test_positions_do_without_marks_where_these_cannot_be_read(server: PayloadServer) -> None:
    """A failure is the last request for marks, and takes half of the time at most."""
    server.lists("private/get-positions", position_row(), position_row(instrument_name="ETHUSD-PERP"))
    server.says(PATH, {"code": 50001}, status=500)
    assert [position.mark_price for position in positions(server)] == [None, None]
    assert {tuple(r.query["instrument_name"]) for r in server.requests if r.path.endswith(PATH)} == {("BTCUSD-PERP",)}
    server.hangs(PATH)
    assert [position.mark_price for position in positions(server, budget=1.0)] == [None, None]


def _reply(payload: Any, status: int) -> Reply:
    return Reply(json.dumps(payload), status)
