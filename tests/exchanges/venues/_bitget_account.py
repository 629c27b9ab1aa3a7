"""Bitget: balances and positions of classic and of unified accounts, by the identities of its documentation."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

T = "1764000000000"
MIX, ALL = "/api/v2/mix/account/accounts", "/api/v2/mix/position/all-position"


def _data(data: Any) -> dict[str, Any]:
    return {"code": "00000", "msg": "success", "requestTime": 1, "data": data}


def _margin(coin: str, **values: str) -> dict[str, Any]:
    """net = totalAmount - borrow - interest."""
    none = dict.fromkeys(("totalAmount", "available", "frozen", "borrow", "interest", "net", "coupon"), "0")
    return {"coin": coin, **none, **values, "cTime": T}


def _account(coin: str, **values: Any) -> dict[str, Any]:
    """A futures account: an equity of 1,240 with 140 of open profit."""
    return {
        "marginCoin": coin, "locked": "20", "available": "1000", "crossedMaxAvailable": "900",
        "isolatedMaxAvailable": "900", "maxTransferOut": "800", "accountEquity": "1240", "usdtEquity": "1240",
        "btcEquity": "0.02", "unrealizedPL": "140", "coupon": "0", "crossedMargin": "200", "isolatedMargin": "30",
    } | values  # fmt: skip


BALANCES = [
    AccountCase(
        "each wallet of a classic account",
        {
            "/api/v2/spot/account/assets": _data(
                [{"coin": "BTC", "available": "0.4", "limitAvailable": "0", "frozen": "0.1", "locked": "0", "uTime": T}]
            ),
            f"{MIX}?productType=USDT-FUTURES": _data([_account("USDT")]),
            f"{MIX}?productType=USDC-FUTURES": _data([]),
            f"{MIX}?productType=COIN-FUTURES": _data(
                [
                    _account(
                        "BTC",
                        accountEquity="1.9",
                        unrealizedPL="-0.1",
                        locked="0",
                        crossedMargin="0.5",
                        isolatedMargin="0",
                    )
                ]
            ),
            "/api/v2/margin/crossed/account/assets": _data(
                [
                    _margin(
                        "ETH", totalAmount="3", available="2.5", frozen="0.5", borrow="1", interest="0.25", net="1.75"
                    )
                ]
            ),
            "/api/v2/margin/isolated/account/assets": _data(
                [
                    _margin("USDT", totalAmount="50", available="50", borrow="700", interest="1", net="-651")
                    | {"symbol": "BTCUSDT"},
                    _margin("USDT", totalAmount="9", available="9", net="9") | {"symbol": "ETHUSDT"},
                ]
            ),
            "/api/v2/account/funding-assets": _data(
                [{"coin": "USDT", "available": "70", "frozen": "5", "usdtValue": "75"}]
            ),
            "/api/v2/account/bot-assets": _data(
                [{"coin": "USDT", "available": "10", "equity": "310", "bonus": "0", "frozen": "0", "usdtValue": "310"}]
            ),
            "/api/v2/earn/account/assets": _data([{"coin": "BGB", "amount": "12.5"}]),
        },
        {
            "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
            "usdt/USDT": {"total": "1100", "locked": "250", "includes_open_profit": False},
            "coin/BTC": {"total": "2", "locked": "0.5"},
            "margin/ETH": {"total": "1.75", "debt": "1.25", "locked": "0.5"},
            "isolated-BTCUSDT/USDT": {"total": "-651", "debt": "701"},
            "isolated-ETHUSDT/USDT": {"total": "9", "debt": None},
            "funding/USDT": {"total": "75", "locked": "5"},
            "bots/USDT": {"total": "310"},
            "earn/BGB": {"total": "12.5"},
        },
        equities=[("usdt", "USDT", "1240"), ("coin", "BTC", "1.9")],
    ),
    AccountCase(
        # Contract, Get Account List: an account in the mode "union" lists the coins of its margin in `assetList`. Get
        # Single Account shows one that owes dollars: accountEquity = available + unrealizedPL, both negative.
        "multi-asset mode: dollars are owed, and coins are their margin",
        {
            "/api/v2/spot/account/assets": _data([]),
            f"{MIX}?productType=USDT-FUTURES": _data([
                _account("USDT", available="-4500", accountEquity="-4760", unrealizedPL="-260", locked="0",
                         assetMode="union", assetList=[
                             {"coin": "BTC", "balance": "1.5", "available": "1.2"},
                             {"coin": "USDT", "balance": "-4500", "available": "0"}])]),
            f"{MIX}?productType=USDC-FUTURES": _data([
                _account("USDC", assetMode="union", assetList=[{"coin": "BTC", "balance": "1.5", "available": "1.2"}])]),
        },
        {
            "usdt/USDT": {"total": "-4500", "includes_open_profit": False},
            "usdt/BTC": {"total": "1.5", "free": "1.2"},
            "usdc/USDC": {"total": "1100"},
        },
        equities=[("usdt", "USDT", "-4760")],
    ),
    AccountCase(
        # Help center, Introduction to USDT-M Futures in Multi-Asset Mode: in single-asset mode other coins are no margin,
        # and can be transferred to other accounts.
        "single-asset mode: a coin that is no margin is still there",
        {
            "/api/v2/spot/account/assets": _data([]),
            f"{MIX}?productType=USDT-FUTURES": _data([
                _account("USDT", assetMode="single", assetList=[{"coin": "ETH", "balance": "2", "available": "2"}])]),
        },
        {"usdt/USDT": {"total": "1100"}, "usdt/ETH": {"total": "2", "free": "2"}},
    ),
]  # fmt: skip


def _held(**values: Any) -> dict[str, Any]:
    """A row of all-position: long 2 BTC from 60,000."""
    return {
        "marginCoin": "USDT", "symbol": "BTCUSDT", "holdSide": "long", "openDelegateSize": "0", "marginSize": "6100",
        "available": "2", "locked": "0", "total": "2", "leverage": "20", "achievedProfits": "-3",
        "openPriceAvg": "60000", "marginMode": "crossed", "posMode": "hedge_mode", "unrealizedPL": "2000",
        "liquidationPrice": "52000", "keepMarginRate": "0.004", "markPrice": "61000", "cTime": T,
    } | values  # fmt: skip


POSITIONS = [
    AccountCase(
        "hedge mode, and a contract that settles in coins",
        {
            f"{ALL}?productType=USDT-FUTURES": _data(
                [
                    _held(),
                    _held(
                        holdSide="short", total="0.5", unrealizedPL="-500", marginMode="isolated", liquidationPrice="-1"
                    ),
                ]
            ),
            f"{ALL}?productType=USDC-FUTURES": _data([]),
            f"{ALL}?productType=COIN-FUTURES": _data(
                [_held(symbol="BTCUSD", marginCoin="BTC", total="0.05", unrealizedPL="0.01", holdSide="short")]
            ),
        },
        {
            "BTCUSDT/long": {
                "amount": "2",
                "entry_price": "60000",
                "mark_price": "61000",
                "unrealised_pnl": "2000",
                "realised_pnl": "-3",
                "liquidation_price": "52000",
                "leverage": "20",
                "margin_mode": "cross",
            },
            "BTCUSDT/short/isolated": {"amount": "0.5", "unrealised_pnl": "-500", "liquidation_price": None},
            "BTCUSD/short": {"amount": "0.05", "unrealised_pnl": "610"},
        },
    ),
]

UNIFIED_BALANCES = [
    AccountCase(
        "one wallet for all products, a debt once",
        {
            "/api/v3/account/assets": _data(
                {
                    "accountEquity": "912.5",
                    "usdtEquity": "912",
                    "btcEquity": "0.01",
                    "unrealisedPnl": "40",
                    "assets": [
                        {
                            "coin": "USDT",
                            "equity": "1000",
                            "usdValue": "1000",
                            "balance": "1000",
                            "available": "940",
                            "debt": "0",
                            "locked": "60",
                        },
                        {
                            "coin": "ETH",
                            "equity": "-0.05",
                            "usdValue": "-150",
                            "balance": "0.2",
                            "available": "0.2",
                            "debt": "0.25",
                            "locked": "0",
                        },
                    ],
                }
            ),
            "/api/v3/account/funding-assets": _data([{"coin": "BGB", "available": "3", "frozen": "1", "balance": "4"}]),
        },
        {
            "unified/USDT": {"total": "1000", "locked": "60", "debt": None},
            "unified/ETH": {"total": "-0.05", "debt": "0.25"},
            "funding/BGB": {"total": "4", "locked": "1"},
        },
        equities=[("unified", "USD", "912.5")],
    ),
]


def _open(**values: Any) -> dict[str, Any]:
    """A row of current-position: long 2 BTC from 60,000."""
    return {
        "category": "USDT-FUTURES", "symbol": "BTCUSDT", "marginCoin": "USDT", "holdMode": "hedge_mode",
        "posSide": "long", "marginMode": "crossed", "positionBalance": "6100", "available": "2", "frozen": "0",
        "total": "2", "leverage": "20", "curRealisedPnl": "-3", "avgPrice": "60000", "positionStatus": "normal",
        "unrealisedPnl": "2000", "liquidationPrice": "0", "mmr": "0.004", "markPrice": "61000", "createdTime": T,
    } | values  # fmt: skip


CURRENT = "/api/v3/position/current-position"
UNIFIED_POSITIONS = [
    AccountCase(
        "of each product",
        {
            f"{CURRENT}?category=USDT-FUTURES": _data({"list": [_open(), _open(posSide="short", total="0.5")]}),
            f"{CURRENT}?category=USDC-FUTURES": _data({"list": []}),
            f"{CURRENT}?category=COIN-FUTURES": _data({"list": []}),
        },
        {
            "BTCUSDT/long": {"amount": "2", "entry_price": "60000", "unrealised_pnl": "2000", "leverage": "20",
                             "liquidation_price": None, "margin_mode": "cross", "realised_pnl": "-3"},
            "BTCUSDT/short": {"amount": "0.5"},
        },
    ),
]  # fmt: skip


def _bitget(rows: Sequence[Any]) -> Any:
    return {"code": "00000", "msg": "success", "data": list(rows)}


def _bitget_bills(rows: Sequence[Any]) -> Any:
    return {"code": "00000", "msg": "success", "data": {"bills": list(rows), "endId": "1"}}


def _bitget_moved(kind: str, n: int, status: str, fee: str) -> dict[str, Any]:
    return {"orderId": str(n), "tradeId": f"0x{n}", "coin": "USDT", "type": kind, "dest": "on_chain", "size": "101",
            "fee": fee, "status": status, "toAddress": "a", "fromAddress": "b", "chain": "TRX(TRC20)", "cTime": str(TIME),
            "uTime": str(TIME)}  # fmt: skip


def _bitget_bill(word: str, size: str, n: int, field: str = "size", **more: Any) -> dict[str, Any]:
    return {"billId": str(n), "coin": "USDT", "groupType": "x", "businessType": word, field: size, "fees": "0",
            "balance": "900", "cTime": str(TIME)} | more  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/v2/spot/wallet/deposit-records",
          [_bitget_moved("deposit", 1, "success", "0"), _bitget_moved("deposit", 2, "pending", "0")],
          [transfer("deposit", "USDT", "101"), transfer("deposit", "USDT", "101", "pending")], _bitget),
    transfer_case("withdrawals", "withdrawals", "/api/v2/spot/wallet/withdrawal-records",
          [_bitget_moved("withdraw", 3, "success", "-1"), _bitget_moved("withdraw", 4, "fail", "-1")],
          [transfer("withdrawal", "USDT", "-100", fee="1"), transfer("withdrawal", "USDT", "-100", "failed")], _bitget),
    transfer_case("its ledger", "ledger", "/api/v2/spot/account/bills", [
        _bitget_bill("buy", "-9", 1), _bitget_bill("deposit", "7", 2), _bitget_bill("transfer_out", "-7", 3),
        _bitget_bill("bonus_issue", "1", 4),
    ], [transfer("internal", "USDT", "-7"), transfer("rebate", "USDT", "1")], _bitget),
    transfer_case("bills of contracts", "ledger-usdt", "/api/v2/mix/account/bill", [
        _bitget_bill("contract_settle_fee", "-0.004992", 5, "amount", symbol="BTCUSDT"),
        _bitget_bill("open_long", "-2", 6, "amount"), _bitget_bill("trans_from_exchange", "50", 7, "amount"),
    ], [transfer("funding", "USDT", "-0.004992"), transfer("internal", "USDT", "50")], _bitget_bills),
)  # fmt: skip
