"""KuCoin: balances and positions, by the identities that its documentation states."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

T = 1764000000000
OVERVIEW, POSITION_LIST = "/api/v1/account-overview", "/api/v1/positions"


def paged(rows: Sequence[Any]) -> Any:
    return {"code": "200000", "data": {"currentPage": 1, "pageSize": 100, "totalNum": 1, "totalPage": 1,
                                       "items": list(rows)}}  # fmt: skip


def listed(rows: Sequence[Any]) -> Any:
    return {"code": "200000", "data": list(rows)}


def account(currency: str, equity: str, **values: str) -> dict[str, Any]:
    """The account of futures in one currency. Equity is margin balance and unrealised profit together."""
    return {"code": "200000", "data": {
        "accountEquity": equity, "unrealisedPNL": "0", "marginBalance": equity, "positionMargin": "0",
        "orderMargin": "0", "frozenFunds": "0", "availableBalance": equity, "currency": currency, "riskRatio": "0",
        "maxWithdrawAmount": equity,
    } | values}  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A position: 60 contracts of 0.001 BTC bought at 59,000, at a mark of 60,000."""
    return {
        "id": "500000000000988255", "symbol": "XBTUSDTM", "crossMode": True, "delevPercentage": 0.1,
        "openingTimestamp": T, "currentTimestamp": T, "currentQty": 60, "currentCost": "3540", "currentComm": "2.1",
        "isOpen": True, "markPrice": "60000", "markValue": "3600", "posCost": "3540", "posInit": "708",
        "posMargin": "720", "realisedPnl": "-2.1", "unrealisedPnl": "60", "avgEntryPrice": "59000",
        "liquidationPrice": "41000", "bankruptPrice": "40000", "settleCurrency": "USDT", "isInverse": False,
        "marginMode": "CROSS", "positionSide": "BOTH", "leverage": 5,
    } | values  # fmt: skip


def listed_positions(*rows: Any) -> dict[str, Any]:
    return {POSITION_LIST: {"code": "200000", "data": list(rows)}}


# positionMargin + orderMargin + frozenFunds + availableBalance - unrealisedPNL is the margin balance.
FUTURES_ACCOUNTS = {
    f"{OVERVIEW}?currency=USDT": account("USDT", "5260", unrealisedPNL="60", marginBalance="5200", positionMargin="700",
                                         orderMargin="100", availableBalance="4460"),
    f"{OVERVIEW}?currency=XBT": account("XBT", "0.49", unrealisedPNL="-0.01", marginBalance="0.5",
                                        positionMargin="0.1", availableBalance="0.39"),
    OVERVIEW: account("USDC", "0"),
}  # fmt: skip
FUTURES_BALANCES: dict[str, dict[str, Any]] = {
    "swap/USDT": {"total": "5200", "free": "4460", "locked": "800", "debt": None, "includes_open_profit": False},
    "swap/BTC": {"total": "0.5", "free": "0.39", "locked": "0.1"},
}
FUTURES_EQUITIES = (("swap", "USDT", "5260"), ("swap", "BTC", "0.49"))
FUTURES_WALLETS = AccountCase("futures by currency", FUTURES_ACCOUNTS, FUTURES_BALANCES, equities=FUTURES_EQUITIES)
POSITIONS = [
    AccountCase("long in one-way mode", listed_positions(pos()), {"XBTUSDTM/long": {
        "amount": "0.06", "contracts": "60", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "60",
        "realised_pnl": "-2.1", "liquidation_price": "41000", "leverage": "5", "margin_mode": "cross",
    }}),
    AccountCase("both sides in hedge mode, one isolated", listed_positions(
        pos(positionSide="LONG"),
        pos(positionSide="SHORT", currentQty=-20, marginMode="ISOLATED", crossMode=False, unrealisedPnl="-20"),
    ), {
        "XBTUSDTM/long": {"amount": "0.06", "margin_mode": "cross"},
        "XBTUSDTM/short/isolated": {"amount": "0.02", "unrealised_pnl": "-20", "margin_mode": "isolated"},
    }),
    # 1,200 dollars at 60,000 are 0.02 BTC. The profit of 0.0005 BTC is worth 30 dollars there.
    AccountCase("inverse, and a closed one", listed_positions(
        pos(symbol="XBTUSDM", currentQty=-1200, settleCurrency="XBT", isInverse=True, unrealisedPnl="0.0005",
            liquidationPrice="--"),
        pos(currentQty=0, isOpen=False),
    ), {"XBTUSDM/short": {"amount": "0.02", "contracts": "1200", "unrealised_pnl": "30", "liquidation_price": None}}),
    AccountCase("a row without a size", listed_positions(pos(currentQty=None)), {}, unreadable=1),
]  # fmt: skip
BALANCES = [
    AccountCase("every wallet, debts once", {
        "/api/v1/accounts": listed([
            {"id": "1", "currency": "USDT", "type": "main", "balance": "1200", "available": "1000", "holds": "200"},
            {"id": "2", "currency": "BTC", "type": "trade", "balance": "0.75", "available": "0.75", "holds": "0"},
            {"id": "3", "currency": "USDT", "type": "margin", "balance": "900", "available": "9", "holds": "0"},
        ]),
        "/api/v3/margin/accounts?queryType=ALL": {"code": "200000", "data": {
            "totalAssetOfQuoteCurrency": "900", "totalLiabilityOfQuoteCurrency": "6400", "debtRatio": "0.1",
            "accounts": [
                {"currency": "USDT", "total": "900", "available": "850", "hold": "50", "liability": "400"},
                {"currency": "BTC", "total": "0", "available": "0", "hold": "0", "liability": "0.1"},
            ],
        }},
        "/api/v3/isolated/accounts?queryType=ALL": {"code": "200000", "data": {"assets": [{
            "symbol": "BTC-USDT", "status": "DEBT", "debtRatio": "0.4",
            "baseAsset": {"currency": "BTC", "total": "0.2", "available": "0.2", "hold": "0", "liability": "0"},
            "quoteAsset": {"currency": "USDT", "total": "100", "available": "100", "hold": "0", "liability": "5000"},
        }]}},
        **FUTURES_ACCOUNTS,
        "/api/v1/earn/hold-assets": paged([
            {"orderId": "1", "currency": "USDT", "holdAmount": "300", "redeemedAmount": "0"},
            {"orderId": "2", "currency": "USDT", "holdAmount": "200", "redeemedAmount": "0"},
        ]),
    }, {
        "main/USDT": {"total": "1200", "free": "1000", "locked": "200", "debt": None},
        "trade/BTC": {"total": "0.75", "locked": "0"},
        "cross/USDT": {"total": "500", "free": "850", "locked": "50", "debt": "400"},
        "cross/BTC": {"total": "-0.1", "debt": "0.1"},
        "isolated-BTC-USDT/BTC": {"total": "0.2", "debt": None},
        "isolated-BTC-USDT/USDT": {"total": "-4900", "debt": "5000"},
        "earn/USDT": {"total": "500"},
        **FUTURES_BALANCES,
    }, equities=FUTURES_EQUITIES),
]  # fmt: skip


