"""The transaction of deposits and withdrawals, from documented responses of exchanges."""

from typing import Any

import ccxt
import pytest

from domain.transfers import TransferKind
from exchanges.cryptocom.transfers import normalise_deposits, normalise_withdrawals
from exchanges.unified.transfers import RowOwner, read_ledger, read_movements

# Bybit, Get Withdrawal Records and Get Deposit Records.
BYBIT_SENT = {
    "coin": "USDC", "chain": "ETH", "amount": "41.43008", "status": "success", "toAddress": "0xE3De", "tag": "",
    "txID": "0x3d7bddb797f0e86420c982c0723653b8b728fd0ec9953b6b354445848d83a185", "withdrawFee": "5",
    "createTime": "1742738305000", "updateTime": "1742738340000", "withdrawId": "131629076", "withdrawType": 0,
}  # fmt: skip
BYBIT_RECEIVED = {
    "coin": "USDT", "chain": "TRX", "amount": "999.0496", "status": 3, "toAddress": "TDGY", "tag": "",
    "txID": "04bf3fbad2fc85b107a42cfdc5ff83110092b606ca754efa0f032f8b94b3262e", "depositFee": "",
    "successAt": "1742728163000", "depositType": "0", "id": "160237231",
}  # fmt: skip
# Crypto.com, private/get-withdrawal-history.
CRYPTOCOM = {
    "currency": "XRP", "client_wid": "my_withdrawal_002", "fee": "1.0", "create_time": 1607063412000, "id": "2220",
    "update_time": 1607063460000, "amount": "100", "address": "2NBq?1", "status": "1", "txid": "", "network_id": None,
}  # fmt: skip


@pytest.mark.parametrize(("row", "kind"), [(BYBIT_SENT, "withdrawal"), (BYBIT_RECEIVED, "deposit")])
def test_the_transaction_comes_from_what_ccxt_read(row: dict[str, Any], kind: str) -> None:
    exchange = ccxt.bybit()
    exchange.number = str  # as our sessions read amounts
    unified = exchange.parse_transaction(row)
    (moved,), unreadable = read_movements([unified], RowOwner("main", "bybit"), TransferKind(kind))
    assert (moved.tx_id, unreadable) == (row["txID"], ())


def test_a_ledger_line_of_a_deposit_keeps_its_transaction_and_no_other_line_does() -> None:
    line = {
        "id": "1", "type": "deposit", "currency": "BTC", "amount": "1", "direction": "in", "timestamp": 1742738305000,
        "txid": "ab12", "info": {"id": "1"},
    }  # fmt: skip
    (moved,), _ = read_ledger([line], RowOwner("main", "x"), "", has_transfer_lists=False)
    (paid,), _ = read_ledger([line | {"type": "interest"}], RowOwner("main", "x"), "", has_transfer_lists=False)
    assert (moved.tx_id, paid.tx_id) == ("ab12", None)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Funding", "funding"), ("REFUND", "other"), ("Borrowings", "loan"), ("borrow interest", "interest")],
)
def test_a_refund_is_no_funding_and_a_borrowed_amount_no_interest(word: str, kind: str) -> None:
    line = {
        "id": "1", "type": word, "currency": "BTC", "amount": "1", "direction": "in", "timestamp": 1742738305000,
        "info": {"id": "1"},
    }  # fmt: skip
    (moved,), _ = read_ledger([line], RowOwner("main", "x"), "", has_transfer_lists=True)
    assert moved.kind == TransferKind(kind)


def test_crypto_com_states_a_transaction_once_there_is_one() -> None:
    def transaction(row: dict[str, Any], *, is_sent: bool = True) -> str | None:
        name = "withdrawal_list" if is_sent else "deposit_list"
        read = normalise_withdrawals if is_sent else normalise_deposits
        return read({"result": {name: [row]}}, "main").rows[0].tx_id

    assert transaction(CRYPTOCOM) is None
    assert transaction(CRYPTOCOM | {"txid": "0xAB"}) == "0xAB"
    assert transaction({k: v for k, v in CRYPTOCOM.items() if k != "txid"}, is_sent=False) is None
