"""HTX: balances and positions, by the identities that its documentation states."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

T = 1764000000000
ACCOUNTS = "/v1/account/accounts"


def _ok(data: Any) -> dict[str, Any]:
    return {"status": "ok", "data": data, "ts": T}


def _v5(data: Any) -> dict[str, Any]:
    return {"code": 200, "message": "Success", "data": data, "ts": T}


def _types(currency: str, **balances: str) -> list[dict[str, str]]:
    """One row for each type of balance. Debts are negative."""
    return [{"currency": currency, "type": kind, "balance": balance} for kind, balance in balances.items()]


def _account(number: int | None, kind: str, subtype: str = "") -> dict[str, Any]:
    return {"id": number, "type": kind, "subtype": subtype, "state": "working"}


def _swap(**values: Any) -> dict[str, Any]:
    """A coin-margined account: margin_balance = margin_static + profit_unreal."""
    return {
        "symbol": "BTC", "contract_code": "BTC-USD", "margin_balance": "1.25", "margin_static": "1",
        "margin_position": "0.2", "margin_frozen": "0.05", "margin_available": "1", "profit_real": "0.01",
        "profit_unreal": "0.25", "risk_rate": "5", "liquidation_price": "30000", "lever_rate": 10,
    } | values  # fmt: skip


BALANCES = [
    AccountCase(
        "each wallet, contracts in coins too",
        {
            ACCOUNTS: _ok(
                [
                    _account(71, "spot"),
                    _account(72, "otc"),
                    _account(73, "margin", "btcusdt"),
                    _account(74, "super-margin"),
                    _account(75, "point"),
                    _account(76, "deposit-earning"),
                    _account(None, "otc"),
                    "otc",
                ]
            ),
            f"{ACCOUNTS}/71/balance": _ok(
                {
                    "id": 71,
                    "type": "spot",
                    "list": [*_types("btc", trade="0.4", frozen="0.1"), *_types("usdt", trade="0", frozen="0")],
                }
            ),
            f"{ACCOUNTS}/72/balance": _ok({"id": 72, "type": "otc", "list": _types("usdt", trade="30", frozen="5")}),
            f"{ACCOUNTS}/76/balance": _ok({"id": 76, "type": "deposit-earning", "list": _types("usdt", trade="250")}),
            "/v1/cross-margin/accounts/balance": _ok(
                {
                    "id": 74,
                    "type": "cross-margin",
                    "list": _types(
                        "eth",
                        trade="2",
                        frozen="0.5",
                        loan="-1.5",
                        interest="-0.01",
                        **{"transfer-out-available": "1", "loan-available": "9"},
                    ),
                }
            ),
            "/v1/margin/accounts/balance": _ok(
                [
                    {
                        "id": 73,
                        "type": "margin",
                        "symbol": "btcusdt",
                        "list": [
                            *_types("btc", trade="0.3", frozen="0", loan="0", interest="0"),
                            *_types("usdt", trade="50", frozen="0", loan="-700", interest="-0.5"),
                        ],
                    },
                    {"id": 77, "type": "margin", "symbol": "ethusdt", "list": _types("usdt", trade="60", loan="0")},
                ]
            ),
            "/v5/account/balance": _v5(
                {
                    "state": "normal",
                    "equity": "1240",
                    "details": [
                        {
                            "currency": "USDT",
                            "equity": "1240",
                            "available": "1000",
                            "profit_unreal": "140",
                            "initial_margin": "230",
                            "maintenance_margin": "12",
                        }
                    ],
                }
            ),
            "/swap-api/v1/swap_account_info": _ok(
                [
                    _swap(),
                    _swap(
                        symbol="ETH",
                        margin_balance="0",
                        margin_static="0",
                        margin_position="0",
                        margin_frozen="0",
                        margin_available="0",
                        profit_unreal="0",
                    ),
                ]
            ),
        },
        {
            "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
            "otc/USDT": {"total": "35", "locked": "5"},
            "deposit-earning/USDT": {"total": "250"},
            "cross/ETH": {"total": "0.99", "debt": "1.51", "locked": "0.5"},
            "isolated-btcusdt/BTC": {"total": "0.3", "debt": None},
            "isolated-btcusdt/USDT": {"total": "-650.5", "debt": "700.5"},
            "isolated-ethusdt/USDT": {"total": "60"},
            "linear/USDT": {"total": "1100", "locked": "230", "free": "1000"},
            "inverse/BTC": {"total": "1", "locked": "0.25"},
        },
        equities=[("linear", "USDT", "1240"), ("inverse", "BTC", "1.25")],
        unreadable=2,
    ),
]


def _linear(**values: Any) -> dict[str, Any]:
    """A row of /v5/trade/position/opens: long 2,000 contracts of 0.001 BTC from 60,000."""
    return {
        "contract_code": "BTC-USDT", "position_side": "long", "direction": "buy", "margin_mode": "cross",
        "open_avg_price": "60000", "volume": "2000", "available": "2000", "lever_rate": 20, "adl_risk_percent": 3,
        "liquidation_price": "52000", "margin": "6100", "initial_margin": "6100", "profit_unreal": "2000",
        "mark_price": "61000", "last_price": "61002", "margin_currency": "USDT", "contract_type": "swap",
        "created_time": str(T), "updated_time": str(T),
    } | values  # fmt: skip


def _inverse(**values: Any) -> dict[str, Any]:
    """A row of swap_position_info. `profit` is that since the opening, `profit_unreal` that of the session, and both are
    valued at `last_price`."""
    return {
        "symbol": "BTC", "contract_code": "BTC-USD", "volume": 30, "available": 30, "frozen": 0, "cost_open": 50000,
        "cost_hold": 55000, "profit_unreal": "0.005", "profit_rate": 0.1, "profit": "0.01", "position_margin": "0.005",
        "lever_rate": 10, "direction": "buy", "last_price": 60000, "adl_risk_percent": "3", "liq_px": "41000",
    } | values  # fmt: skip


POSITIONS = [
    AccountCase(
        "hedge mode, one-way mode, and contracts in coins that settle by session",
        {
            "/v5/trade/position/opens": _v5([
                _linear(), _linear(position_side="short", direction="sell", volume="500", profit_unreal="-500",
                                   margin_mode="isolated", liquidation_price="-110163.8")]),
            "/swap-api/v1/swap_position_info": _ok([_inverse()]),
        },
        {
            "BTC-USDT/long": {"contracts": "2000", "amount": "2", "entry_price": "60000", "mark_price": "61000",
                              "unrealised_pnl": "2000", "session_pnl": None, "liquidation_price": "52000",
                              "leverage": "20", "margin_mode": "cross"},
            "BTC-USDT/short/isolated": {"amount": "0.5", "unrealised_pnl": "-500", "liquidation_price": None},
            "BTC-USD/long": {"contracts": "30", "amount": "0.05", "entry_price": "50000", "mark_price": "60000",
                             "unrealised_pnl": "600", "session_pnl": "300", "leverage": "10",
                             "liquidation_price": "41000"},
        },
    ),
]  # fmt: skip


def _htx_moved(kind: str, n: int, state: str, fee: str) -> dict[str, Any]:
    return {"id": n, "type": kind, "sub-type": "", "currency": "btc", "chain": "btc", "tx-hash": f"x{n}",
            "amount": "0.5", "address": "a", "address-tag": "", "fee": fee, "state": state, "created-at": TIME,
            "updated-at": TIME}  # fmt: skip


def _htx_line(word: str, amount: str, n: int) -> dict[str, Any]:
    return {"accountId": 1, "currency": "usdt", "transactAmt": amount, "transferType": word, "transactId": n,
            "transactTime": TIME, "transferer": 1, "transferee": 2,
            "direction": "in" if amount[0] != "-" else "out"}  # fmt: skip


def _htx(rows: Sequence[Any]) -> Any:
    return {"status": "ok", "data": list(rows)}


TRANSFERS = (
    transfer_case("deposits", "deposits-all", "/v1/query/deposit-withdraw",
          [_htx_moved("deposit", 1, "safe", "0"), _htx_moved("deposit", 2, "confirming", "0")],
          [transfer("deposit", "BTC", "0.5"), transfer("deposit", "BTC", "0.5", "pending")], _htx),
    transfer_case("withdrawals", "withdrawals-all", "/v1/query/deposit-withdraw",
          [_htx_moved("withdraw", 3, "confirmed", "0.0005"), _htx_moved("withdraw", 4, "wallet-reject", "0.0005")],
          [transfer("withdrawal", "BTC", "-0.5", fee="0.0005"), transfer("withdrawal", "BTC", "-0.5", "failed")], _htx),
    transfer_case("its ledger", "ledger", "/v2/account/ledger", [
        _htx_line("transact-fee", "-0.1", 1), _htx_line("interest", "-0.02", 2), _htx_line("credit", "100", 3),
        _htx_line("rebate", "0.4", 4), _htx_line("transfer", "7", 5), _htx_line("withdraw-fee", "-1", 6),
    ], [
        transfer("interest", "USDT", "-0.02"), transfer("internal", "USDT", "7"), transfer("loan", "USDT", "100"),
        transfer("rebate", "USDT", "0.4"),
    ], lambda rows: {"code": 200, "message": "success", "data": list(rows), "ok": True}),
)  # fmt: skip
