"""BYDFi: wallets by type, the main wallet of contracts, positions in units of the base asset."""

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, swap

ASSETS, CONTRACTS, POSITIONS = "/api/v1/account/assets", "/api/v1/fapi/account/balance", "/api/v1/fapi/trade/positions"


def answer(*rows: object) -> dict[str, object]:
    return {"code": 200, "message": "success", "data": list(rows), "success": True}


def asset(kind: str, currency: str, total: str, frozen: str) -> dict[str, str]:
    available = str(float(total) - float(frozen))
    return {"walletType": kind, "asset": currency, "total": total, "available": available, "frozen": frozen}


VENUE = Venue(
    exchange="bydfi",
    markets=[swap("BTC/USDT:USDT", "BTC-USDT", size="0.001")],
    wrap=list,
    cases=(),
    balances=[AccountCase("spot, funding, contracts with an open position", {
        f"{ASSETS}?walletType=SPOT": answer(asset("spot", "USDC", "100", "25")),
        f"{ASSETS}?walletType=FUNDING": answer(asset("funding", "USDC", "40", "0")),
        f"{CONTRACTS}?wallet=W001": answer({
            "wallet": "W001", "asset": "USDC", "balance": "1000", "frozen": "40", "positionMargin": "300",
            "availableBalance": "655", "canWithdrawAmount": "655", "bonusAmount": "0",
        }),
    }, {
        "main/USDC": {"total": "100", "free": "75", "locked": "25"},
        "funding/USDC": {"total": "40"},
        "swap/USDC": {"total": "1000", "free": "655", "locked": "340", "includes_open_profit": False},
    })],
    positions=[AccountCase("short", {POSITIONS: answer({
        "symbol": "BTC-USDT", "side": "SELL", "volume": "0.05", "avgPrice": "60100", "liqPrice": "0",
        "markPrice": "60000", "unPnl": "5", "positionMargin": "0", "settleCoin": "USDT", "im": "300", "mm": "7.5",
    })}, {"BTC-USDT/short": {
        "amount": "0.05", "entry_price": "60100", "mark_price": "60000", "unrealised_pnl": "5",
        "liquidation_price": None,
    }})],
)  # fmt: skip
