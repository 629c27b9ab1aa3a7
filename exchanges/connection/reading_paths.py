"""Reading paths: what may leave besides a plain GET, for the exchanges that read by POST or name a reading path oddly.

Each pattern is matched against the whole path of the finished request. Nothing that acts stands here.
"""

import re
from collections.abc import Mapping

_POST: Mapping[str, tuple[str, ...]] = {
    "binance": (r"/sapi/v1/asset/get-funding-asset", r"/sapi/v3/asset/getUserAsset"),
    "bitbns": (
        r"/api/trade/v1/(currentCoinBalance|depositHistory|listExecutedOrders|orderStatus|withdrawHistory)/\w+",
    ),
    "bitfinex": (r"/v2/auth/r/[\w:/-]+",),
    "bitstamp": (
        r"/api/v2/(account_balances|balance|open_orders|order_status|user_transactions)(/\w+)?/",
        r"/api/v2/(withdrawal-requests|crypto-transactions)/",
    ),
    "btcbox": (r"/api/v1/(balance|trade_list|trade_view)/?",),
    "cex": (
        r"/api/spot/rest-public/get_(pairs_info|server_time|ticker|currencies_info|candles)",
        r"/api/spot/rest/get_my_(funding_history|orders|transaction_history|wallet_balance|account_status_v3)",
    ),
    "coinmate": (r"/api/(balances|openOrders|orderById|orderHistory|tradeHistory|transferHistory)",),
    "coinone": (r"/v2/account/balance", r"/v2(\.1)?/order/(open_orders|complete_orders|query_order)"),
    "derive": (
        r"/v3/public/get_(all_instruments|all_currencies|ticker|time|tradingview_chart_data)",
        r"/v3/private/get_(all_portfolios|open_orders|trigger_orders|orders|order|positions|trade_history)",
        r"/v3/private/get_(subaccounts|subaccount|deposit_history|withdrawal_history|funding_history)",
    ),
    "grvt": (
        r"/full/v1/(all_instruments|instrument|kline|ticker|mini)",
        r"/full/v1/(open_orders|order_history|order|fill_history|positions|account_summary|funding_account_summary)",
        r"/full/v1/(deposit_history|withdrawal_history|transfer_history|funding_payment_history)",
    ),
    "htx": (
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(openorders|order_info|order_detail|position_info|account_info|account_position_info|balance_valuation)",
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(trigger|tpsl|track)_(openorders|hisorders)",
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(hisorders|hisorders_exact|matchresults|matchresults_exact|financial_record|financial_record_exact)",
    ),
    "hyperliquid": (r"/info",),
    "independentreserve": (
        r"/Private/Get(Accounts|ClosedOrders|ClosedFilledOrders|OpenOrders|OrderDetails|Trades|Transactions)",
    ),
    "kraken": (
        r"/0/private/(Balance|BalanceEx|TradeBalance|OpenOrders|ClosedOrders|QueryOrders|TradesHistory|QueryTrades)",
        r"/0/private/(OpenPositions|Ledgers|QueryLedgers|DepositStatus|WithdrawStatus|TradeVolume|GetApiKeyInfo)",
    ),
    "p2b": (r"/api/v2/account/(balances|market_deal_history|order_history)", r"/api/v2/orders"),
    "weex": (r"/api/v3/account/bills", r"/capi/v3/account/income"),
    "whitebit": (
        r"/api/v4/(collateral-account|trade-account|main-account)/balance",
        r"/api/v4/collateral-account/(funding-history|positions/open|positions/history|conditional-orders|oco-orders)",
        r"/api/v4/(main-account/history|orders|trade-account/executed-history|trade-account/order/history)",
        r"/api/v4/(trade-account/order|oco-orders|conditional-orders)",
    ),
    "zebpay": (r"/api/v1/market/klines",),
}

# The last part of these paths names an act ("withdraw-list"), and yet they only list.
_GET: Mapping[str, tuple[str, ...]] = {
    "bittrade": (r"/v1/query/deposit-withdraw",),
    "bydfi": (r"/api/v1/spot/withdraw_records",),
    "coinbase": (r"/api/v3/brokerage/orders/historical/batch",),
    "deepcoin": (r"/deepcoin/asset/withdraw-list",),
    "hashkey": (r"/api/v1/account/withdrawOrders",),
    "htx": (r"/v1/query/deposit-withdraw", r"/(linear-)?swap-ex/market/detail/batch_merged"),
    "kucoin": (r"/api/v1/stop-order", r"/api/v3/hf/margin/stop-orders?", r"/api/v1/stopOrders"),
    "latoken": (r"/v2/auth/stopOrder",),
    "phemex": (r"/exchange/wallets/withdrawList",),
    "toobit": (r"/api/v1/account/withdrawOrders",),
}

# The same exchange under another name, or one that speaks its language.
SPOKEN_BY: Mapping[str, str] = {
    "binancecoinm": "binance",
    "binanceus": "binance",
    "binanceusdm": "binance",
    "bybiteu": "bybit",
    "bybitid": "bybit",
    "gateeu": "gate",
    "kucoinfutures": "kucoin",
    "myokx": "okx",
    "okxus": "okx",
}

# Reading and acting are one path there, told apart in the body alone: not asked at all.
NOT_TOLD_APART = frozenset({"indodax", "mercado", "nado", "zaif"})

_COMPILED = {
    (method, exchange): re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.ASCII)
    for method, table in (("POST", _POST), ("GET", _GET))
    for exchange, patterns in table.items()
}


def is_reading_path(exchange: str, method: str, path: str) -> bool:
    """Whether this exchange's list names the path as one that only reads when asked by this method."""
    pattern = _COMPILED.get((method, SPOKEN_BY.get(exchange, exchange)))
    return pattern is not None and pattern.fullmatch(path) is not None
