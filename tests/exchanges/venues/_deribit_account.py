"""Deribit: balances, positions and transfers."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.transfer_cases import TIME, status_case, transfer, transfer_case


def _answer(result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "result": result}


def _summary(currency: str, **values: Any) -> dict[str, Any]:
    """equity = balance + session_rpl + session_upl of futures + value of options."""
    return {
        "currency": currency, "balance": 0, "equity": 0, "session_rpl": 0, "session_upl": 0, "futures_session_rpl": 0,
        "futures_session_upl": 0, "options_session_upl": 0, "options_value": 0, "available_funds": 0,
        "available_withdrawal_funds": 0, "initial_margin": 0, "maintenance_margin": 0, "margin_balance": 0,
        "spot_reserve": 0, "cross_collateral_enabled": False, "margin_model": "segregated_sm",
    } | values  # fmt: skip


SUMMARY, SUMMARIES = "/api/v2/private/get_account_summary", "/api/v2/private/get_account_summaries"
SHARED = {"cross_collateral_enabled": True, "margin_model": "cross_sm", "total_equity_usd": 151000}
# 2.0 + 0.05 realized in this session + 0.15 of open futures + 0.3 of an option
BITCOIN = _summary(
    "BTC", balance=2.0, equity=2.5, session_rpl=0.05, futures_session_rpl=0.05, session_upl=0.12,
    futures_session_upl=0.15, options_session_upl=-0.03, options_value=0.3, available_funds=1.75, initial_margin=0.5,
)  # fmt: skip
DOLLARS = _summary("USDC", balance=1000, equity=1000, available_funds=1000)
RIPPLE = _summary("XRP", balance=12, equity=12, available_funds=12)
BALANCES = [
    AccountCase(
        "profit of the session, an option, an empty currency and one that is read with all others",
        {
            SUMMARY: _answer(_summary("ETH")),
            f"{SUMMARY}?currency=BTC": _answer(BITCOIN),
            f"{SUMMARY}?currency=USDC": _answer(DOLLARS),
            SUMMARIES: _answer({"summaries": [BITCOIN, _summary("ETH"), DOLLARS, RIPPLE]}),
        },
        {
            "btc/BTC": {"total": "2.35", "free": "1.75", "locked": "0.5", "includes_open_profit": False},
            "usdc/USDC": {"total": "1000", "free": "1000", "locked": "0"},
            "xrp/XRP": {"total": "12", "free": "12"},
        },
        equities=[("btc", "BTC", "2.5"), ("usdc", "USDC", "1000"), ("xrp", "XRP", "12")],
    ),
    AccountCase(
        # "When cross collateral is enabled, this aggregated value is calculated by converting the sum of each cross
        # collateral currency's value": available funds and margins alone. Equity stays that of the currency.
        "cross collateral: available funds are those of all currencies",
        {
            SUMMARY: _answer(_summary("ETH")),
            f"{SUMMARY}?currency=BTC": _answer(
                _summary("BTC", balance=2, equity=2, available_funds=2.4, initial_margin=0.1, **SHARED)
            ),
            f"{SUMMARY}?currency=USDC": _answer(
                _summary("USDC", balance=31000, equity=31000, available_funds=144000, initial_margin=6000, **SHARED)
            ),
            SUMMARIES: _answer({"summaries": []}),
        },
        {
            "btc/BTC": {"total": "2", "free": None, "locked": None},
            "usdc/USDC": {"total": "31000", "free": None, "locked": None},
        },
    ),
]


def _position(**values: Any) -> dict[str, Any]:
    """A row of get_positions. The position gained 0.02 BTC since it was opened, 0.005 of it in this session."""
    return {
        "instrument_name": "BTC-PERPETUAL", "kind": "future", "direction": "buy", "size": 30000.0, "size_currency": 0.5,
        "average_price": 57692.5, "mark_price": 60000.0, "index_price": 60001.0, "settlement_price": 59405.94,
        "leverage": 25, "initial_margin": 0.02, "maintenance_margin": 0.01, "floating_profit_loss": 0.005,
        "realized_profit_loss": 0.001, "total_profit_loss": 0.02, "estimated_liquidation_price": 40000.0,
    } | values  # fmt: skip


POSITIONS = [
    AccountCase(
        "in dollars, in coins, an option and one of size zero",
        {
            "/api/v2/private/get_positions": _answer(
                [
                    _position(),
                    _position(
                        instrument_name="BTC_USDC-PERPETUAL",
                        direction="sell",
                        size=-0.25,
                        average_price=61000.0,
                        floating_profit_loss=100.0,
                        total_profit_loss=250.0,
                        estimated_liquidation_price=None,
                    ),
                    _position(
                        instrument_name="BTC-26DEC25-70000-C",
                        kind="option",
                        size=2.0,
                        average_price=0.04,
                        mark_price=0.05,
                        total_profit_loss=0.02,
                        floating_profit_loss=0.01,
                    ),
                    _position(instrument_name="BTC_USDC-PERPETUAL", direction="zero", size=0.0),
                ]
            ),
        },
        {
            "BTC-PERPETUAL/long": {
                "amount": "0.5",
                "contracts": "3000",
                "entry_price": "57692.5",
                "mark_price": "60000",
                "leverage": "25",
                "unrealised_pnl": "1200",
                "session_pnl": "300",
                "realised_pnl": "60",
                "liquidation_price": "40000",
            },
            "BTC_USDC-PERPETUAL/short": {
                "amount": "0.25",
                "unrealised_pnl": "250",
                "session_pnl": "100",
                "liquidation_price": None,
            },
            # 2 options from 0.04 to 0.05 bitcoin gain 0.02 bitcoin: profit is in the base currency (Settlement).
            "BTC-26DEC25-70000-C/long": {
                "amount": "2",
                "market_type": "option",
                "session_pnl": "0",
                "unrealised_pnl": "0.02",
                "quote": "BTC",
            },
        },
    ),
    AccountCase("nothing", {"/api/v2/private/get_positions": _answer([])}, {}),
]


def _deribit(rows: Sequence[Any]) -> Any:
    return {"jsonrpc": "2.0", "id": 1, "result": {"count": len(rows), "data": list(rows)}}


TRANSFERS = (
    transfer_case("deposits", "deposits-btc", "/api/v2/private/get_deposits", [
        {"address": "a", "amount": 5, "currency": "BTC", "received_timestamp": TIME, "state": state, "transaction_id": tx,
         "updated_timestamp": TIME} for state, tx in (("completed", "x1"), ("pending", "x2"))
    ], [transfer("deposit", "BTC", "5"), transfer("deposit", "BTC", "5", "pending")], _deribit),
    transfer_case("withdrawals", "withdrawals-btc", "/api/v2/private/get_withdrawals", [
        {"address": "a", "amount": 0.5, "confirmed_timestamp": TIME, "created_timestamp": TIME, "currency": "BTC",
         "fee": 0.0001, "id": n, "priority": 1, "state": state, "transaction_id": None, "updated_timestamp": TIME}
        for n, state in ((1, "completed"), (2, "rejected"))
    ], [transfer("withdrawal", "BTC", "-0.5", fee="0.0001"), transfer("withdrawal", "BTC", "-0.5", "failed")], _deribit),
    # Model Withdrawal: the fee is not among the required fields.
    transfer_case("a withdrawal without a fee", "withdrawals-btc", "/api/v2/private/get_withdrawals", [
        {"address": "a", "amount": 0.5, "currency": "BTC", "id": 3, "state": "completed", "transaction_id": "x3",
         "created_timestamp": TIME, "updated_timestamp": TIME},
    ], [transfer("withdrawal", "BTC", "-0.5", key="withdrawal/3", fee=None)], _deribit),
    # Models DepositState and WithdrawalState.
    status_case("deposits-btc", "/api/v2/private/get_deposits", lambda n, state: {
        "address": "a", "amount": 5, "currency": "BTC", "received_timestamp": TIME, "state": state,
        "transaction_id": f"x{n}", "updated_timestamp": TIME}, {"rejected": "failed", "replaced": "failed"},
        transfer("deposit", "BTC", "5"), _deribit),
    status_case("withdrawals-btc", "/api/v2/private/get_withdrawals", lambda n, state: {
        "address": "a", "amount": 0.5, "created_timestamp": TIME, "currency": "BTC", "fee": 0.0001, "id": n,
        "priority": 1, "state": state, "transaction_id": None, "updated_timestamp": TIME}, {
        "unconfirmed": "pending", "confirmed": "pending", "cancelled": "failed", "interrupted": "unknown",
    }, transfer("withdrawal", "BTC", "-0.5"), _deribit),
    transfer_case("between accounts", "internal-btc", "/api/v2/private/get_transfers", [
        {"id": n, "created_timestamp": TIME, "updated_timestamp": TIME, "currency": "BTC", "amount": 0.2,
         "direction": direction, "other_side": "sub", "state": "confirmed", "type": "subaccount"}
        for n, direction in ((1, "payment"), (2, "income"))
    ], [transfer("deposit", "BTC", "0.2"), transfer("withdrawal", "BTC", "-0.2")], _deribit),
)  # fmt: skip
