"""Bitfinex: exchange, margin and funding wallets, margin and derivative positions, orders.

Field meanings come from docs.bitfinex.com/reference (REST v2): Wallets, Positions, Retrieve Orders, Submit Order, Flag
Values, Tickers. Rows are lists. Margin orders lack the word EXCHANGE that spot orders have in their type.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Position, Relation, Side
from tests.exchanges.model.renderers import Renderer, first, number
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USD", "tBTCUSD", margin=True),
    spot("ETH/USD", "tETHUSD", margin=True),
    swap("BTC/USDT:USDT", "tBTCF0:USTF0"),
    swap("ETH/USDT:USDT", "tETHF0:USTF0"),
]
KINDS = frozenset({Kind.LIMIT, Kind.STOP, Kind.STOP_LIMIT, Kind.TRAILING_STOP})
_MARGIN = Book(KINDS, isolated=False, percent=False, distance=True, holds_positions=True)
ABILITIES = Abilities(
    wallets=(
        Wallet("exchange", assets=("BTC", "ETH", "USD"), locks=True),
        Wallet("margin", assets=("USD",), goes_negative=True),  # losses are settled in dollars
        Wallet("margin", assets=("BTC", "USDT")),
        Wallet("funding", assets=("BTC", "USD"), locks=True),
    ),
    books={
        MarketKind.SPOT: Book(KINDS, percent=False, distance=True, oco=(Kind.LIMIT, Kind.STOP)),
        MarketKind.MARGIN: _MARGIN,
        MarketKind.LINEAR: Book(
            KINDS, "margin", always_isolated=True, percent=False, distance=True, oco=(Kind.LIMIT, Kind.STOP)
        ),
    },
)
WORDS = {
    Kind.LIMIT: "LIMIT",
    Kind.STOP: "STOP",
    Kind.STOP_LIMIT: "STOP LIMIT",
    Kind.TRAILING_STOP: "TRAILING STOP",
}
REDUCE_ONLY, OCO = 1024, 16384  # flags
CANNOT_STATE = {
    "position.mark_price": "a position has no such field",
    "position.leverage:margin": "margin positions have none of their own",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Private ones are POST."""
    answer = PATHS.get(request.path)
    return None if answer is None else answer(account, request)


def _wallets(account: Account, _: Request) -> Any:
    """Type, currency, balance, unsettled interest, available balance, last change and its details."""
    return [
        [holding.wallet, _currency(holding.wallet, holding.asset), number(holding.amount), 0,
         number(holding.free), None, None]
        for holding in account.holdings
    ]  # fmt: skip


def _currency(wallet: str, asset: str) -> str:
    """Tether is UST, and USTF0 where it is the collateral of derivatives."""
    if asset == "USDT":
        return "USTF0" if wallet == "margin" else "UST"
    return asset


def _positions(account: Account, _: Request) -> Any:
    return [_position(count, position) for count, position in enumerate(account.positions)]


def _position(count: int, position: Position) -> list[Any]:
    """The amount has a sign. Type 0 is a margin position, which shares its wallet with others. Type 1 is a derivative
    position with collateral of its own. Profit is in the quote currency.
    """
    is_derivative = position.market.is_contract
    return [
        position.market.exchange_symbol,
        "ACTIVE",
        number(position.size * position.direction.sign),
        number(position.entry),
        0,  # margin funding
        0,  # its type
        number(position.profit),
        float(position.profit / (position.size * position.entry) * 100),
        number(position.liquidation) if position.liquidation else None,
        position.leverage if is_derivative else None,
        None,
        140000000 + count,
        CREATED_AT,
        CREATED_AT,
        None,
        1 if is_derivative else 0,
        None,
        number(position.margin) if is_derivative else 0,  # collateral
        number(position.margin / 2) if is_derivative else 0,  # the least that it may be
        {"reason": "TRADE", "order_id": 1, "liq_stage": None},
    ]


def _orders(account: Account, _: Request) -> Any:
    return [_order(account, order) for order in account.orders]


def _order(account: Account, order: Order) -> list[Any]:
    """Amounts are negative to sell. A stop limit's limit is the auxiliary price."""
    sign = 1 if order.side is Side.BUY else -1
    return [
        int(order.id),
        None,  # group
        1764000000000 + int(order.id),  # client id
        order.market.exchange_symbol,
        CREATED_AT,
        CREATED_AT,
        number(order.remaining * sign),
        number(order.size * sign),
        WORDS[order.kind] if order.market.has_positions else f"EXCHANGE {WORDS[order.kind]}",
        None,  # former type
        None,  # end of its time in force
        None,
        _flags(order),
        f"PARTIALLY FILLED @ {order.limit}({order.filled * sign})" if order.filled else "ACTIVE",
        None,
        None,
        number(_price(account, order)),
        number(order.limit) if order.filled and order.limit else 0,
        number(order.distance or ZERO),
        number(order.limit) if order.kind is Kind.STOP_LIMIT and order.limit else 0,
        None,
        None,
        None,
        0,  # notify
        0,  # hidden
        _placed_by(account, order),
        None,
        None,
        "API>BFX",
        None,
        None,
        {"lev": 5} if order.market.is_contract else None,
    ]


def _flags(order: Order) -> int:
    is_pair = order.relation is Relation.OCO and order.kind is Kind.LIMIT
    return (REDUCE_ONLY if order.reduce_only else 0) | (OCO if is_pair else 0)


def _price(account: Account, order: Order) -> Decimal:
    """The limit of a resting order, the trigger of a waiting one. The trigger of a trailing stop follows the market."""
    if order.kind is Kind.TRAILING_STOP:
        distance, last = order.distance or ZERO, account.last(order.market)
        return last - distance if order.side is Side.SELL else last + distance
    return order.trigger or order.limit or ZERO


def _placed_by(account: Account, order: Order) -> int | None:
    """The stop of a pair was placed by its limit order."""
    others = account.legs(order) if order.relation is Relation.OCO and order.kind.waits else ()
    return int(others[0].id) if others else None


def _tickers(account: Account, request: Request) -> Any:
    """Symbol, bid, ask with their sizes, daily change, its share, last price, volume, high, low."""
    wanted = first(request, "symbols").split(",")
    rows = [row for row in MARKETS if row["id"] in wanted or wanted == ["ALL"]]
    return [_ticker(account, row) for row in rows]


def _ticker(account: Account, row: dict[str, Any]) -> list[Any]:
    last = number(account.prices[row["base"]].last)
    return [row["id"], last, 1, last, 1, 0, 0, last, 10, last, last]


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/v2/auth/r/wallets": _wallets,
    "/v2/auth/r/positions": _positions,
    "/v2/auth/r/orders": _orders,
    "/v2/tickers": _tickers,
}

RENDERER = Renderer("bitfinex", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE)
