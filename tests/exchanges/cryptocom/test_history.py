"""Crypto.com's executions, movements and ended orders as records: one case a line."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.endings import Ending
from domain.fills import Fill
from domain.markets import MarketType, Side
from domain.transfers import Transfer, TransferKind, TransferStatus
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import exact_json
from exchanges.cryptocom.endings import normalise_ended_orders, normalise_order_detail
from exchanges.cryptocom.fills import normalise_fills, with_realised
from exchanges.cryptocom.transfers import normalise_deposits, normalise_journal, normalise_withdrawals
from tests.exchanges.wire_payloads import answer, deposit_row, ended_row, journal_row, order_row, trade_row, trigger_row

AT = datetime(2025, 11, 24, 16, 1, 0, 123, tzinfo=UTC)


def fills(*rows: Any) -> tuple[Fill, ...]:
    read = normalise_fills(answer(*rows), "main", {})
    assert read.unreadable == ()
    return read.rows


def test_an_execution_is_read_with_all_its_fields() -> None:
    (fill,) = fills(trade_row())
    assert (fill.key, fill.order_id) == ("8000000000000000001", "7000000000000000001")
    assert (fill.symbol, fill.base, fill.quote, fill.market_type) == ("SOL/USD", "SOL", "USD", MarketType.SPOT)
    assert (fill.side, fill.price, fill.amount, fill.value) == (Side.BUY, 90, 2, 180)
    assert (fill.fee, fill.fee_currency, fill.is_maker) == (Decimal("0.045"), "USD", True)
    assert fill.at == AT


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"fees": "-1.5"}, ("fee", Decimal("1.5"))),  # Negative is a cost
        ({"fees": "0.2"}, ("fee", Decimal("-0.2"))),  # a rebate
        ({"fees": "0"}, ("fee", Decimal(0))),
        ({"fees": None}, ("fee", None)),
        ({"fees": "-0.000000000000000000000000000001"}, ("fee", Decimal("1E-30"))),
        ({"fee_instrument_name": "CRO"}, ("fee_currency", "CRO")),
        ({"fee_instrument_name": "USD_Stable_Coin"}, ("fee_currency", "USDC")),
        ({"taker_side": "TAKER"}, ("is_maker", False)),
        ({"taker_side": ""}, ("is_maker", None)),
        ({"order_id": "0"}, ("order_id", None)),
        ({"instrument_name": "BTCUSD-PERP"}, ("symbol", "BTC/USD:USD")),
        ({"instrument_name": "BTC_USDT"}, ("quote", "USDT")),
        ({"create_time_ns": None}, ("at", AT.replace(microsecond=0))),
        ({"journal_type": "TAKE_PROFIT", "contingency_type": "STOP_LOSS"}, ("amount", 2)),
    ],
)
def test_each_field_of_an_execution_is_parsed(said: dict[str, Any], expected: tuple[str, Any]) -> None:
    (fill,) = fills(trade_row(**said))
    assert getattr(fill, expected[0]) == expected[1]


@pytest.mark.parametrize(
    "said",
    [
        {"trade_id": "0"},
        {"side": "?"},
        {"traded_quantity": "0"},
        {"traded_quantity": "-1"},
        {"traded_price": None},
        {"create_time": None, "create_time_ns": None},
        {"instrument_name": None},
    ],
)
def test_an_execution_that_cannot_be_understood_is_shown_and_hides_no_other(said: dict[str, Any]) -> None:
    read = normalise_fills(answer(trade_row(**said), trade_row(trade_id="2")), "main", {})
    assert [fill.key for fill in read.rows] == ["2"]
    assert len(read.unreadable) == 1


def test_contracts_have_the_stated_realised_profit_and_spot_has_none() -> None:
    told = fills(
        trade_row(),
        trade_row(trade_id="2", instrument_name="BTCUSD-PERP"),
        trade_row(trade_id="3", instrument_name="BTCUSD-PERP"),
    )
    lines = [
        {"journal_type": "TRADING", "trade_id": "8000000000000000001", "realized_pnl": "5"},
        {"journal_type": "TRADING", "trade_id": "2", "realized_pnl": "-7.5"},
        {"journal_type": "TRADE_FEE", "trade_id": "2", "realized_pnl": "0"},
        {"journal_type": "TRADING", "trade_id": "3", "realized_pnl": "much"},
    ]
    assert [fill.realised_pnl for fill in with_realised(told, answer(*lines))] == [None, Decimal("-7.5"), None]


def moved(read: Any) -> Transfer:
    assert read.unreadable == ()
    transfer: Transfer
    (transfer,) = read.rows
    return transfer


def listed(name: str, *rows: Any) -> Any:
    return {"code": 0, "result": {name: list(rows)}}


def test_a_deposit_is_positive_and_exact() -> None:
    text = (
        '{"code": 0, "result": {"deposit_list": [{"currency": "SOL", "fee": 1.0, "id": "7", "status": "1", '
        '"amount": 0.10000000000000000001, "create_time": 1764000000000}]}}'
    )
    transfer = moved(normalise_deposits(exact_json(text), "main"))
    assert (transfer.kind, transfer.status, transfer.asset) == (TransferKind.DEPOSIT, TransferStatus.DONE, "SOL")
    assert (transfer.amount, transfer.fee) == (Decimal("0.10000000000000000001"), Decimal(1))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("0", "pending"),
        ("1", "pending"),
        ("2", "failed"),
        ("3", "pending"),
        ("4", "failed"),
        ("5", "done"),
        ("6", "failed"),
        ("9", "unknown"),
    ],
)
def test_a_withdrawal_is_negative_with_its_fee_added(status: str, expected: str) -> None:
    row = deposit_row(status=status, amount=100, fee="0.5")
    transfer = moved(normalise_withdrawals(listed("withdrawal_list", row), "main"))
    assert (transfer.kind, transfer.status) == (TransferKind.WITHDRAWAL, expected)
    assert (transfer.amount, transfer.fee, transfer.fee_currency) == (-100, Decimal("0.5"), "SOL")


@pytest.mark.parametrize(
    ("said", "name", "quantity", "expected"),
    [
        ("FUNDING", "BTCUSD-PERP", "0", ("funding", "USD", "-1.25", "BTC/USD:USD")),
        ("SESSION_SETTLE", "BTCUSD-PERP", "0", ("settlement", "USD", "-1.25", "BTC/USD:USD")),
        ("MARGIN_TRADE_INTEREST", "USDT", "-0.2", ("interest", "USDT", "-0.2", None)),
        ("SOFT_STAKE_REWARD", "CRO", "0.2", ("interest", "CRO", "0.2", None)),
        ("MAKER_REBATE", "USD", "0.3", ("rebate", "USD", "0.3", None)),
        ("SUBACCOUNT_TX", "BTC", "-1", ("withdrawal", "BTC", "-1", None)),
        ("LIQUIDATION_FEE", "USD", "-9", ("fee", "USD", "-9", None)),
        ("SOMETHING_NEW", "BTC", "1", ("other", "BTC", "1", None)),
        ("SOCIALIZED_LOSS", "BTCUSD-PERP", "0", ("other", "USD", "-1.25", "BTC/USD:USD")),
    ],
)
def test_a_line_of_the_journal_has_a_sign_and_a_kind(said: str, name: str, quantity: str, expected: Any) -> None:
    row = journal_row(journal_type=said, instrument_name=name, transaction_qty=quantity)
    transfer = moved(normalise_journal(answer(row), "main", {}))
    assert (transfer.kind, transfer.asset, str(transfer.amount), transfer.symbol) == expected


@pytest.mark.parametrize(
    "kind",
    ["TRADING", "TRADE_FEE", "DEPOSIT", "WITHDRAW", "ONCHAIN_DEPOSIT", "ONCHAIN_WITHDRAW", "ROLLBACK_DEPOSIT",
     "ROLLBACK_WITHDRAW"],
)  # fmt: skip
def test_journal_rows_covered_by_other_calls_are_skipped(kind: str) -> None:
    """The types of private/get-transactions. A withdrawal that is rolled back is failed in its own list."""
    assert normalise_journal(answer(journal_row(journal_type=kind)), "main", {}).rows == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ended_row(), (Ending.FILLED, 2, None, None)),
        (ended_row(reason=43012), (Ending.FILLED, 2, None, None)),
        (ended_row(status="CANCELED", cumulative_quantity="0.5"), (Ending.CANCELLED, Decimal("0.5"), None, None)),
        (ended_row(status="EXPIRED", reason=43004), (Ending.EXPIRED, 2, None, "could not be filled at once")),
        (ended_row(status="REJECTED", reason="306"), (Ending.REJECTED, 2, None, "insufficient balance")),
        (ended_row(status="REJECTED", reject_reason="TOO_FAR"), (Ending.REJECTED, 2, None, "TOO_FAR")),
        (ended_row(status="CANCELED", reason=0), (Ending.CANCELLED, 2, None, None)),
        (ended_row(status="CANCELED", reason=77), (Ending.CANCELLED, 2, None, "reason 77")),
        (order_row(), (None, 0, None, None)),
        (trigger_row(status="CANCELED", exchange_order_id="0"), (Ending.CANCELLED, 0, None, None)),
        (trigger_row(status="FILLED", exchange_order_id="B"), (Ending.FILLED, 0, "B", None)),
    ],
)
def test_an_ended_order_is_parsed_alike_from_list_and_detail(row: dict[str, Any], expected: tuple[Any, ...]) -> None:
    (told,) = normalise_ended_orders(answer(row)).rows
    assert (told.ending, told.filled, told.book_order_id, told.reason) == expected
    assert normalise_order_detail({"code": 0, "result": row}) == told


def test_legs_with_one_order_id_stay_two_orders() -> None:
    rows = [ended_row(list_id=5, leg_id=leg, status=said) for leg, said in ((2, "CANCELED"), (3, "FILLED"))]
    told = normalise_ended_orders(answer(*rows)).rows
    assert [(row.leg_id, row.group_id, row.ending) for row in told] == [
        ("2", "5", Ending.CANCELLED),
        ("3", "5", Ending.FILLED),
    ]


@pytest.mark.parametrize("payload", [{}, {"result": []}, {"result": {"status": "GONE_FISHING"}}, None])
def test_an_order_detail_without_content_is_a_bad_payload(payload: Any) -> None:
    with pytest.raises(BadPayload):
        normalise_order_detail(payload)
