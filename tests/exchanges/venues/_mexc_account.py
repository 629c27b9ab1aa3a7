"""MEXC: positions and transfers."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.transfer_cases import TIME, status_case, transfer, transfer_case

T = 1764000000000


def data(rows: Sequence[Any]) -> Any:
    return {"success": True, "code": 0, "data": list(rows)}


def pos(**values: Any) -> dict[str, Any]:
    """A long position of 500 contracts of 0.0001 BTC in cross margin."""
    return {
        "positionId": 1394650, "symbol": "BTC_USDT", "positionType": 1, "openType": 2, "state": 1, "holdVol": 500,
        "frozenVol": 0, "closeVol": 0, "holdAvgPrice": "59000", "openAvgPrice": "59100", "closeAvgPrice": 0,
        "liquidatePrice": "41000", "oim": "210", "im": "210", "holdFee": 0, "realised": "-0.8", "leverage": 14,
        "createTime": T, "updateTime": T, "autoAddIm": False,
    } | values  # fmt: skip


POSITIONS = [
    AccountCase("both sides, one isolated, no profit stated", {"/api/v1/private/position/open_positions": data([
        pos(), pos(positionType=2, openType=1, holdVol=200, liquidatePrice=0), pos(holdVol=0, state=3),
    ])}, {
        "BTC_USDT/long": {
            "amount": "0.05", "contracts": "500", "entry_price": "59000", "mark_price": None, "unrealised_pnl": None,
            "realised_pnl": "-0.8", "liquidation_price": "41000", "leverage": "14", "margin_mode": "cross",
        },
        "BTC_USDT/short/isolated": {"amount": "0.02", "liquidation_price": None},
    }),
    AccountCase("a side that is none", {"/api/v1/private/position/open_positions": data([pos(positionType=9), pos()])},
                {"BTC_USDT/long": {"amount": "0.05"}}, unreadable=1),
]  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/v3/capital/deposit/hisrec", [
        {"amount": "10", "coin": "USDT-TRX", "network": "TRX", "status": status, "address": "a", "txId": f"t{status}",
         "insertTime": TIME, "unlockConfirm": "10", "confirmTimes": "241"} for status in ("2", "5", "7")
    ], [
        transfer("deposit", "USDT", "10", "pending"), transfer("deposit", "USDT", "10"),
        transfer("deposit", "USDT", "10", "failed"),
    ]),
    # Deposit History, status: REFUND, PRE_SUCCESS, INVALID, RESTRICTED, COMPLETED.
    status_case("deposits", "/api/v3/capital/deposit/hisrec", lambda n, status: {
        "amount": "10", "coin": "USDT-TRX", "network": "TRX", "status": status, "address": "a", "txId": f"t{n}",
        "insertTime": TIME}, {"8": "failed", "9": "unknown", "10": "failed", "11": "unknown", "12": "done"},
        transfer("deposit", "USDT", "10")),
    transfer_case("withdrawals", "withdrawals", "/api/v3/capital/withdraw/history", [
        {"id": f"w{status}", "txId": "x", "coin": "USDT-TRX", "network": "TRX", "address": "a", "amount": "9",
         "transferType": 0, "status": status, "transactionFee": "1", "applyTime": TIME} for status in ("7", "8", "2")
    ], [transfer("withdrawal", "USDT", "-8", "pending"), transfer("withdrawal", "USDT", "-8", fee="1"),
        transfer("withdrawal", "USDT", "-8", "failed")]),
)  # fmt: skip