def _kucoin(rows: Sequence[Any]) -> Any:
    return {"code": "200000", "data": {"currentPage": 1, "pageSize": 50, "totalNum": 1, "items": list(rows)}}


def _kucoin_line(word: str, direction: str, n: int) -> dict[str, Any]:
    return {"id": str(n), "currency": "USDT", "amount": "0.25", "fee": "0", "balance": "9", "accountType": "TRADE_HF",
            "bizType": word, "direction": direction, "createdAt": str(TIME), "context": ""}  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/v1/deposits", [
        {"address": "a", "memo": "", "amount": "1.5", "fee": "0", "currency": "BTC", "isInner": False,
         "walletTxId": tx, "status": status, "createdAt": TIME, "updatedAt": TIME}
        for tx, status in (("0x1", "SUCCESS"), ("0x2", "PROCESSING"))
    ], [transfer("deposit", "BTC", "1.5"), transfer("deposit", "BTC", "1.5", "pending")], _kucoin),
    transfer_case("withdrawals", "withdrawals", "/api/v1/withdrawals", [
        {"id": own, "address": "a", "memo": "", "currency": "BTC", "amount": "0.5", "fee": "0.0005",
         "walletTxId": "0x3", "isInner": False, "status": status, "createdAt": TIME, "updatedAt": TIME}
        for own, status in (("1", "SUCCESS"), ("2", "FAILURE"))
    ], [transfer("withdrawal", "BTC", "-0.5", fee="0.0005"), transfer("withdrawal", "BTC", "-0.5", "failed")], _kucoin),
    transfer_case("its ledger", "ledger", "/api/v1/hf/accounts/ledgers", [
        _kucoin_line("TRADE_EXCHANGE", "out", 1), _kucoin_line("TRANSFER", "in", 2),
        _kucoin_line("SPOT_EXCHANGE_REBATE", "in", 3), _kucoin_line("LIABILITY_INTEREST", "out", 4),
    ], [transfer("interest", "USDT", "-0.25"), transfer("internal", "USDT", "0.25"), transfer("rebate", "USDT", "0.25")],
        lambda rows: {"code": "200000", "data": list(rows)}),
)  # fmt: skip
