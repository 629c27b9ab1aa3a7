"""Deposits and withdrawals off chain, from and to the Crypto.com App: in the journal, and perhaps in a list as well."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.transfers import Transfer, TransferKind, TransferStatus
from exchanges.connection import retries
from exchanges.cryptocom.history import JOURNAL_CALL, CryptocomHistory
from exchanges.cryptocom.transfers import normalise_deposits, normalise_journal, normalise_withdrawals, without_doubles
from exchanges.open import AccountConnection, SharedMarkets, open_reader
from tests.exchanges.payload_server import PayloadServer, serving
from tests.exchanges.wire_payloads import answer, deposit_row, instrument_row, journal_row

T = 1764000000000
MINUTE = 60_000
DEPOSITS, WITHDRAWALS = "private/get-deposit-history", "private/get-withdrawal-history"


def line(number: int = 1, quantity: str = "3.5", at: int = T, word: str = "OFFCHAIN_DEPOSIT") -> dict[str, Any]:
    return journal_row(
        journal_type=word, journal_id=str(number), instrument_name="SOL", transaction_qty=quantity, realized_pnl="0",
        event_timestamp_ms=at, event_timestamp_ns=str(at * 1_000_000),
    )  # fmt: skip


def listed(**values: Any) -> dict[str, Any]:
    """3.5 SOL without a fee, in the list of deposits or of withdrawals."""
    row = {"amount": "3.5", "fee": "0", "update_time": values.get("create_time", T)}
    return deposit_row(**row | values)


def journal(*rows: dict[str, Any]) -> tuple[Transfer, ...]:
    return normalise_journal(answer(*rows), "main", {}).rows


def deposits(*rows: dict[str, Any]) -> tuple[Transfer, ...]:
    return normalise_deposits({"result": {"deposit_list": list(rows)}}, "main").rows


def withdrawals(*rows: dict[str, Any]) -> tuple[Transfer, ...]:
    return normalise_withdrawals({"result": {"withdrawal_list": list(rows)}}, "main").rows


@pytest.mark.parametrize(
    ("word", "quantity", "kind"),
    [("OFFCHAIN_DEPOSIT", "3.5", "deposit"), ("OFFCHAIN_WITHDRAWAL", "-3.5", "withdrawal")],
)
def test_a_line_off_chain_is_a_flow(word: str, quantity: str, kind: str) -> None:
    (moved,) = journal(line(word=word, quantity=quantity))
    assert (str(moved.kind), str(moved.amount)) == (kind, quantity)
    assert without_doubles([moved], ()) == (moved,)


@pytest.mark.parametrize(
    ("row", "is_same"),
    [
        ({}, True),
        ({"create_time": T - 59 * MINUTE}, True),
        ({"create_time": T - 61 * MINUTE}, False),
        ({"create_time": T - 300 * MINUTE, "update_time": T + MINUTE}, True),  # booked before its last update
        ({"create_time": T - 300 * MINUTE, "update_time": T - 61 * MINUTE}, False),
        ({"create_time": T + 61 * MINUTE, "update_time": T + 70 * MINUTE}, False),
        ({"create_time": T - 1400 * MINUTE, "address": "INTERNAL_DEPOSIT"}, True),  # from the App
        ({"create_time": T - 1500 * MINUTE, "address": "INTERNAL_DEPOSIT"}, False),
        ({"create_time": T - 1400 * MINUTE, "address": "INTERNAL_DEPOSIT", "amount": "3.6"}, False),
        ({"amount": "3.6"}, False),
        ({"currency": "BTC"}, False),
        ({"status": "2"}, False),  # failed, so it moved nothing
        ({"status": "0"}, True),
    ],
)
def test_a_deposit_in_both_lists_counts_once(row: dict[str, Any], is_same: bool) -> None:
    kept = without_doubles(journal(line()), deposits(listed(**row)))
    assert len(kept) == (0 if is_same else 1)


@pytest.mark.parametrize("quantity", ["-3.5", "-4"])
def test_a_withdrawal_in_both_lists_counts_once_with_or_without_its_fee(quantity: str) -> None:
    sent = withdrawals(listed(status="5", fee="0.5"))
    assert without_doubles(journal(line(word="OFFCHAIN_WITHDRAWAL", quantity=quantity)), sent) == ()
    assert len(without_doubles(journal(line()), sent)) == 1


def test_the_nearest_row_is_the_same_flow() -> None:
    """Two equal deposits from the App on one day, and a third line that no list holds."""
    rows = deposits(
        listed(id="7001", create_time=T - 600 * MINUTE, address="INTERNAL_DEPOSIT"),
        listed(id="7002", create_time=T + MINUTE, address="INTERNAL_DEPOSIT"),
    )
    lines = journal(line(1, at=T), line(2, at=T - 599 * MINUTE), line(3, at=T - 3000 * MINUTE))
    assert [moved.key for moved in without_doubles(lines, rows)] == ["journal:3"]


def test_two_lines_and_one_deposit_are_two_flows() -> None:
    assert len(without_doubles(journal(line(1), line(2, at=T + MINUTE)), deposits(listed()))) == 1


def test_other_lines_of_the_journal_stay() -> None:
    moved = journal(line(word="SUBACCOUNT_TX"))
    assert without_doubles(moved, deposits(listed())) == moved


TIMES = st.lists(st.integers(0, 300), max_size=4)


@given(TIMES, TIMES)
def test_no_flow_counts_twice_and_none_is_lost(in_journal: list[int], in_list: list[int]) -> None:
    """All amounts are equal. There are as many flows as in the longer list, and no line is near an unused deposit."""
    lines = journal(*(line(n, at=T + minute * MINUTE) for n, minute in enumerate(in_journal)))
    rows = deposits(*(listed(id=str(n), create_time=T + m * MINUTE) for n, m in enumerate(in_list, 7001)))
    kept = without_doubles(lines, rows)
    assert len(kept) + len(rows) >= max(len(lines), len(rows))
    hour = timedelta(hours=1)
    near = [row for row in rows if any(abs(row.at - moved.at) <= hour for moved in kept)]
    assert len(near) <= len(lines) - len(kept)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PayloadServer]:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.01)
    with serving() as payloads:
        payloads.lists("public/get-instruments", instrument_row())
        yield payloads


def read_journal(server: PayloadServer) -> list[Transfer]:
    reader = open_reader(AccountConnection("main", "cryptocom", "k", "s", base_url=server.url), SharedMarkets())
    assert isinstance(reader.history, CryptocomHistory)
    at = datetime.fromtimestamp(T / 1000, UTC)
    pages = list(reader.history.fetch_transfers(JOURNAL_CALL, at - timedelta(days=1), at + timedelta(days=1)))
    reader.close()
    return [row for page in pages for row in page.rows]


def lists(server: PayloadServer, path: str, field: str, *rows: dict[str, Any], code: int = 0) -> None:
    payload = {"id": 1, "method": path, "code": code, "result": {field: list(rows)}}
    server.says(path, payload)


def test_the_journal_leaves_out_what_the_lists_hold(server: PayloadServer) -> None:
    server.lists("private/get-transactions", line(1), line(2, "9"))
    lists(server, DEPOSITS, "deposit_list", deposit_row())
    lists(server, WITHDRAWALS, "withdrawal_list")
    assert [(moved.key, moved.status) for moved in read_journal(server)] == [("journal:2", TransferStatus.DONE)]


def test_without_lines_off_chain_no_list_is_requested_beside_the_journal(server: PayloadServer) -> None:
    server.lists("private/get-transactions", line(word="SUBACCOUNT_TX"))
    assert [moved.kind for moved in read_journal(server)] == [TransferKind.DEPOSIT]
    assert (server.asked(DEPOSITS), server.asked(WITHDRAWALS)) == (0, 0)


def test_a_list_that_the_key_may_not_read_hides_no_line(server: PayloadServer) -> None:
    server.lists("private/get-transactions", line(1))
    lists(server, DEPOSITS, "deposit_list", code=40101)
    lists(server, WITHDRAWALS, "withdrawal_list", code=40101)
    assert [moved.key for moved in read_journal(server)] == ["journal:1"]
