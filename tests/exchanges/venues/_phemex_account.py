"""Phemex: balances and positions."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

T = 1764000000000


NS = T * 1_000_000


def _data(rows: Any) -> dict[str, Any]:
    return {"code": 0, "msg": "", "data": list(rows)}


DOLLARS, COINS = "/g-accounts/accountPositions", "/accounts/accountPositions"


def account(values: dict[str, Any], *positions: dict[str, Any]) -> dict[str, Any]:
    """A trading account with its positions. The fields of values in coins are scaled."""
    return {"code": 0, "msg": "", "data": {"account": {"userID": 1, "accountId": 10001} | values,
                                           "positions": list(positions)}}  # fmt: skip


def in_dollars(*positions: dict[str, Any], balance: str = "0", used: str = "0") -> dict[str, Any]:
    return account({"currency": "USDT", "accountBalanceRv": balance, "totalUsedBalanceRv": used}, *positions)


def in_coins(currency: str, balance: int, used: int, *positions: dict[str, Any]) -> dict[str, Any]:
    return account({"currency": currency, "accountBalanceEv": balance, "totalUsedBalanceEv": used}, *positions)


def pos(**values: Any) -> dict[str, Any]:
    """A position that settles in dollars: 0.5 BTC bought at 59,000, at a mark of 60,000, in cross margin."""
    return {
        "accountID": 10001, "symbol": "BTCUSDT", "currency": "USDT", "side": "Buy", "posSide": "Merged",
        "posMode": "OneWay", "positionStatus": "Normal", "crossMargin": True, "leverageRr": "-10", "size": "0.5",
        "valueRv": "29500", "avgEntryPriceRp": "59000", "avgEntryPrice": "59000", "posCostRv": "2950",
        "assignedPosBalanceRv": "2950", "bankruptPriceRp": "1", "positionMarginRv": "2950",
        "liquidationPriceRp": "41000", "markPriceRp": "60000", "curTermRealisedPnlRv": "-12", "term": 1,
    } | values  # fmt: skip


def inverse(**values: Any) -> dict[str, Any]:
    """A short position of 1200 contracts of one dollar, sold at 50,000, at a mark of 60,000."""
    return {
        "accountID": 10002, "symbol": "BTCUSD", "currency": "BTC", "side": "Sell", "positionStatus": "Normal",
        "crossMargin": False, "leverageEr": 500_000_000, "leverage": 5, "size": 1200, "valueEv": 2_400_000,
        "avgEntryPriceEp": 500_000_000, "avgEntryPrice": 50000, "liquidationPriceEp": 700_000_000,
        "liquidationPrice": 70000, "markPriceEp": 600_000_000, "markPrice": 60000, "realisedPnl": None,
    } | values  # fmt: skip


BALANCES = [AccountCase("spot, and a trading account for each currency", {
    "/spot/wallets": _data([{"currency": "BTC", "balanceEv": 50_000_000, "lockedTradingBalanceEv": 10_000_000,
                             "lockedWithdrawEv": 0, "lastUpdateTimeNs": NS}]),
    f"{DOLLARS}?currency=USDT": in_dollars(balance="1000", used="240"),
    f"{COINS}?currency=BTC": in_coins("BTC", 30_000_000, 11_000_000),
    f"{COINS}?currency=ETH": in_coins("ETH", 0, 0),
    f"{COINS}?currency=USD": in_coins("USD", 2_500_000, 0),
}, {
    "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
    "swap-usdt/USDT": {"total": "1000", "free": "760", "locked": "240", "includes_open_profit": False},
    "swap-btc/BTC": {"total": "0.3", "free": "0.19", "locked": "0.11"},
    "swap-usd/USD": {"total": "250"},
})]  # fmt: skip


# Open profit by the exchange's formula: 0.5 * (60,000 - 59,000). For the short inverse one 1200/60,000 - 1200/50,000.
NOTHING = {f"{COINS}?currency={currency}": in_coins(currency, 0, 0) for currency in ("BTC", "ETH", "USD")}


POSITIONS = [
    AccountCase("one-way, and inverse", {
        **NOTHING, f"{DOLLARS}?currency=USDT": in_dollars(pos(), pos(side="None", size="0")),
        f"{COINS}?currency=BTC": in_coins("BTC", 0, 0, inverse()),
    }, {
        "BTCUSDT/long": {
            "amount": "0.5", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "500", "leverage": "10",
            "realised_pnl": "-12", "liquidation_price": "41000", "margin_mode": "cross",
        },
        # -0.004 BTC are -240 dollars at the mark. 1200 dollars are 0.02 BTC there.
        "BTCUSD/short/isolated": {"amount": "0.02", "contracts": "1200", "unrealised_pnl": "-240", "leverage": "5"},
    }),
    AccountCase("both sides in hedge mode", {**NOTHING, f"{DOLLARS}?currency=USDT": in_dollars(
        pos(posSide="Long", posMode="Hedged"),
        pos(posSide="Short", posMode="Hedged", side="Sell", size="0.2", leverageRr="20", markPriceRp="0"),
    )}, {
        "BTCUSDT/long": {"amount": "0.5", "unrealised_pnl": "500"},
        "BTCUSDT/short/isolated": {"amount": "0.2", "mark_price": None, "unrealised_pnl": None, "leverage": "20"},
    }),
]  # fmt: skip
