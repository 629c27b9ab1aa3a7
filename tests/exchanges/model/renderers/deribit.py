"""Deribit: one account a currency, inverse and linear perpetuals, spot.

Field meanings come from docs.deribit.com: private/get_account_summaries, private/get_positions,
private/get_open_orders_by_currency, private/buy (trigger and linked orders), public/get_book_summary_by_currency, and
from support.deribit.com: "Settlement" (session profit moves into the balance every day). Orders: _deribit_orders.py.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, LIMIT_ONLY, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Direction, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, number
from tests.exchanges.model.renderers._deribit_orders import open_orders
from tests.exchanges.payload_server import Request

MARKETS = [
    swap("BTC/USD:BTC", "BTC-PERPETUAL", size="10"),
    swap("ETH/USD:ETH", "ETH-PERPETUAL"),
    swap("BTC/USDC:USDC", "BTC_USDC-PERPETUAL", size="0.0001"),
    swap("ETH/USDC:USDC", "ETH_USDC-PERPETUAL", size="0.001"),
    spot("BTC/USDC", "BTC_USDC"),
    spot("ETH/USDC", "ETH_USDC"),
    spot("BTC/USDT", "BTC_USDT"),
    spot("BTC/EURR", "BTC_EURR"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
_CONTRACTS = Book(
    ALL_KINDS,
    "main",
    isolated=False,
    by_session=True,
    percent=False,
    distance=True,
    oco=(Kind.TAKE_PROFIT, Kind.STOP),
    attaches=True,
)
ABILITIES = Abilities(
    wallets=(Wallet("main", assets=("BTC", "ETH", "USDC"), locks=True),),
    books={
        LINEAR: _CONTRACTS,
        INVERSE: _CONTRACTS,
        MarketKind.SPOT: Book(LIMIT_ONLY, symbols=("BTC/USDC", "ETH/USDC")),
    },
)
REALIZED = Decimal("0.0001")  # profit of this session that was realized and has not been settled
CANNOT_STATE = {"position.margin_mode": "a position has no such field"}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    if answer is None:
        return None
    return {"jsonrpc": "2.0", "id": 1, "result": answer(account, request), "usIn": 1, "usOut": 2, "usDiff": 1}


def _summaries(account: Account, _: Request) -> Any:
    """Every currency of the exchange, held or not."""
    return {"summaries": [_summary(account, currency) for currency in ("BTC", "ETH", "USDC", "USDT", "SOL", "EURR")]}


def _one_summary(account: Account, request: Request) -> Any:
    return _summary(account, first(request, "currency"))


# Fields without a figure of the account.
_SAME_IN_EACH_SUMMARY: dict[str, Any] = {
    "spot_reserve": 0,
    "fee_balance": 0,
    "additional_reserve": 0,
    "cross_collateral_enabled": False,
    "margin_model": "segregated_sm",
    "portfolio_margining_enabled": False,
    "estimated_liquidation_ratio": 0,
    "limits": {},
    "delta_total_map": {},
}


def _summary(account: Account, currency: str) -> Any:
    """`equity` is balance + session_rpl + session_upl. A session begins at the last settlement."""
    holdings = [holding for holding in account.holdings if holding.asset == currency]
    amount = sum((holding.amount for holding in holdings), ZERO)
    locked = sum((holding.locked for holding in holdings), ZERO)
    profit = profit_in(account, currency, LINEAR, INVERSE)
    realized = REALIZED if holdings else ZERO
    margin = margin_in(account, currency, LINEAR, INVERSE) + locked
    equity = amount + profit
    figures = {
        "balance": amount - realized,
        "equity": equity,
        "margin_balance": equity,
        "session_rpl": realized,
        "session_upl": profit,
        "futures_session_rpl": realized,
        "futures_session_upl": profit,
        "total_pl": profit,
        "futures_pl": profit,
        "initial_margin": margin,
        "projected_initial_margin": margin,
        "maintenance_margin": margin / 2,
        "projected_maintenance_margin": margin / 2,
        "available_funds": equity - margin,
        "available_withdrawal_funds": max(equity - margin, ZERO),
        "delta_total": ZERO,
        "projected_delta_total": ZERO,
    }
    options = ("value", "pl", "session_rpl", "session_upl", "delta", "gamma", "theta", "vega")
    return {
        **{name: number(value) for name, value in figures.items()},
        **{f"options_{name}": 0 for name in options},
        "currency": currency,
        **_SAME_IN_EACH_SUMMARY,
    }


def _positions(account: Account, _: Request) -> Any:
    return [_position(position) for position in account.positions]


def _position(position: Position) -> dict[str, Any]:
    """`size` is in dollars on inverse perpetuals, else in coins. Floating profit is that of this session."""
    sign = position.direction.sign
    return {
        "instrument_name": position.market.exchange_symbol,
        "kind": "future",
        "direction": "buy" if position.direction is Direction.LONG else "sell",
        "size": number(position.size * sign),
        "size_currency": float(position.base_amount * sign),
        "average_price": number(position.entry),
        "mark_price": number(position.mark),
        "index_price": number(position.mark),
        "settlement_price": number(position.settled or position.mark),
        "leverage": position.leverage,
        "initial_margin": number(position.margin),
        "maintenance_margin": number(position.margin / 2),
        "open_orders_margin": 0,
        "delta": float(position.base_amount * sign),
        "floating_profit_loss": number(position.unpaid_profit),
        "realized_profit_loss": number(position.profit - position.unpaid_profit),
        "total_profit_loss": number(position.profit),
        "realized_funding": 0,
        "interest_value": 0,
    } | ({"estimated_liquidation_price": number(position.liquidation)} if position.liquidation else {})


def _book_summaries(account: Account, request: Request) -> Any:
    kind, currency = first(request, "kind"), first(request, "currency")
    rows = [row for row in MARKETS if kind in ("", "spot" if row["spot"] else "future")]
    return [_book_summary(account, row) for row in rows if currency in _currencies(row)]


def _currencies(row: dict[str, Any]) -> tuple[str, ...]:
    """Inverse perpetuals belong to their coin, linear ones to their quote currency, spot pairs to both of theirs."""
    return (row["settle"],) if row["swap"] else (row["base"], row["quote"])


def _book_summary(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    summary = {
        "instrument_name": row["id"],
        "base_currency": row["base"],
        "quote_currency": row["quote"],
        **dict.fromkeys(("high", "low", "last", "bid_price", "ask_price", "mid_price"), number(price.last)),
        "mark_price": number(price.mark if row["swap"] else price.last),
        "volume": 10,
        "volume_usd": 100000,
        "volume_notional": 100000,
        "price_change": 0,
        "creation_timestamp": CREATED_AT,
    }
    more = {"open_interest": 10, "current_funding": 0, "funding_8h": 0, "estimated_delivery_price": number(price.last)}
    return summary | more if row["swap"] else summary


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v2/private/get_account_summary": _one_summary,
    "/api/v2/private/get_account_summaries": _summaries,
    "/api/v2/private/get_positions": _positions,
    "/api/v2/private/get_open_orders_by_currency": open_orders,
    "/api/v2/public/get_book_summary_by_currency": _book_summaries,
}

RENDERER = Renderer("deribit", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE)
