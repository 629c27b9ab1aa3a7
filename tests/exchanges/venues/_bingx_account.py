"""BingX: balances and positions."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

T = 1764000000000
SPOT_BALANCES, FUND_BALANCES = "/openApi/spot/v1/account/balance", "/openApi/fund/v1/account/balance"
LINEAR_BALANCES, INVERSE_BALANCES = "/openApi/swap/v3/user/balance", "/openApi/cswap/v1/user/balance"
LINEAR_POSITIONS, INVERSE_POSITIONS = "/openApi/swap/v2/user/positions", "/openApi/cswap/v1/user/positions"


def named(name: str | None, *rows: Any) -> Any:
    return {"code": 0, "msg": "", "data": {name: list(rows)} if name else list(rows)}


def bal(asset: str, balance: str, profit: str, equity: str, **values: str) -> dict[str, Any]:
    """An asset of contracts: equity is balance and unrealised profit together."""
    return {
        "userId": "116***295", "asset": asset, "balance": balance, "equity": equity, "unrealizedProfit": profit,
        "realisedProfit": "-3", "availableMargin": "0", "usedMargin": "0", "freezedMargin": "0", "shortUid": "1",
    } | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A long position of 0.5 BTC bought at 59,000, at a mark of 60,000."""
    return {
        "positionId": "1735", "symbol": "BTC-USDT", "currency": "USDT", "positionAmt": "0.5", "availableAmt": "0.5",
        "positionSide": "LONG", "isolated": False, "avgPrice": "59000", "initialMargin": "5900", "margin": "6400",
        "leverage": 5, "unrealizedProfit": "500", "realisedProfit": "-12", "liquidationPrice": 41000.5,
        "pnlRatio": "0.08", "maxMarginReduction": "0", "riskRate": "0.1", "markPrice": "60000",
        "positionValue": "30000", "onlyOnePosition": False, "updateTime": T,
    } | values  # fmt: skip


BALANCES = [
    AccountCase("every wallet, open profit once", {
        SPOT_BALANCES: named("balances", {"asset": "BTC", "free": "0.4", "locked": "0.1"}),
        FUND_BALANCES: named("assets", {"asset": "USDT", "free": "70", "locked": "0"}),
        LINEAR_BALANCES: named(None, bal("USDT", "1000", "-30", "970", availableMargin="700", usedMargin="250",
                                         freezedMargin="20")),
        INVERSE_BALANCES: named(None, bal("BTC", "0.3", "0.01", "0.31", availableMargin="0.2", usedMargin="0.11")),
    }, {
        "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
        "fund/USDT": {"total": "70"},
        "linear/USDT": {"total": "1000", "free": "700", "locked": "270", "includes_open_profit": False},
        "inverse/BTC": {"total": "0.3", "free": "0.2", "locked": "0.11"},
    }, equities=[("linear", "USDT", "970"), ("inverse", "BTC", "0.31")]),
    AccountCase("the fund account as the documentation names it", {
        SPOT_BALANCES: named("balances"), FUND_BALANCES: named("balances", {"asset": "USDT", "free": "70", "locked": "5"}),
        LINEAR_BALANCES: named(None), INVERSE_BALANCES: named(None),
    }, {"fund/USDT": {"total": "75", "locked": "5"}}),
]  # fmt: skip
POSITIONS = [
    AccountCase("linear in hedge mode, inverse in one-way mode", {
        LINEAR_POSITIONS: named(None, pos(), pos(positionSide="SHORT", positionAmt="0.2", isolated=True,
                                                 unrealizedProfit="-200", liquidationPrice=-1.5)),
        # 12 contracts of 100 dollars at 60,000 are 0.02 BTC. The profit of 0.0005 BTC is worth 30 dollars there.
        INVERSE_POSITIONS: named(None, pos(symbol="BTC-USD", currency="BTC", positionAmt="12", unrealizedProfit="0.0005",
                                           onlyOnePosition=True), pos(symbol="BTC-USD", positionAmt="0")),
    }, {
        "BTC-USDT/long": {
            "amount": "0.5", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "500", "leverage": "5",
            "realised_pnl": "-12", "liquidation_price": "41000.5", "margin_mode": "cross",
        },
        "BTC-USDT/short/isolated": {"amount": "0.2", "liquidation_price": None, "margin_mode": "isolated"},
        "BTC-USD/long": {"amount": "0.02", "contracts": "12", "unrealised_pnl": "30"},
    }),
]  # fmt: skip
