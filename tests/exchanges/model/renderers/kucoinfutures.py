"""KuCoin futures as an exchange of its own: the contracts of KuCoin, without its spot and margin accounts.

The documented pages are named in _kucoin_futures.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.model.account import Account
from tests.exchanges.model.renderers import Renderer
from tests.exchanges.model.renderers._kucoin_futures import (
    FUTURES_ABILITIES,
    FUTURES_MARKETS,
    contracts,
    futures_tickers,
    orders,
    overview,
    positions,
    stop_orders,
)
from tests.exchanges.payload_server import Request


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else {"code": "200000", "data": answer(account, request)}


def _mode(_: Account, __: Request) -> Any:
    return {"selfAccountMode": "CLASSIC", "unifiedSubAccount": [], "classicSubAccount": []}


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/ua/v1/account/mode": _mode,
    "/api/v1/account-overview": overview,
    "/api/v1/positions": positions,
    "/api/v1/orders": orders,
    "/api/v1/stopOrders": stop_orders,
    "/api/v1/allTickers": futures_tickers,
    "/api/v1/contracts/active": contracts,
}

RENDERER = Renderer("kucoinfutures", FUTURES_MARKETS, FUTURES_ABILITIES, respond)
