"""The past of an account of Crypto.com on the simulated exchange: its windows, its limits, its shapes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from domain.endings import Ending
from domain.markets import MarketType
from domain.sources import SourceKind
from domain.transfers import TransferKind
from exchanges.contracts import Page
from exchanges.cryptocom.history import JOURNAL_CALL, CryptocomHistory
from exchanges.open import AccountConnection, AccountScope, SharedMarkets, open_reader
from tests.factories import order
from tests.simulator.exchange_process import Simulator


@pytest.fixture
def past(simulator: Simulator) -> Iterator[CryptocomHistory]:
    account = AccountConnection("demo", "cryptocom", simulator.api_key, simulator.api_secret, base_url=simulator.url)
    reader = open_reader(account, SharedMarkets())
    assert isinstance(reader.history, CryptocomHistory)
    yield reader.history
    reader.close()


def now() -> datetime:
    return datetime.now(UTC)


def end(simulator: Simulator) -> datetime:
    """A moment after all that has happened: the simulator is shared, and a test may have moved its clock ahead."""
    ahead = datetime.fromtimestamp(simulator.control("GET", "clock")["market"] / 1000, UTC)
    return max(now(), ahead) + timedelta(minutes=5)


def test_everything_is_read_within_the_limits_of_the_exchange(simulator: Simulator, past: CryptocomHistory) -> None:
    """Once a second where the exchange wants it so, refused never."""
    simulator.control("POST", "freeze", {"frozen": True})
    since, until = now() - timedelta(days=6), end(simulator)
    told: dict[str, list[Page[object]]] = {}
    for kind in (SourceKind.FILLS, SourceKind.TRANSFERS):
        for source in past.calls(kind, AccountScope()):
            fetch = past.fetch_fills if kind is SourceKind.FILLS else past.fetch_transfers
            told[source] = list(fetch(source, since, until))  # type: ignore[arg-type]
    for pages in told.values():
        assert not any(page.unreadable for page in pages)
        assert all(before.until == after.since for before, after in pairwise(pages))
    books = simulator.control("GET", "books")
    fills = [row for page in told["fills"] for row in page.rows]
    assert len(fills) == books["trades"]
    moved = [row for source, pages in told.items() if source.startswith("transfers:d") for p in pages for row in p.rows]
    withdrawn = [row for page in told["transfers:withdrawals"] for row in page.rows]
    assert len(moved) + len(withdrawn) == books["transfers"]
    contracts = [fill for fill in fills if fill.market_type is MarketType.PERPETUAL]  # type: ignore[attr-defined]
    assert all(fill.realised_pnl is not None for fill in contracts)  # type: ignore[attr-defined]


def test_the_journal_returns_funding_and_settlements_and_no_trades(past: CryptocomHistory) -> None:
    pages = past.fetch_transfers(JOURNAL_CALL, now() - timedelta(days=2), now())
    kinds = {row.kind for page in pages for row in page.rows}
    assert kinds <= {TransferKind.FUNDING, TransferKind.SETTLEMENT, TransferKind.INTEREST}


def test_an_ended_order_is_found_by_list_and_by_detail(simulator: Simulator, past: CryptocomHistory) -> None:
    (placed,) = simulator.control(
        "POST", "orders", {"instrument": "BTC_USD", "side": "BUY", "quantity": "0.001", "price": "1000"}
    )["orders"]
    simulator.control("DELETE", "orders", id=placed["order_id"])
    own = order(placed["order_id"])
    detail = past.fetch_order(own)
    assert detail is not None
    assert (detail.ending, detail.filled) == (Ending.CANCELLED, 0)
    pages = past.fetch_ended_orders((), now() - timedelta(minutes=5), end(simulator))
    assert placed["order_id"] in {row.order_id for page in pages for row in page.rows}
    for _ in range(3):  # an answer, and no failure that would open a circuit
        assert past.fetch_order(order("1234567890")) is None
    assert past.fetch_order(own) is not None
