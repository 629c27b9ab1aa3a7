"""Transfers: what exchanges answer about deposits, withdrawals, funding, interest and rebates, with sign and kind.

A pending deposit is not money yet, and a failed withdrawal not a loss: both keep their status. Lines that fills or
other lists tell are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.exchanges.harness import Case

T = 1764000000000
ISO = "2025-11-24T16:00:00.000Z"


def plain(rows: Sequence[Any]) -> Any:
    return list(rows)


def data(rows: Sequence[Any]) -> Any:
    return {"code": "0", "msg": "", "data": list(rows)}


def _case(
    name: str,
    source: str,
    path: str,
    says: Sequence[Any],
    told: Sequence[Mapping[str, Any]],
    wrap: Callable[[Sequence[Any]], Any] = plain,
    method: str = "GET",
    unreadable: int = 0,
) -> Case:
    return Case(name, f"transfers:{source}", path, says, told, method=method, wrap=wrap, unreadable=unreadable)


def told(kind: str, asset: str, amount: str, status: str = "done", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "asset": asset, "amount": amount, "status": status, **more}


def _binance_income(word: str, income: str, n: int, **more: Any) -> dict[str, Any]:
    return {"symbol": "BTCUSDT", "incomeType": word, "income": income, "asset": "USDT", "info": "", "time": T,
            "tranId": n, "tradeId": ""} | more  # fmt: skip


def _binance_deposit(**more: Any) -> dict[str, Any]:
    return {"id": "d1", "amount": "1.50", "coin": "BTC", "network": "BTC", "status": 1, "address": "a",
            "addressTag": "", "txId": "0xd1", "insertTime": T, "transferType": 0} | more  # fmt: skip


def _binance_withdrawal(**more: Any) -> dict[str, Any]:
    return {"id": "w1", "amount": "0.5", "transactionFee": "0.0004", "coin": "BTC", "status": 6, "address": "a",
            "txId": "0xw1", "applyTime": "2025-11-24 16:00:00", "network": "BTC", "transferType": 0} | more  # fmt: skip


BINANCE = (
    _case("deposits", "deposits", "/sapi/v1/capital/deposit/hisrec",
          [_binance_deposit(), _binance_deposit(id="d2", status=0)],
          [told("deposit", "BTC", "1.50"), told("deposit", "BTC", "1.50", "pending")]),
    _case("withdrawals", "withdrawals", "/sapi/v1/capital/withdraw/history",
          [_binance_withdrawal(), _binance_withdrawal(id="w2", status=5), _binance_withdrawal(id="w3", status=1)],
          [told("withdrawal", "BTC", "-0.5", fee="0.0004", fee_currency="BTC"),
           told("withdrawal", "BTC", "-0.5", "failed"), told("withdrawal", "BTC", "-0.5", "failed")]),
    _case("income of contracts", "ledger-linear", "/fapi/v1/income", [
        _binance_income("FUNDING_FEE", "-0.37", 1), _binance_income("FUNDING_FEE", "0.12", 2, symbol="ETHUSDT"),
        _binance_income("REALIZED_PNL", "9", 3), _binance_income("COMMISSION", "-0.1", 4),
        _binance_income("REFERRAL_KICKBACK", "0.05", 5), _binance_income("TRANSFER", "-20", 6, symbol=""),
        _binance_income("CONTEST_REWARD", "3", 7),
    ], [
        told("funding", "USDT", "-0.37"), told("funding", "USDT", "0.12"), told("internal", "USDT", "-20"),
        told("other", "USDT", "3"), told("rebate", "USDT", "0.05"),
    ]),
    _case("income of inverse contracts", "ledger-inverse", "/dapi/v1/income",
          [_binance_income("FUNDING_FEE", "-0.000012", 1, asset="BTC", symbol="BTCUSD_PERP")],
          [told("funding", "BTC", "-0.000012")]),
)  # fmt: skip


def _bybit(rows: Sequence[Any]) -> Any:
    return {"retCode": 0, "retMsg": "OK", "result": {"list": list(rows), "nextPageCursor": ""}, "time": 1}


def _bybit_rows(rows: Sequence[Any]) -> Any:
    return {"retCode": 0, "retMsg": "OK", "result": {"rows": list(rows), "nextPageCursor": ""}, "time": 1}


def _bybit_line(word: str, change: str, n: int, **more: Any) -> dict[str, Any]:
    return {"id": f"b{n}", "symbol": "", "category": "linear", "side": "None", "transactionTime": str(T), "type": word,
            "qty": "0", "size": "0", "currency": "USDT", "tradePrice": "0", "funding": "", "fee": "0", "cashFlow": "0",
            "change": change, "cashBalance": "5000", "orderId": "", "orderLinkId": "",
            "tradeId": ""} | more  # fmt: skip


def _bybit_moved(**more: Any) -> dict[str, Any]:
    return {"coin": "USDT", "chain": "SOL", "amount": "951", "txID": "5x", "toAddress": "a", "tag": ""} | more


BYBIT = (
    _case("deposits", "deposits", "/v5/asset/deposit/query-record", [
        _bybit_moved(id="7", status=3, depositFee="", successAt=str(T)),
        _bybit_moved(id="8", status=1, depositFee="", successAt=str(T)),
    ], [told("deposit", "USDT", "951"), told("deposit", "USDT", "951", "pending")], _bybit_rows),
    _case("withdrawals", "withdrawals", "/v5/asset/withdraw/query-record", [
        _bybit_moved(withdrawId="9", status="success", withdrawFee="1", createTime=str(T)),
        _bybit_moved(withdrawId="10", status="Fail", withdrawFee="1", createTime=str(T)),
        _bybit_moved(withdrawId="11", status="Reject", withdrawFee="1", createTime=str(T)),
    ], [told("withdrawal", "USDT", "-951", "failed"), told("withdrawal", "USDT", "-951", "failed"),
        told("withdrawal", "USDT", "-951", fee="1", fee_currency="USDT")], _bybit_rows),
    _case("its ledger", "ledger", "/v5/account/transaction-log", [
        _bybit_line("SETTLEMENT", "-0.003676", 1, symbol="XRPUSDT", funding="-0.003676"),
        _bybit_line("SETTLEMENT", "12", 2, symbol="BTCPERP", cashFlow="12", currency="USDC"),
        _bybit_line("TRADE", "-0.01", 3, fee="0.01"),
        _bybit_line("INTEREST", "-0.4", 4), _bybit_line("TRANSFER_IN", "100", 5),
        _bybit_line("FEE_REFUND", "0.02", 6), _bybit_line("BONUS", "5", 7),
    ], [
        told("funding", "USDT", "-0.003676"), told("interest", "USDT", "-0.4"), told("internal", "USDT", "100"),
        told("other", "USDT", "5"), told("rebate", "USDT", "0.02", fee=None), told("settlement", "USDC", "12"),
    ], _bybit),
)  # fmt: skip


def _okx_bill(word: str, change: str, n: int, **more: Any) -> dict[str, Any]:
    return {"bal": "8694", "balChg": change, "billId": f"62{n}", "ccy": "USDT", "fee": "0", "instId": "",
            "instType": "", "pnl": "0", "posBalChg": "0", "subType": "", "sz": change, "ts": str(T), "type": word,
            "from": "", "to": ""} | more  # fmt: skip


OKX = (
    _case("deposits", "deposits", "/api/v5/asset/deposit-history", [
        {"amt": "3", "txId": "0x1", "ccy": "BTC", "chain": "BTC-Bitcoin", "from": "", "to": "a", "ts": str(T),
         "state": state, "depId": depid} for state, depid in (("2", "1"), ("0", "2"))
    ], [told("deposit", "BTC", "3"), told("deposit", "BTC", "3", "pending")], data),
    _case("withdrawals", "withdrawals", "/api/v5/asset/withdrawal-history", [
        {"amt": "0.09", "wdId": wdid, "fee": "0.0005", "txId": "0x2", "ccy": "BTC", "chain": "BTC-Bitcoin", "from": "",
         "to": "b", "ts": str(T), "state": state} for state, wdid in (("2", "1"), ("-1", "2"), ("-2", "3"))
    ], [told("withdrawal", "BTC", "-0.09", fee="0.0005"), told("withdrawal", "BTC", "-0.09", "failed"),
        told("withdrawal", "BTC", "-0.09", "failed")], data),
    _case("funding", "funding", "/api/v5/account/bills-archive", [
        _okx_bill("8", "-1.25", 1, instId="BTC-USDT-SWAP", instType="SWAP"),
        _okx_bill("8", "0", 2, posBalChg="0.5", instId="BTC-USDT-SWAP", instType="SWAP"),
    ], [told("funding", "USDT", "-1.25", symbol="BTC/USDT:USDT"), told("funding", "USDT", "0.5")], data),
    _case("between wallets", "internal", "/api/v5/account/bills-archive",
          [_okx_bill("1", "-500", 3), _okx_bill("1", "20", 4)],
          [told("internal", "USDT", "-500"), told("internal", "USDT", "20")], data),
    _case("interest", "interest", "/api/v5/account/bills-archive", [_okx_bill("7", "-0.031", 5)],
          [told("interest", "USDT", "-0.031")], data),
)  # fmt: skip


def _bitget(rows: Sequence[Any]) -> Any:
    return {"code": "00000", "msg": "success", "data": list(rows)}


def _bitget_bills(rows: Sequence[Any]) -> Any:
    return {"code": "00000", "msg": "success", "data": {"bills": list(rows), "endId": "1"}}


def _bitget_moved(kind: str, n: int, status: str, fee: str) -> dict[str, Any]:
    return {"orderId": str(n), "tradeId": f"0x{n}", "coin": "USDT", "type": kind, "dest": "on_chain", "size": "101",
            "fee": fee, "status": status, "toAddress": "a", "fromAddress": "b", "chain": "TRX(TRC20)", "cTime": str(T),
            "uTime": str(T)}  # fmt: skip


def _bitget_bill(word: str, size: str, n: int, field: str = "size", **more: Any) -> dict[str, Any]:
    return {"billId": str(n), "coin": "USDT", "groupType": "x", "businessType": word, field: size, "fees": "0",
            "balance": "900", "cTime": str(T)} | more  # fmt: skip


BITGET = (
    _case("deposits", "deposits", "/api/v2/spot/wallet/deposit-records",
          [_bitget_moved("deposit", 1, "success", "0"), _bitget_moved("deposit", 2, "pending", "0")],
          [told("deposit", "USDT", "101"), told("deposit", "USDT", "101", "pending")], _bitget),
    _case("withdrawals", "withdrawals", "/api/v2/spot/wallet/withdrawal-records",
          [_bitget_moved("withdraw", 3, "success", "-1"), _bitget_moved("withdraw", 4, "fail", "-1")],
          [told("withdrawal", "USDT", "-100", fee="1"), told("withdrawal", "USDT", "-100", "failed")], _bitget),
    _case("its ledger", "ledger", "/api/v2/spot/account/bills", [
        _bitget_bill("buy", "-9", 1), _bitget_bill("deposit", "7", 2), _bitget_bill("transfer_out", "-7", 3),
        _bitget_bill("bonus_issue", "1", 4),
    ], [told("internal", "USDT", "-7"), told("rebate", "USDT", "1")], _bitget),
    _case("bills of contracts", "ledger-usdt", "/api/v2/mix/account/bill", [
        _bitget_bill("contract_settle_fee", "-0.004992", 5, "amount", symbol="BTCUSDT"),
        _bitget_bill("open_long", "-2", 6, "amount"), _bitget_bill("trans_from_exchange", "50", 7, "amount"),
    ], [told("funding", "USDT", "-0.004992"), told("internal", "USDT", "50")], _bitget_bills),
)  # fmt: skip


def _gate_moved(own: str, status: str, **more: Any) -> dict[str, Any]:
    return {"id": own, "timestamp": str(T // 1000), "currency": "BTC", "address": "a", "txid": "x", "amount": "0.5",
            "fee": "0.001", "memo": "", "status": status, "chain": "BTC"} | more  # fmt: skip


def _gate_line(word: str, change: str, n: int) -> dict[str, Any]:
    return {"id": str(n), "time": str(T), "currency": "USDT", "change": change, "balance": "9", "type": word}


GATE = (
    _case("deposits", "deposits", "/api/v4/wallet/deposits",
          [_gate_moved("d1", "DONE", fee="0"), _gate_moved("d2", "PEND", fee="0")],
          [told("deposit", "BTC", "0.5"), told("deposit", "BTC", "0.5", "pending")]),
    _case("withdrawals", "withdrawals", "/api/v4/wallet/withdrawals",
          [_gate_moved("w1", "DONE"), _gate_moved("w2", "CANCEL")],
          [told("withdrawal", "BTC", "-0.499", fee="0.001"), told("withdrawal", "BTC", "-0.499", "failed")]),
    _case("its ledger", "ledger", "/api/v4/spot/account_book", [
        _gate_line("order_fee", "-0.1", 1), _gate_line("new_order", "-9", 2), _gate_line("interest", "-0.01", 3),
        _gate_line("referral_fee", "0.3", 4), _gate_line("futures_out", "5", 5), _gate_line("deposit", "4", 6),
    ], [told("interest", "USDT", "-0.01"), told("internal", "USDT", "5"), told("rebate", "USDT", "0.3")]),
    _case("funding", "funding-usdt", "/api/v4/futures/usdt/account_book", [
        {"time": T / 1000, "change": change, "balance": "97", "text": "BTC_USDT", "type": "fund"}
        for change in ("-0.0011", "0.002")
    ], [told("funding", "USDT", "-0.0011", symbol="BTC/USDT:USDT"), told("funding", "USDT", "0.002")]),
)  # fmt: skip


def _kucoin(rows: Sequence[Any]) -> Any:
    return {"code": "200000", "data": {"currentPage": 1, "pageSize": 50, "totalNum": 1, "items": list(rows)}}


def _kucoin_line(word: str, direction: str, n: int) -> dict[str, Any]:
    return {"id": str(n), "currency": "USDT", "amount": "0.25", "fee": "0", "balance": "9", "accountType": "TRADE_HF",
            "bizType": word, "direction": direction, "createdAt": str(T), "context": ""}  # fmt: skip


KUCOIN = (
    _case("deposits", "deposits", "/api/v1/deposits", [
        {"address": "a", "memo": "", "amount": "1.5", "fee": "0", "currency": "BTC", "isInner": False,
         "walletTxId": tx, "status": status, "createdAt": T, "updatedAt": T}
        for tx, status in (("0x1", "SUCCESS"), ("0x2", "PROCESSING"))
    ], [told("deposit", "BTC", "1.5"), told("deposit", "BTC", "1.5", "pending")], _kucoin),
    _case("withdrawals", "withdrawals", "/api/v1/withdrawals", [
        {"id": own, "address": "a", "memo": "", "currency": "BTC", "amount": "0.5", "fee": "0.0005",
         "walletTxId": "0x3", "isInner": False, "status": status, "createdAt": T, "updatedAt": T}
        for own, status in (("1", "SUCCESS"), ("2", "FAILURE"))
    ], [told("withdrawal", "BTC", "-0.5", fee="0.0005"), told("withdrawal", "BTC", "-0.5", "failed")], _kucoin),
    _case("its ledger", "ledger", "/api/v1/hf/accounts/ledgers", [
        _kucoin_line("TRADE_EXCHANGE", "out", 1), _kucoin_line("TRANSFER", "in", 2),
        _kucoin_line("SPOT_EXCHANGE_REBATE", "in", 3), _kucoin_line("LIABILITY_INTEREST", "out", 4),
    ], [told("interest", "USDT", "-0.25"), told("internal", "USDT", "0.25"), told("rebate", "USDT", "0.25")],
        lambda rows: {"code": "200000", "data": list(rows)}),
)  # fmt: skip


def _kraken(rows: Sequence[Any]) -> Any:
    return {"error": [], "result": list(rows)}


def _kraken_moved(own: str, status: str, **more: Any) -> dict[str, Any]:
    return {"method": "Bitcoin", "aclass": "currency", "asset": "XXBT", "refid": own, "txid": own, "info": "a",
            "amount": "0.72", "fee": "0.0005", "time": T // 1000, "status": status} | more  # fmt: skip


def _kraken_line(word: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"refid": "r", "time": T / 1000, "type": word, "subtype": "", "aclass": "currency", "asset": "ZUSD",
            "amount": amount, "fee": "0", "balance": "9"} | more  # fmt: skip


KRAKEN = (
    _case("deposits", "deposits", "/0/private/DepositStatus",
          [_kraken_moved("D1", "Success", fee="0"), _kraken_moved("D2", "Pending", fee="0")],
          [told("deposit", "BTC", "0.72"), told("deposit", "BTC", "0.72", "pending")], _kraken, "POST"),
    _case("withdrawals", "withdrawals", "/0/private/WithdrawStatus",
          [_kraken_moved("W1", "Success"), _kraken_moved("W2", "Failure")],
          [told("withdrawal", "BTC", "-0.72", fee="0.0005"), told("withdrawal", "BTC", "-0.72", "failed")],
          _kraken, "POST"),
    _case("its ledger", "ledger", "/0/private/Ledgers", [
        _kraken_line("trade", "-5"), _kraken_line("deposit", "5"), _kraken_line("rollover", "0", fee="0.02"),
        _kraken_line("staking", "0.3"), _kraken_line("earn", "-9", subtype="allocation"),
        _kraken_line("earn", "0.1", subtype="reward"), _kraken_line("transfer", "4"), _kraken_line("margin", "2"),
    ], [
        told("deposit", "USD", "4"), told("interest", "USD", "0", fee="0.02"), told("interest", "USD", "0.3", fee=None),
        told("interest", "USD", "0.1"), told("internal", "USD", "-9"),
        told("settlement", "USD", "2"),
    ], lambda rows: {"error": [], "result": {"ledger": {f"L{n}": row for n, row in enumerate(rows)}, "count": 1}},
        "POST"),
)  # fmt: skip


def _log(word: str, before: str, after: str, n: int, **more: Any) -> dict[str, Any]:
    return {"id": n, "date": ISO, "asset": "usd", "contract": "pf_xbtusd", "info": word, "booking_uid": f"u{n}",
            "margin_account": "flex", "old_balance": before, "new_balance": after, "old_average_entry_price": 0,
            "new_average_entry_price": 0, "trade_price": None, "mark_price": None, "realized_pnl": None, "fee": None,
            "execution": "", "collateral": "USD", "funding_rate": None, "realized_funding": None} | more  # fmt: skip


KRAKENFUTURES = (
    _case("its log", "ledger", "/api/history/v3/account-log", [
        _log("funding rate change", "100", "99.25", 1, realized_funding="-0.75"),
        _log("interest payment", "99.25", "99.20", 2),
        _log("futures trade", "99.20", "98", 3, fee="1.2"),
        _log("cross-exchange transfer", "98", "198", 4),
        _log("futures trade", "1", "2", 5, asset="pf_xbtusd"),
    ], [told("deposit", "USD", "100"), told("funding", "USD", "-0.75"), told("interest", "USD", "-0.05")],
        lambda rows: {"accountUid": "u", "logs": list(rows)}),
)  # fmt: skip


def _delta(n: int, **delta: Any) -> dict[str, Any]:
    return {"time": T, "hash": f"0x{n}", "delta": delta}


HYPERLIQUID = (
    _case("its ledger", "ledger", "/info", [
        _delta(1, type="deposit", usdc="100.0"), _delta(2, type="withdraw", usdc="9.0", nonce=1, fee="1.0"),
        _delta(3, type="accountClassTransfer", usdc="50.0", toPerp=False),
        _delta(4, type="internalTransfer", usdc="5.0", user="0xother", destination="key", fee="1.0"),
        _delta(5, type="spotTransfer", token="HYPE", amount="3.0", user="key", destination="0xother", fee="0.1"),
        _delta(6, type="rewardsClaim", amount="2.5"), _delta(7, type="vaultDeposit", vault="0xv", usdc="4.0"),
    ], [
        told("deposit", "USDC", "100.0"), told("deposit", "USDC", "5.0", fee=None),
        told("rebate", "USDC", "2.5"), told("withdrawal", "USDC", "-9.0", fee="1.0"),
        told("withdrawal", "HYPE", "-3.0", fee="0.1", fee_currency="HYPE"), told("withdrawal", "USDC", "-4.0"),
    ], method="POST"),
    _case("funding", "funding", "/info", [
        {"time": T, "hash": "0x0", "delta": {"type": "funding", "coin": "BTC", "usdc": usdc, "szi": "1",
                                             "fundingRate": "0.00004", "nSamples": None}}
        for usdc in ("-3.625312", "1.5")
    ], [told("funding", "USDC", "-3.625312", symbol="BTC/USDC:USDC"), told("funding", "USDC", "1.5")], method="POST"),
)  # fmt: skip


def _movement(n: int, status: str, amount: float, fee: float) -> list[Any]:
    return [n, "BTC", "BITCOIN", None, None, T, T, None, None, status, None, None, amount, fee, None, None, "a", None,
            None, None, f"tx{n}", None]  # fmt: skip


def _bitfinex_line(n: int, amount: float, words: str) -> list[Any]:
    return [n, "USD", None, T, None, amount, 900.5, None, words]


BITFINEX = (
    _case("deposits and withdrawals", "movements", "/v2/auth/r/movements/hist", [
        _movement(1, "COMPLETED", 1.25, 0), _movement(2, "PENDING", 1.25, 0), _movement(3, "COMPLETED", -0.5, -0.0004),
        _movement(4, "CANCELED", -0.5, -0.0004),
    ], [
        told("deposit", "BTC", "1.25"), told("deposit", "BTC", "1.25", "pending"),
        told("withdrawal", "BTC", "-0.5", fee="0.0004"), told("withdrawal", "BTC", "-0.5", "failed"),
    ], method="POST"),
    _case("its ledger", "ledger", "/v2/auth/r/ledgers/hist", [
        _bitfinex_line(1, -0.2, "Trading fees for 0.1 BTC (BTCUSD) @ 60000 on BFX (0.2%) on wallet exchange"),
        _bitfinex_line(2, -6000, "Exchange 0.1 BTC for USD @ 60000.0 on wallet exchange"),
        _bitfinex_line(3, -0.75, "Position #7 funding cost on wallet margin"),
        _bitfinex_line(4, 0.4, "Margin Funding Payment on wallet funding"),
        _bitfinex_line(5, -0.3, "Used Margin Funding Charge on wallet margin"),
        _bitfinex_line(6, 25, "Transfer of 25.0 USD from wallet Exchange to Trading on wallet margin"),
        _bitfinex_line(7, 100, "Deposit (BANK) #9 on wallet exchange"),
        _bitfinex_line(8, 0.05, "Affiliate Rebate (BTCUSD) on wallet exchange"),
    ], [
        told("funding", "USD", "-0.75"), told("interest", "USD", "0.4"), told("interest", "USD", "-0.3"),
        told("internal", "USD", "25"), told("rebate", "USD", "0.05"),
    ], method="POST"),
)  # fmt: skip


def _transaction(word: str, n: int, **more: Any) -> dict[str, Any]:
    return {"id": n, "datetime": "2025-11-24 16:00:00.000000", "type": word, "fee": "0.00", "usd": 0, "btc": 0,
            "eur": 0} | more  # fmt: skip


BITSTAMP = (
    _case("everything", "ledger", "/api/v2/user_transactions/", [
        _transaction("0", 1, btc="0.25"), _transaction("1", 2, btc="-0.10", fee="0.0005"),
        _transaction("2", 3, btc="0.1", usd="-6000", btc_usd="60000", order_id=5), _transaction("14", 4, usd="-50"),
        _transaction("27", 5, btc="0.00001"),
    ], [
        told("deposit", "BTC", "0.25"), told("interest", "BTC", "0.00001"),
        told("withdrawal", "BTC", "-0.10", fee="0.0005", fee_currency="BTC"), told("withdrawal", "USD", "-50"),
    ], method="POST"),
)  # fmt: skip

MEXC = (
    _case("deposits", "deposits", "/api/v3/capital/deposit/hisrec", [
        {"amount": "10", "coin": "USDT-TRX", "network": "TRX", "status": status, "address": "a", "txId": f"t{status}",
         "insertTime": T, "unlockConfirm": "10", "confirmTimes": "241"} for status in ("2", "5", "7")
    ], [
        told("deposit", "USDT", "10", "pending"), told("deposit", "USDT", "10"),
        told("deposit", "USDT", "10", "failed"),
    ]),
    _case("withdrawals", "withdrawals", "/api/v3/capital/withdraw/history", [
        {"id": f"w{status}", "txId": "x", "coin": "USDT-TRX", "network": "TRX", "address": "a", "amount": "9",
         "transferType": 0, "status": status, "transactionFee": "1", "applyTime": T} for status in ("7", "8", "2")
    ], [told("withdrawal", "USDT", "-8", "pending"), told("withdrawal", "USDT", "-8", fee="1"),
        told("withdrawal", "USDT", "-8", "failed")]),
)  # fmt: skip


def _htx_moved(kind: str, n: int, state: str, fee: str) -> dict[str, Any]:
    return {"id": n, "type": kind, "sub-type": "", "currency": "btc", "chain": "btc", "tx-hash": f"x{n}",
            "amount": "0.5", "address": "a", "address-tag": "", "fee": fee, "state": state, "created-at": T,
            "updated-at": T}  # fmt: skip


def _htx_line(word: str, amount: str, n: int) -> dict[str, Any]:
    return {"accountId": 1, "currency": "usdt", "transactAmt": amount, "transferType": word, "transactId": n,
            "transactTime": T, "transferer": 1, "transferee": 2,
            "direction": "in" if amount[0] != "-" else "out"}  # fmt: skip


def _htx(rows: Sequence[Any]) -> Any:
    return {"status": "ok", "data": list(rows)}


HTX = (
    _case("deposits", "deposits", "/v1/query/deposit-withdraw",
          [_htx_moved("deposit", 1, "safe", "0"), _htx_moved("deposit", 2, "confirming", "0")],
          [told("deposit", "BTC", "0.5"), told("deposit", "BTC", "0.5", "pending")], _htx),
    _case("withdrawals", "withdrawals", "/v1/query/deposit-withdraw",
          [_htx_moved("withdraw", 3, "confirmed", "0.0005"), _htx_moved("withdraw", 4, "wallet-reject", "0.0005")],
          [told("withdrawal", "BTC", "-0.5", fee="0.0005"), told("withdrawal", "BTC", "-0.5", "failed")], _htx),
    _case("its ledger", "ledger", "/v2/account/ledger", [
        _htx_line("transact-fee", "-0.1", 1), _htx_line("interest", "-0.02", 2), _htx_line("credit", "100", 3),
        _htx_line("rebate", "0.4", 4), _htx_line("transfer", "7", 5), _htx_line("withdraw-fee", "-1", 6),
    ], [
        told("interest", "USDT", "-0.02"), told("internal", "USDT", "7"), told("loan", "USDT", "100"),
        told("rebate", "USDT", "0.4"),
    ], lambda rows: {"code": 200, "message": "success", "data": list(rows), "ok": True}),
)  # fmt: skip


def _deribit(rows: Sequence[Any]) -> Any:
    return {"jsonrpc": "2.0", "id": 1, "result": {"count": len(rows), "data": list(rows)}}


DERIBIT = (
    _case("deposits", "deposits-btc", "/api/v2/private/get_deposits", [
        {"address": "a", "amount": 5, "currency": "BTC", "received_timestamp": T, "state": state, "transaction_id": tx,
         "updated_timestamp": T} for state, tx in (("completed", "x1"), ("pending", "x2"))
    ], [told("deposit", "BTC", "5"), told("deposit", "BTC", "5", "pending")], _deribit),
    _case("withdrawals", "withdrawals-btc", "/api/v2/private/get_withdrawals", [
        {"address": "a", "amount": 0.5, "confirmed_timestamp": T, "created_timestamp": T, "currency": "BTC",
         "fee": 0.0001, "id": n, "priority": 1, "state": state, "transaction_id": None, "updated_timestamp": T}
        for n, state in ((1, "completed"), (2, "rejected"))
    ], [told("withdrawal", "BTC", "-0.5", fee="0.0001"), told("withdrawal", "BTC", "-0.5", "failed")], _deribit),
    _case("between accounts", "internal-btc", "/api/v2/private/get_transfers", [
        {"id": n, "created_timestamp": T, "updated_timestamp": T, "currency": "BTC", "amount": 0.2,
         "direction": direction, "other_side": "sub", "state": "confirmed", "type": "subaccount"}
        for n, direction in ((1, "payment"), (2, "income"))
    ], [told("deposit", "BTC", "0.2"), told("withdrawal", "BTC", "-0.2")], _deribit),
)  # fmt: skip

# By the generic rule: the lists that the library offers, and its own words for kind and status.
BITVAVO = (
    _case("deposits, one on its way", "deposits", "/v2/depositHistory", [
        {"timestamp": T, "symbol": "BTC", "amount": "0.25", "fee": "0", "status": state, "txId": tx}
        for state, tx in (("completed", "0xd1"), ("processed", "0xd2"))
    ], [told("deposit", "BTC", "0.25"), told("deposit", "BTC", "0.25", "pending")]),
    _case("withdrawals", "withdrawals", "/v2/withdrawalHistory", [
        {"timestamp": T, "symbol": "BTC", "amount": "0.1", "address": "a", "paymentId": "", "txId": tx,
         "fee": "0.0001", "status": state}
        for state, tx in (("completed", "0xw1"), ("canceled", "0xw2"))
    ], [told("withdrawal", "BTC", "-0.1", fee="0.0001"), told("withdrawal", "BTC", "-0.1", "failed")]),
)  # fmt: skip


def _hitbtc(kind: str, n: int, state: str, **more: Any) -> dict[str, Any]:
    native = {"tx_id": f"t{n}", "index": str(n), "currency": "BTC", "amount": "0.25", "hash": f"0x{n}", "address": "a",
              "confirmations": "20"}  # fmt: skip
    return {"id": n, "created_at": ISO, "updated_at": ISO, "status": state, "type": kind, "subtype": "BLOCKCHAIN",
            "native": native | more}  # fmt: skip


HITBTC = (
    _case("deposits", "deposits", "/api/3/wallet/transactions",
          [_hitbtc("DEPOSIT", 1, "SUCCESS"), _hitbtc("DEPOSIT", 2, "PENDING")],
          [told("deposit", "BTC", "0.25"), told("deposit", "BTC", "0.25", "pending")]),
    _case("withdrawals", "withdrawals", "/api/3/wallet/transactions",
          [_hitbtc("WITHDRAW", 3, "SUCCESS", fee="0.0002"), _hitbtc("WITHDRAW", 4, "ROLLED_BACK", fee="0.0002")],
          [told("withdrawal", "BTC", "-0.25", fee="0.0002", fee_currency="BTC"),
           told("withdrawal", "BTC", "-0.25", "failed")]),
)  # fmt: skip


def _whitebit(method: int, n: int, status: int) -> dict[str, Any]:
    return {"address": "a", "uniqueId": None, "createdAt": T // 1000, "currency": "Bitcoin", "ticker": "BTC",
            "method": method, "amount": "0.25", "description": "", "memo": "", "fee": "0.0001", "status": status,
            "network": None, "transactionHash": f"0x{n}", "transactionId": f"w-{n}", "details": {},
            "confirmations": {}}  # fmt: skip


def _records(rows: Sequence[Any]) -> Any:
    return {"limit": 100, "offset": 0, "records": list(rows), "total": len(rows)}


WHITEBIT = (
    _case("deposits", "deposits", "/api/v4/main-account/history", [_whitebit(1, 1, 3), _whitebit(1, 2, 15)],
          [told("deposit", "BTC", "0.25"), told("deposit", "BTC", "0.25", "pending")], _records, "POST"),
    _case("withdrawals", "withdrawals", "/api/v4/main-account/history", [_whitebit(2, 3, 7), _whitebit(2, 4, 4)],
          [told("withdrawal", "BTC", "-0.25", fee="0.0001"), told("withdrawal", "BTC", "-0.25", "failed")], _records,
          "POST"),
)  # fmt: skip

# What ccxt asks besides: of which kind an account is.
OTHERS: Mapping[str, Mapping[str, Any]] = {
    "bybit": {
        "/v5/user/query-api": {"retCode": 0, "result": {"unified": 0, "uta": 1}, "time": 1},
        "/v5/account/info": {"retCode": 0, "result": {"unifiedMarginStatus": 6}, "time": 1},
    }
}

TRANSFERS: Mapping[str, Sequence[Case]] = {
    "binance": BINANCE,
    "bitfinex": BITFINEX,
    "bitget": BITGET,
    "bitstamp": BITSTAMP,
    "bitvavo": BITVAVO,
    "bybit": BYBIT,
    "deribit": DERIBIT,
    "gate": GATE,
    "hitbtc": HITBTC,
    "htx": HTX,
    "hyperliquid": HYPERLIQUID,
    "kraken": KRAKEN,
    "krakenfutures": KRAKENFUTURES,
    "kucoin": KUCOIN,
    "mexc": MEXC,
    "okx": OKX,
    "whitebit": WHITEBIT,
}
