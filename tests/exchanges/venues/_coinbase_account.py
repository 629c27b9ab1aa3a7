"""Coinbase: accounts, vaults, US futures and perpetuals, by the fields that its documentation names."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

ACCOUNTS, SUMMARY = "/v2/accounts", "/api/v3/brokerage/cfm/balance_summary"
FUTURES = "/api/v3/brokerage/cfm/positions"


def account(own: str, currency: str, amount: str, kind: str = "wallet") -> dict[str, Any]:
    """A row of accounts."""
    return {
        "id": own, "name": f"{currency} Wallet", "primary": False, "type": kind,
        "currency": {"code": currency, "name": currency, "exponent": 8, "type": "crypto"},
        "balance": {"amount": amount, "currency": currency}, "resource": "account", "allow_deposits": True,
    }  # fmt: skip


def page(*rows: Any, after: str | None = None) -> dict[str, Any]:
    return {"pagination": {"next_starting_after": after, "limit": 250, "order": "desc"}, "data": list(rows)}


def usd(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USD"}


TRADED, PORTFOLIOS = "/api/v3/brokerage/accounts", "/api/v3/brokerage/portfolios"
OWN = "0b1c-22"
PERPETUALS = {"portfolios": [
    {"name": "Default", "uuid": "0a-1", "type": "DEFAULT", "deleted": False},
    {"name": "Old", "uuid": "0a-2", "type": "INTX", "deleted": True},
    {"name": "Perpetuals", "uuid": OWN, "type": "INTX", "deleted": False},
]}  # fmt: skip


def traded(own: str, currency: str, free: str, hold: str) -> dict[str, Any]:
    """A row of the accounts that can be traded."""
    return {
        "uuid": own, "name": f"{currency} Wallet", "currency": currency, "type": "ACCOUNT_TYPE_CRYPTO",
        "available_balance": {"value": free, "currency": currency}, "hold": {"value": hold, "currency": currency},
    }  # fmt: skip


def collateral(asset: str, quantity: str, hold: str, loan: str = "0") -> dict[str, Any]:
    return {
        "asset": {"asset_id": f"id-{asset}", "asset_name": asset}, "quantity": quantity, "hold": hold, "loan": loan,
        "transfer_hold": "0", "collateral_value": "1", "max_withdraw_amount": "700", "pledged_quantity": "0",
    }  # fmt: skip


BALANCES = [
    AccountCase("wallets, a vault, staked ether and futures, on two pages", {
        ACCOUNTS: page(account("a-1", "BTC", "0.5"), account("a-2", "BTC", "1.5", "vault"),
                       account("a-3", "USD", "1000", "fiat"), after="a-3"),
        f"{ACCOUNTS}?starting_after=a-3": page(account("a-4", "BTC", "0.05"), account("a-5", "ETH2", "2"),
                                               account("a-6", "ADA", "0")),
        SUMMARY: {"balance_summary": {
            "futures_buying_power": usd("1100"), "total_usd_balance": usd("1300"), "cbi_usd_balance": usd("1000"),
            "cfm_usd_balance": usd("300"), "unrealized_pnl": usd("33"), "initial_margin": usd("120"),
        }},
        TRADED: {"accounts": [traded("a-1", "BTC", "0.4", "0.1"), traded("a-3", "USD", "750", "250")]},
        PORTFOLIOS: PERPETUALS,
        f"/api/v3/brokerage/intx/balances/{OWN}": {"portfolio_balances": [{"portfolio_uuid": OWN, "balances": [
            collateral("USDC", "1200.5", "80"), collateral("BTC", "0.2", "0", loan="0.05"),
        ]}]},
    }, {
        "main/BTC": {"total": "0.55", "free": None, "locked": None},  # the holds of one of two accounts are unknown
        "vault/BTC": {"total": "1.5"},
        "main/USD": {"total": "1000", "free": "750", "locked": "250"},
        "main-earn/ETH": {"total": "2"},
        "futures/USD": {"total": "300", "locked": "120"},
        "perpetuals/USDC": {"total": "1200.5", "locked": "80", "debt": None},
        "perpetuals/BTC": {"total": "0.15", "debt": "0.05"},
    }),
    AccountCase("no account of futures, and a cursor that does not move on", {
        ACCOUNTS: page(account("a-1", "BTC", "0.4"), after="a-1"), SUMMARY: {"balance_summary": None},
        PORTFOLIOS: {"portfolios": []},
    }, {"main/BTC": {"total": "0.4", "locked": None}}),
    AccountCase("an odd row", {ACCOUNTS: page({"id": "a-9", "type": "wallet"}, account("a-1", "BTC", "0.4"))},
                {"main/BTC": {"total": "0.4"}}, unreadable=1),
]  # fmt: skip


def money(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USDC"}


FUTURE = {
    "product_id": "BIT-26DEC25-CDE", "expiration_time": "2025-12-26T16:00:00Z", "side": "SHORT",
    "number_of_contracts": "20", "current_price": "60500", "avg_entry_price": "61000", "unrealized_pnl": "100",
    "daily_realized_pnl": "7",
}  # fmt: skip
PERPETUAL = {
    "product_id": "BTC-PERP-INTX", "portfolio_uuid": OWN, "symbol": "BTC-PERP-INTX", "vwap": money("60200"),
    "entry_vwap": money("58000"), "position_side": "POSITION_SIDE_LONG", "margin_type": "MARGIN_TYPE_CROSS",
    "net_size": "0.5", "unrealized_pnl": money("150"), "mark_price": money("60500"), "liquidation_price": money("0"),
    "leverage": "4", "aggregated_pnl": money("1250"), "im_notional": money("7562.5"),
}  # fmt: skip
SHORT = {"position_side": "POSITION_SIDE_SHORT"}
HELD = f"/api/v3/brokerage/intx/positions/{OWN}"
POSITIONS = [
    AccountCase("futures, and perpetuals whose profit was settled in part", {
        FUTURES: {"positions": [FUTURE]}, PORTFOLIOS: PERPETUALS,
        HELD: {"positions": [PERPETUAL], "summary": {"aggregated_pnl": money("1250")}},
    }, {
        "BIT-26DEC25-CDE/short": {
            "amount": "0.2", "contracts": "20", "entry_price": "61000", "mark_price": "60500", "unrealised_pnl": "100",
        },
        "BTC-PERP-INTX/long": {
            "amount": "0.5", "entry_price": "58000", "mark_price": "60500", "unrealised_pnl": "1250",
            "session_pnl": "150", "liquidation_price": None, "leverage": "4", "margin_mode": "cross",
        },
    }),
    AccountCase("an account outside of the United States", {
        PORTFOLIOS: PERPETUALS, HELD: {"positions": [PERPETUAL | SHORT | {"net_size": "-0.25"}]},
    }, {"BTC-PERP-INTX/short": {"amount": "0.25"}}),
    # List Perpetuals Positions documents the words of position_side, and not whether net_size has a sign.
    AccountCase("a short perpetual whose size has no sign", {
        PORTFOLIOS: PERPETUALS, HELD: {"positions": [PERPETUAL | SHORT | {"margin_type": "MARGIN_TYPE_UNSPECIFIED"}]},
    }, {"BTC-PERP-INTX/short": {"amount": "0.5", "margin_mode": None}}),
    AccountCase("an unknown side, and a long one with the size of a short one", {
        PORTFOLIOS: PERPETUALS, HELD: {"positions": [
            PERPETUAL | {"position_side": "POSITION_SIDE_UNKNOWN", "net_size": "-0.25"}, PERPETUAL | {"net_size": "-1"},
            PERPETUAL | {"position_side": "POSITION_SIDE_UNKNOWN"},
        ]},
    }, {"BTC-PERP-INTX/short": {"amount": "0.25"}}, unreadable=2),
    AccountCase("a future without a side", {
        FUTURES: {"positions": [FUTURE | {"side": "UNKNOWN"}]}, PORTFOLIOS: {"portfolios": []},
    }, {}, unreadable=1),
    AccountCase("neither", {FUTURES: {"positions": []}, PORTFOLIOS: {"portfolios": []}}, {}),
]  # fmt: skip
