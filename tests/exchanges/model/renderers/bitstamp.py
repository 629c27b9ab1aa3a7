"""Bitstamp: one spot wallet and resting orders.

Field meanings come from www.bitstamp.net/api: Account balances, Open positions (a list), Open orders, Ticker (all
currency pairs). A row of Open orders has a subtype and a stop price for derivatives alone, see bitstampderivatives.py.
Stop orders on spot exist on the website, and no documented call lists them as stops.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.exchanges.harness import spot
from tests.exchanges.model.abilities import LIMIT_ONLY, Abilities, Book, Wallet
from tests.exchanges.model.account import ZERO, Account, MarketKind, Order, Side
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USD", "btcusd"),
    spot("ETH/USD", "ethusd"),
    spot("BTC/USDT", "btcusdt"),
]
AT = "2025-11-24 16:00:00.000000"
ABILITIES = Abilities(
    wallets=(Wallet("main", assets=("BTC", "ETH", "USD", "USDT"), locks=True),),
    books={MarketKind.SPOT: Book(LIMIT_ONLY)},
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Private ones are POST."""
    answer = PATHS.get((request.method, request.path))
    return None if answer is None else answer(account, request)


def balances(account: Account, _: Request) -> Any:
    return [
        {
            "currency": holding.asset.lower(),
            "total": plain(holding.amount),
            "available": plain(holding.free),
            "reserved": plain(holding.locked),
        }
        for holding in account.in_wallet("main")
    ]


def _orders(account: Account, _: Request) -> Any:
    return [order_row(order) for order in account.orders]


def order_row(order: Order) -> dict[str, Any]:
    """`amount` is what remains. Type 0 buys, 1 sells."""
    return {
        "id": order.id,
        "datetime": AT,
        "type": "0" if order.side is Side.BUY else "1",
        "price": plain(order.limit or ZERO),
        "amount": plain(order.remaining),
        "amount_at_create": plain(order.size),
        "currency_pair": order.market.symbol,
        "market": order.market.symbol,
    }


def tickers(account: Account, _: Request) -> Any:
    return [ticker(account, row) for row in MARKETS]


def ticker(account: Account, row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("last", "high", "low", "vwap", "bid", "ask", "open", "open_24")
    return dict.fromkeys(names, plain(account.prices[row["base"]].last)) | {
        "volume": "10",
        "timestamp": "1764000000",
        "percent_change_24": "0",
        "side": "0",
        "market_type": "SPOT",
        "pair": row["symbol"],
        "market": row["symbol"],
    }


PATHS: dict[tuple[str, str], Callable[[Account, Request], Any]] = {
    ("POST", "/api/v2/account_balances/"): balances,
    ("POST", "/api/v2/open_orders/"): _orders,
    ("POST", "/api/v2/open_orders/all/"): _orders,
    ("GET", "/api/v2/open_positions/"): lambda *_: [],
    ("GET", "/api/v2/ticker/"): tickers,
}
HIDES_TRIGGERS = "stop orders of spot: a row of Open orders states stops of derivatives alone"

RENDERER = Renderer("bitstamp", MARKETS, ABILITIES, respond, hides_triggers=HIDES_TRIGGERS)
