"""Gate: balances and positions of classic and of unified accounts, by the identities of its documentation."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

API = "/api/v4"
NO_FUTURES = {"label": "USER_NOT_FOUND", "message": "please transfer funds first to create futures account"}


def _futures(**values: str) -> dict[str, Any]:
    """A futures account: 1,000 in it, 120.5 of open profit. `total` excludes unrealised_pnl."""
    return {
        "currency": "USDT", "total": "1000", "unrealised_pnl": "120.5", "position_margin": "200", "order_margin": "30",
        "available": "770", "point": "0", "bonus": "0", "in_dual_mode": False, "history": {"dnw": "1000"},
    } | values  # fmt: skip


def _side(currency: str, **values: str) -> dict[str, Any]:
    return {"currency": currency, **dict.fromkeys(("available", "locked", "borrowed", "interest"), "0"), **values}


def _asset(**values: str) -> dict[str, Any]:
    none = dict.fromkeys(("available", "freeze", "borrowed", "negative_liab", "total_liab", "equity"), "0")
    return {**none, "spot_in_use": "0", "funding": "0", "cross_balance": "0", "iso_balance": "0", **values}


_PAIRS = [
    {"currency_pair": "BTC_USDT", "account_type": "risk", "locked": False,
     "base": _side("BTC", available="0.3", locked="0.1"),
     "quote": _side("USDT", available="50", borrowed="700", interest="0.5")},
    {"currency_pair": "ETH_USDT", "account_type": "risk", "locked": False, "base": _side("ETH"),
     "quote": _side("USDT", available="60")},
]  # fmt: skip
_ISOLATED: dict[str, dict[str, Any]] = {
    "isolated-BTC_USDT/BTC": {"total": "0.4", "locked": "0.1"},
    "isolated-BTC_USDT/USDT": {"total": "-650.5", "debt": "700.5"},
    "isolated-ETH_USDT/USDT": {"total": "60", "debt": None},
}

BALANCES = [
    AccountCase(
        "each wallet of a classic account",
        {
            f"{API}/account/detail": {"user_id": 71, "key": {"mode": 1}, "tier": 0},
            f"{API}/spot/accounts": [{"currency": "BTC", "available": "0.4", "locked": "0.1", "update_id": 98}],
            f"{API}/margin/accounts": _PAIRS,
            f"{API}/futures/usdt/accounts": _futures(),
            f"{API}/futures/btc/accounts": _futures(
                currency="BTC",
                total="0.5",
                unrealised_pnl="-0.1",
                position_margin="0.05",
                order_margin="0",
                available="0.45",
            ),
            f"{API}/delivery/usdt/accounts": _futures(
                total="0", unrealised_pnl="0", position_margin="0", order_margin="0", available="0"
            ),
            f"{API}/options/accounts": {
                "user": 71,
                "currency": "USDT",
                "total": "90",
                "position_value": "-15",
                "equity": "75",
                "unrealised_pnl": "5",
                "init_margin": "20",
                "maint_margin": "10",
                "order_margin": "1",
                "available": "54",
            },
            f"{API}/earn/uni/lends": [
                {"currency": "USDT", "current_amount": "200", "amount": "210", "lent_amount": "190"},
                {"currency": "BTC", "current_amount": "0.1", "amount": "0.1", "lent_amount": "0"},
            ],
        },
        {
            "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
            "swap-usdt/USDT": {"total": "1000", "locked": "230", "includes_open_profit": False},
            "swap-btc/BTC": {"total": "0.5", "locked": "0.05"},
            "option/USDT": {"total": "75"},
            **_ISOLATED,
            "lending/USDT": {"total": "210"},
            "lending/BTC": {"total": "0.1"},
        },
    ),
    AccountCase(
        # The mode of a key is 2 for the older portfolio margin account alone (Account: Retrieve user account information).
        # A unified account has no wallet of contracts settled in BTC and of delivery (help center, What Is a Unified
        # Account). `total` of a contract account counts in margin mode 0 alone (Futures: Query futures account).
        "a unified account read by an ordinary key, beside its contracts in BTC",
        {
            f"{API}/unified/unified_mode": {"mode": "single_currency", "settings": {"usdt_futures": True}},
            f"{API}/account/detail": {"user_id": 71, "key": {"mode": 1}, "tier": 0},
            f"{API}/unified/accounts": {
                "mode": "single_currency",
                "unified_account_total_equity": "700",
                "balances": {"USDT": _asset(available="700", equity="700")},
            },
            f"{API}/spot/accounts": [{"currency": "USDT", "available": "700", "locked": "0"}],
            f"{API}/futures/usdt/accounts": _futures(margin_mode="3"),
            f"{API}/futures/btc/accounts": _futures(currency="BTC", total="0.5", margin_mode="0"),
            f"{API}/delivery/usdt/accounts": _futures(total="80", margin_mode="3"),
            f"{API}/options/accounts": {"currency": "USDT", "total": "5", "equity": "5", "margin_mode": 3},
        },
        {"unified/USDT": {"total": "700", "debt": None}, "swap-btc/BTC": {"total": "0.5"}},
        equities=[("unified", "USD", "700")],
    ),
    AccountCase(
        # Unified: Get unified account information. `equity` is of cross margin, `iso_balance` is beside it, and
        # unified_account_total_equity "includes both cross and isolated total equity": 700 + 300.
        "a unified account with the margin of an isolated position",
        {
            f"{API}/unified/unified_mode": {"mode": "multi_currency"},
            f"{API}/unified/accounts": {
                "mode": "multi_currency",
                "unified_account_total_equity": "1000",
                "balances": {"USDT": _asset(available="650", freeze="50", equity="700", iso_balance="300")},
            },
        },
        {"unified/USDT": {"total": "1000", "locked": "350", "free": "650", "includes_open_profit": True}},
        equities=[("unified", "USD", "1000")],
    ),
    AccountCase(
        "an account in classic mode that states so",
        {
            f"{API}/unified/unified_mode": {"mode": "classic"},
            f"{API}/account/detail": {"user_id": 71, "key": {"mode": 1}, "tier": 0},
            f"{API}/spot/accounts": [{"currency": "BTC", "available": "0.4", "locked": "0.1"}],
            f"{API}/futures/usdt/accounts": _futures(margin_mode="0"),
        },
        {"spot/BTC": {"total": "0.5"}, "swap-usdt/USDT": {"total": "1000"}},
    ),
    AccountCase(
        "a unified account is one wallet, and no summary is a coin",
        {
            f"{API}/account/detail": {"user_id": 71, "key": {"mode": 2}, "tier": 0},
            f"{API}/unified/accounts": {
                "user_id": 71,
                "locked": False,
                "total": "8830",
                "borrowed": "150",
                "unified_account_total_equity": "8612.5",
                "unified_account_total_liab": "360",
                "balances": {
                    "BTC": _asset(available="0.1", freeze="0.02", equity="0.12"),
                    "USDT": _asset(negative_liab="210", total_liab="210", equity="-210"),
                    "ETH": _asset(available="1", borrowed="1.5", total_liab="1.5", equity="-0.5"),
                },
            },
            f"{API}/spot/accounts": [{"currency": "BTC", "available": "0.1", "locked": "0.02"}],
            f"{API}/futures/usdt/accounts": _futures(),
            f"{API}/margin/accounts": _PAIRS,
            f"{API}/earn/uni/lends": [{"currency": "USDT", "current_amount": "40", "amount": "40", "lent_amount": "0"}],
        },
        {
            "unified/BTC": {"total": "0.12", "debt": None, "free": "0.1", "locked": "0.02"},
            "unified/USDT": {"total": "-210", "debt": "210"},
            "unified/ETH": {"total": "-0.5", "debt": "1.5"},
            **_ISOLATED,
            "lending/USDT": {"total": "40"},
        },
        equities=[("unified", "USD", "8612.5")],
    ),
]


def _held(**values: Any) -> dict[str, Any]:
    """A row of futures positions: long 20,000 contracts of 0.0001 BTC from 60,000, on cross margin."""
    return {
        "user": 71, "contract": "BTC_USDT", "size": 20000, "leverage": "0", "cross_leverage_limit": "10",
        "risk_limit": "1000000", "value": "122000", "margin": "0", "entry_price": "60000", "liq_price": "52000",
        "mark_price": "61000", "unrealised_pnl": "2000", "realised_pnl": "-3", "history_pnl": "9", "mode": "single",
    } | values  # fmt: skip


_NONE: dict[str, Any] = {f"{API}/futures/{path}/positions": [] for path in ("usdt", "btc")} | {
    f"{API}/delivery/usdt/positions": []
}
POSITIONS = [
    AccountCase(
        "split mode: one side on cross and on isolated margin, both with a leverage",
        {**_NONE, f"{API}/futures/usdt/positions": [
            _held(mode="dual_long", pos_margin_mode="cross", leverage="7", pid=1),
            _held(mode="dual_long", pos_margin_mode="isolated", size=5000, leverage="5", pid=2),
            _held(mode="dual_short", pos_margin_mode="isolated", size=-3000, leverage="5", pid=3),
            # The documentation names the modes, and not whether a size in hedge mode has a sign (Futures, model Position).
            _held(mode="dual_short", pos_margin_mode="cross", size=4000, leverage="5", pid=4)]},
        {
            "BTC_USDT/short": {"amount": "0.4", "contracts": "4000", "margin_mode": "cross"},
            "BTC_USDT/long": {"amount": "2", "margin_mode": "cross"},
            "BTC_USDT/long/isolated": {"amount": "0.5", "margin_mode": "isolated"},
            "BTC_USDT/short/isolated": {"amount": "0.3", "margin_mode": "isolated"},
        },
    ),
    AccountCase(
        "hedge mode, and contracts settled in BTC",
        {
            f"{API}/futures/usdt/positions": [
                _held(mode="dual_long"),
                _held(mode="dual_short", size=-5000, unrealised_pnl="-500", leverage="5", liq_price="0"),
                _held(contract="ETH_USDT", size=0, entry_price="0", mark_price="3000", unrealised_pnl="0")],
            f"{API}/futures/btc/positions": [
                _held(contract="BTC_USD", size=-3000, entry_price="50000", mark_price="60000", unrealised_pnl="-0.01",
                      liq_price="-1")],
            f"{API}/delivery/usdt/positions": [],
        },
        {
            "BTC_USDT/long": {"contracts": "20000", "amount": "2", "entry_price": "60000", "mark_price": "61000",
                              "unrealised_pnl": "2000", "realised_pnl": "-3", "liquidation_price": "52000",
                              "leverage": "10", "margin_mode": "cross"},
            "BTC_USDT/short/isolated": {"contracts": "5000", "amount": "0.5", "leverage": "5",
                                        "liquidation_price": None},
            "BTC_USD/short": {"contracts": "3000", "amount": "0.05", "unrealised_pnl": "-600",
                              "liquidation_price": None},
        },
    ),
]  # fmt: skip
