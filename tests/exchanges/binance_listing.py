"""Binance's listing: the markets and coins of its model account.

https://developers.binance.com/docs: binance-spot-api-docs, usds-margined-futures and coin-margined-futures (Exchange
Information), wallet (All Coins' Information).
"""

from collections.abc import Mapping
from typing import Any

_FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "9000", "stepSize": "0.001"},
]


def _pair(base: str) -> dict[str, Any]:
    return {
        "symbol": f"{base}USDT",
        "status": "TRADING",
        "baseAsset": base,
        "quoteAsset": "USDT",
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "filters": _FILTERS,
    }


def _spot(base: str) -> dict[str, Any]:
    return _pair(base) | {
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": True,
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"]],
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
    }


def _linear(base: str) -> dict[str, Any]:
    return _pair(base) | {
        "pair": f"{base}USDT",
        "contractType": "PERPETUAL",
        "deliveryDate": 4133404800000,
        "onboardDate": 1569398400000,
        "marginAsset": "USDT",
        "underlyingType": "COIN",
    }


_INVERSE = {
    "symbol": "BTCUSD_PERP",
    "pair": "BTCUSD",
    "contractType": "PERPETUAL",
    "deliveryDate": 4133404800000,
    "onboardDate": 1597042800000,
    "contractStatus": "TRADING",
    "contractSize": 100,
    "marginAsset": "BTC",
    "baseAsset": "BTC",
    "quoteAsset": "USD",
    "pricePrecision": 1,
    "quantityPrecision": 0,
    "baseAssetPrecision": 8,
    "quotePrecision": 8,
    "underlyingType": "COIN",
    "filters": _FILTERS,
}


def _coin(coin: str) -> dict[str, Any]:
    return {
        "coin": coin,
        "name": coin,
        "depositAllEnable": True,
        "withdrawAllEnable": True,
        "trading": True,
        "isLegalMoney": False,
        "networkList": [],
    }


LISTED: Mapping[str, Any] = {
    "/api/v3/exchangeInfo": {"timezone": "UTC", "symbols": [_spot("BTC"), _spot("ETH")]},
    "/fapi/v1/exchangeInfo": {"timezone": "UTC", "symbols": [_linear("BTC"), _linear("ETH")]},
    "/dapi/v1/exchangeInfo": {"timezone": "UTC", "symbols": [_INVERSE]},
    "/sapi/v1/capital/config/getall": [_coin("BTC"), _coin("ETH"), _coin("USDT")],
    "/sapi/v1/margin/allPairs": [],
    "/sapi/v1/margin/isolated/allPairs": [],
}
