"""Bitstamp with derivatives: perpetuals settled in dollars, with stops, take profits and trailing stops.

Field meanings come from www.bitstamp.net/api: Open positions, Open orders (fields of derivatives), Margin information,
Ticker. All else is as on spot, bitstamp.py.
"""

from collections.abc import Mapping
from typing import Any

from tests.exchanges.harness import swap
from tests.exchanges.model.abilities import ALL_KINDS, LIMIT_ONLY, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Position
from tests.exchanges.model.arithmetic import dollar_price, margin_in
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.model.renderers.bitstamp import HIDES_TRIGGERS, balances, order_row, ticker
from tests.exchanges.model.renderers.bitstamp import MARKETS as SPOT_MARKETS
from tests.exchanges.payload_server import Request

PERPETUALS = [swap("BTC/USD:USD", "btcusd-perp"), swap("ETH/USD:USD", "ethusd-perp")]
MARKETS = [*SPOT_MARKETS, *PERPETUALS]
ABILITIES = Abilities(
    wallets=(Wallet("main", assets=("BTC", "ETH", "USD"), locks=True),),
    books={
        MarketKind.SPOT: Book(LIMIT_ONLY),
        MarketKind.LINEAR: Book(ALL_KINDS, "main", activation=True),
    },
)
WORDS = {
    Kind.LIMIT: "LIMIT",
    Kind.STOP: "STOP_LOSS",
    Kind.STOP_LIMIT: "STOP_LOSS_LIMIT",
    Kind.TAKE_PROFIT: "TAKE_PROFIT",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT_LIMIT",
    Kind.TRAILING_STOP: "TRAILING_STOP_LOSS",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Private ones that only read are POST or GET."""
    answer = PATHS.get((request.method, request.path))
    return None if answer is None else answer(account, request)


def _orders(account: Account, _: Request) -> Any:
    return [_order(order) if order.market.is_contract else order_row(order) for order in account.orders]


def _name(symbol: str) -> str:
    return f"{symbol.partition(':')[0]}-PERP"


def _order(order: Order) -> dict[str, Any]:
    """`trailing_delta` is in hundredths of a percent."""
    row = order_row(order) | {
        "currency_pair": _name(order.market.symbol),
        "market": _name(order.market.symbol),
        "subtype": WORDS[order.kind],
        "margin_mode": "ISOLATED" if order.is_isolated else "CROSS",
        "leverage": "5.00",
        "reserved_margin": "0.00",
        "reduce_only": order.reduce_only,
    }
    if order.trigger:
        row |= {"stop_price": plain(order.trigger), "trigger": "LAST_TRADED_PRICE"}
    if order.percent:
        row |= {"trailing_delta": int(order.percent * 100), "trigger": "LAST_TRADED_PRICE"}
    return row | ({"activation_price": plain(order.activation)} if order.activation else {})


def _positions(account: Account, _: Request) -> Any:
    return [_position(count, position) for count, position in enumerate(account.positions)]


def _position(count: int, position: Position) -> dict[str, Any]:
    unused = ("trading_fees", "liquidation_fees", "funding", "socialized_loss")
    return {f"cumulative_{name}": None for name in unused} | {
        "id": str(5001 + count),
        "market": _name(position.market.symbol),
        "market_type": "PERPETUAL",
        "margin_mode": "ISOLATED" if position.is_isolated else "CROSS",
        "settlement_currency": position.market.settle,
        "entry_price": plain(position.entry),
        "pnl_percentage": "0",
        "pnl_realized": "0",
        "pnl_settled_since_inception": "0",
        "leverage": f"{position.leverage}.00",
        "pnl": plain(position.profit),
        "cumulative_price_pnl": plain(position.profit),
        "size": plain(position.size),
        "pnl_unrealized": plain(position.profit),
        "pnl_in_settlement": plain(position.profit),
        "implied_leverage": None,
        "initial_margin": plain(position.margin),
        "initial_margin_ratio": None,
        "current_margin": plain(position.margin),
        "collateral_reserved": plain(position.margin if position.is_isolated else ZERO),
        "maintenance_margin": plain(position.margin / 2),
        "maintenance_margin_ratio": None,
        "estimated_liquidation_price": plain(position.liquidation) if position.liquidation else None,
        "estimated_closing_fee_amount": "0",
        "mark_price": plain(position.mark),
        "current_value": plain(position.quote_value),
        "entry_value": plain(position.size * position.entry),
        "side": position.direction.value.upper(),
        "margin_tier": "1",
    }


def _margin(account: Account, _: Request) -> Any:
    value = sum((h.amount * dollar_price(account, h.asset) for h in account.in_wallet("main")), ZERO)
    reserved = margin_in(account, "USD", MarketKind.LINEAR)
    return {
        "account_margin": plain(value),
        "account_margin_available": plain(value - reserved),
        "account_margin_reserved": plain(reserved),
        "account_margin_currency": "USD",
        "assets": [
            {"asset": h.asset, "total_amount": plain(h.amount), "available": plain(h.free), "reserved": plain(h.locked)}
            for h in account.in_wallet("main")
        ],
        **dict.fromkeys(("initial_margin_ratio", "maintenance_margin_ratio", "implied_leverage")),
    }


def _tickers(account: Account, _: Request) -> Any:
    return [_perpetual(account, row) if row["swap"] else ticker(account, row) for row in MARKETS]


def _perpetual(account: Account, row: Mapping[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    names = {"pair": _name(row["symbol"]), "market": _name(row["symbol"]), "market_type": "PERPETUAL"}
    prices = {"mark_price": plain(price.mark), "index_price": plain(price.last)}
    return ticker(account, row) | names | prices | {"open_interest": "10", "timestamp": str(CREATED_AT // 1000)}


PATHS = {
    ("POST", "/api/v2/account_balances/"): balances,
    ("POST", "/api/v2/open_orders/"): _orders,
    ("POST", "/api/v2/open_orders/all/"): _orders,
    ("GET", "/api/v2/open_positions/"): _positions,
    ("GET", "/api/v2/margin_info/"): _margin,
    ("GET", "/api/v2/ticker/"): _tickers,
}

RENDERER = Renderer("bitstamp", MARKETS, ABILITIES, respond, hides_triggers=HIDES_TRIGGERS, name="bitstampderivatives")
