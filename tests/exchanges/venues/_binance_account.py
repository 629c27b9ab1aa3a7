"""Binance: balances and positions, by the identities that its documentation states."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.transfer_cases import TIME, status_case, transfer, transfer_case

T = 1764000000000


def _asset(asset: str, **values: str) -> dict[str, Any]:
    """An asset of a futures account: 1,000 in the wallet, 120.5 of open profit."""
    return {
        "asset": asset, "walletBalance": "1000", "unrealizedProfit": "120.5", "marginBalance": "1120.5",
        "maintMargin": "12", "initialMargin": "230", "positionInitialMargin": "200", "openOrderInitialMargin": "30",
        "crossWalletBalance": "1000", "crossUnPnl": "120.5", "availableBalance": "890.5",
    } | values  # fmt: skip


def _side(asset: str, **values: str) -> dict[str, Any]:
    none = dict.fromkeys(("borrowed", "free", "interest", "locked", "netAsset"), "0")
    return {"asset": asset, "borrowEnabled": True, **none, **values}


def _earned(asset: str, amount: str, number: int = 123) -> dict[str, Any]:
    return {"positionId": number, "projectId": f"{asset}*90", "asset": asset, "amount": amount, "rewardAmt": "5.5"}


BALANCES = [
    AccountCase(
        "each wallet once",
        {
            "/api/v3/account": {
                "balances": [
                    {"asset": "BTC", "free": "0.4", "locked": "0.1"},
                    {"asset": "LDBTC", "free": "0.25", "locked": "0"},
                    {"asset": "LDO", "free": "12", "locked": "0"},
                    {"asset": "LDLDO", "free": "3", "locked": "0"},
                    {"asset": "BNB", "free": "0", "locked": "0"},
                ]
            },
            "/sapi/v1/margin/account": {
                "totalNetAssetOfBtc": "0.033",
                "userAssets": [_side("ETH", free="2", locked="0.5", borrowed="1.5", interest="0.01", netAsset="0.99")],
            },
            "/sapi/v1/margin/isolated/account": {
                "totalNetAssetOfBtc": "0.2",
                "assets": [
                    {
                        "symbol": "BTCUSDT",
                        "baseAsset": _side("BTC", free="0.3", netAsset="0.3"),
                        "quoteAsset": _side("USDT", borrowed="700", interest="0.5", free="100", netAsset="-600.5"),
                    },
                    {
                        "symbol": "ETHUSDT",
                        "baseAsset": _side("ETH"),
                        "quoteAsset": _side("USDT", free="60", netAsset="60"),
                    },
                ],
            },
            "/sapi/v1/asset/get-funding-asset": [
                {"asset": "USDT", "free": "100", "locked": "1", "freeze": "2", "withdrawing": "3"}
            ],
            "/fapi/v3/account": {"assets": [_asset("USDT")], "positions": []},
            "/dapi/v1/account": {
                "assets": [
                    _asset(
                        "BTC", walletBalance="2", unrealizedProfit="-0.25", marginBalance="1.75", initialMargin="0.5"
                    )
                ],
                "positions": [],
            },
            "/sapi/v1/simple-earn/locked/position": {
                "rows": [_earned("AXS", "122.5"), _earned("AXS", "7.5", 124)],
                "total": 2,
            },
        },
        {
            "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1", "debt": None},
            "spot-earn/BTC": {"total": "0.25"},
            "spot/LDO": {"total": "12"},
            "spot-earn/LDO": {"total": "3"},
            "margin/ETH": {"total": "0.99", "debt": "1.51", "free": "2"},
            "isolated-BTCUSDT/BTC": {"total": "0.3"},
            "isolated-BTCUSDT/USDT": {"total": "-600.5", "debt": "700.5"},
            "isolated-ETHUSDT/USDT": {"total": "60"},
            "funding/USDT": {"total": "106", "free": "100", "locked": "6"},
            "linear/USDT": {"total": "1000", "locked": "230", "free": "890.5"},
            "inverse/BTC": {"total": "2", "locked": "0.5"},
            "earn/AXS": {"total": "130"},
        },
        equities=[("linear", "USDT", "1120.5"), ("inverse", "BTC", "1.75"), ("margin", "BTC", "0.033")],
    ),
    AccountCase(
        "more earn positions than a page holds",
        {
            "/api/v3/account": {"balances": []},
            "/sapi/v1/simple-earn/locked/position": {"rows": [_earned("AXS", "1")], "total": 2},
        },
        {"earn/AXS": {"total": "1"}},
        unreadable=1,
    ),
]


def _held(**values: Any) -> dict[str, Any]:
    """A row of /fapi/v3/positionRisk: long 2 BTC from 60,000."""
    return {
        "symbol": "BTCUSDT", "positionSide": "BOTH", "positionAmt": "2", "entryPrice": "60000",
        "breakEvenPrice": "60030", "markPrice": "61000", "unRealizedProfit": "2000", "liquidationPrice": "52000",
        "isolatedMargin": "0", "notional": "122000", "marginAsset": "USDT", "isolatedWallet": "0",
        "initialMargin": "12200", "maintMargin": "488", "positionInitialMargin": "12200",
        "openOrderInitialMargin": "0", "adl": 2, "updateTime": T,
    } | values  # fmt: skip


POSITIONS = [
    AccountCase(
        "hedge mode, leverage by symbol",
        {
            "/fapi/v3/positionRisk": [
                _held(positionSide="LONG"),
                _held(
                    positionSide="SHORT",
                    positionAmt="-0.5",
                    unRealizedProfit="-500",
                    liquidationPrice="-3",
                    isolatedMargin="5600",
                    isolatedWallet="6100",
                ),
                _held(symbol="OLDUSDT", positionAmt="0"),
            ],
            "/fapi/v1/symbolConfig": [{"symbol": "BTCUSDT", "marginType": "CROSSED", "leverage": 10}],
            "/dapi/v1/positionRisk": [
                _held(
                    symbol="BTCUSD_PERP",
                    positionAmt="-30",
                    entryPrice="50000",
                    markPrice="60000",
                    unRealizedProfit="-0.01",
                    liquidationPrice="0",
                    leverage="20",
                    marginType="isolated",
                )
            ],
        },
        {
            "BTCUSDT/long": {
                "amount": "2",
                "entry_price": "60000",
                "mark_price": "61000",
                "unrealised_pnl": "2000",
                "liquidation_price": "52000",
                "leverage": "10",
                "margin_mode": "cross",
            },
            "BTCUSDT/short": {"amount": "0.5", "liquidation_price": None, "unrealised_pnl": "-500"},
            "BTCUSD_PERP/short/isolated": {
                "contracts": "30",
                "amount": "0.05",
                "unrealised_pnl": "-600",
                "leverage": "20",
                "liquidation_price": None,
            },
        },
    ),
    AccountCase(
        "without settings, a position that ccxt drops",
        {"/fapi/v3/positionRisk": [_held(isolatedWallet="6100"), _held(symbol="ETHUSDT", entryPrice="")]},
        {"BTCUSDT/long/isolated": {"leverage": None, "margin_mode": "isolated"}},
        unreadable=1,
    ),
]


def _binance_income(word: str, income: str, n: int, **more: Any) -> dict[str, Any]:
    return {"symbol": "BTCUSDT", "incomeType": word, "income": income, "asset": "USDT", "info": "", "time": TIME,
            "tranId": n, "tradeId": ""} | more  # fmt: skip


def _binance_deposit(**more: Any) -> dict[str, Any]:
    return {"id": "d1", "amount": "1.50", "coin": "BTC", "network": "BTC", "status": 1, "address": "a",
            "addressTag": "", "txId": "0xd1", "insertTime": TIME, "transferType": 0} | more  # fmt: skip


def _binance_withdrawal(**more: Any) -> dict[str, Any]:
    return {"id": "w1", "amount": "0.5", "transactionFee": "0.0004", "coin": "BTC", "status": 6, "address": "a",
            "txId": "0xw1", "applyTime": "2025-11-24 16:00:00", "network": "BTC", "transferType": 0} | more  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/sapi/v1/capital/deposit/hisrec",
          [_binance_deposit(), _binance_deposit(id="d2", status=0)],
          [transfer("deposit", "BTC", "1.50"), transfer("deposit", "BTC", "1.50", "pending")]),
    # Deposit History, status: 6 is credited, 7 a wrong deposit, 8 waits for the user.
    status_case("deposits", "/sapi/v1/capital/deposit/hisrec", lambda n, word: _binance_deposit(id=f"d{n}", status=int(word)),
          {"6": "done", "7": "failed", "8": "pending"}, transfer("deposit", "BTC", "1.50")),
    transfer_case("withdrawals", "withdrawals", "/sapi/v1/capital/withdraw/history",
          [_binance_withdrawal(), _binance_withdrawal(id="w2", status=5), _binance_withdrawal(id="w3", status=1)],
          [transfer("withdrawal", "BTC", "-0.5", fee="0.0004", fee_currency="BTC"),
           transfer("withdrawal", "BTC", "-0.5", "failed"), transfer("withdrawal", "BTC", "-0.5", "failed")]),
    transfer_case("income of contracts", "ledger-linear", "/fapi/v1/income", [
        _binance_income("FUNDING_FEE", "-0.37", 1), _binance_income("FUNDING_FEE", "0.12", 2, symbol="ETHUSDT"),
        _binance_income("REALIZED_PNL", "9", 3), _binance_income("COMMISSION", "-0.1", 4),
        _binance_income("REFERRAL_KICKBACK", "0.05", 5), _binance_income("TRANSFER", "-20", 6, symbol=""),
        _binance_income("CONTEST_REWARD", "3", 7), _binance_income("INSURANCE_CLEAR", "-4", 8),
        _binance_income("AUTO_EXCHANGE", "-6", 9, symbol=""),
    ], [
        transfer("funding", "USDT", "-0.37"), transfer("funding", "USDT", "0.12"), transfer("internal", "USDT", "-20"),
        transfer("other", "USDT", "3"), transfer("other", "USDT", "-4"), transfer("other", "USDT", "-6"),
        transfer("rebate", "USDT", "0.05"),
    ]),
    transfer_case("income of inverse contracts", "ledger-inverse", "/dapi/v1/income",
          [_binance_income("FUNDING_FEE", "-0.000012", 1, asset="BTC", symbol="BTCUSD_PERP")],
          [transfer("funding", "BTC", "-0.000012")]),
)  # fmt: skip
