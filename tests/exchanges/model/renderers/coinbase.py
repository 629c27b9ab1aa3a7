"""Coinbase: wallets, vaults and futures dollars, spot orders with brackets, US futures.

Field meanings come from docs.cdp.coinbase.com: Coinbase App (List Accounts), Advanced Trade (List Accounts, List
Orders, Create Order: order_configuration and attached_order_configuration, Get Futures Balance Summary, List Futures
Positions, List Public Products). Futures are counted in contracts. Create Order has no instruction to only reduce, so
every order may open a position. A product has one net position, which an order on the other side reduces first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import Abilities, Book, Wallet
from tests.exchanges.model.account import ZERO, Account, Direction, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.model.renderers._coinbase_orders import KINDS, orders
from tests.exchanges.payload_server import Request


def _future(coin: str, own: str, size: str) -> dict[str, Any]:
    """A dated future as ccxt lists it."""
    expiry = {"expiry": 1766707200000, "expiryDatetime": "2025-12-26T00:00:00.000Z"}
    names = {"settle": "USD", "settleId": "USD", "type": "future", "swap": False, "future": True}
    return swap(f"{coin}/USD:USD-251226", own, size=size, **names, **expiry)


SPOT_MARKETS = [spot("BTC/USD", "BTC-USD"), spot("ETH/USD", "ETH-USD")]
MARKETS = [*SPOT_MARKETS, _future("BTC", "BIT-26DEC25-CDE", "0.01"), _future("ETH", "ET-26DEC25-CDE", "0.1")]
AT = "2025-11-24T16:00:00.000Z"
SPOT = Book(KINDS, oco=(Kind.LIMIT, Kind.STOP), attaches=True, attached=(Kind.LIMIT, Kind.STOP))
WALLETS = (
    Wallet("wallet", assets=("BTC", "ETH", "USD", "USDC"), locks=True),
    Wallet("vault", assets=("BTC", "ETH")),
)
ABILITIES = Abilities(
    wallets=(*WALLETS, Wallet("cfm", assets=("USD",))),
    books={
        MarketKind.SPOT: SPOT,
        MarketKind.LINEAR: replace(SPOT, settles_in="cfm", isolated=False, reduces=False),
    },
)
CANNOT_STATE = {
    "position.leverage": "a position has no such field",
    "position.margin_mode": "a position has no such field",
    "position.liquidation_price": "stated for the futures account",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else answer(account, request)


def accounts(account: Account, _: Request) -> Any:
    """Every wallet of Coinbase, vaults too. Amounts held by orders are part of a balance."""
    holdings = [holding for name in ("wallet", "vault") for holding in account.in_wallet(name)]
    rows = [
        {
            "id": f"{holding.wallet}-{holding.asset}",
            "name": f"{holding.asset} {holding.wallet.title()}",
            "primary": False,
            "type": "fiat" if holding.asset == "USD" else holding.wallet,
            "currency": {"code": holding.asset, "name": holding.asset, "exponent": 8, "type": "crypto"},
            "balance": {"amount": plain(holding.amount), "currency": holding.asset},
            "created_at": AT,
            "updated_at": AT,
            "resource": "account",
            "resource_path": f"/v2/accounts/{holding.wallet}-{holding.asset}",
            "allow_deposits": True,
            "allow_withdrawals": True,
        }
        for holding in holdings
    ]
    pagination = dict.fromkeys(("ending_before", "starting_after", "previous_ending_before", "next_starting_after"))
    return {"pagination": pagination | {"limit": 250, "order": "desc", "next_uri": None}, "data": rows}


def brokerage_accounts(account: Account, _: Request) -> Any:
    """Tradable amounts: wallets without vaults."""
    rows = [
        {
            "uuid": f"wallet-{holding.asset}",
            "name": f"{holding.asset} Wallet",
            "currency": holding.asset,
            "available_balance": amount(holding.free, holding.asset),
            "hold": amount(holding.locked, holding.asset),
            "default": True,
            "active": True,
            "created_at": AT,
            "updated_at": AT,
            "deleted_at": None,
            "type": "ACCOUNT_TYPE_FIAT" if holding.asset == "USD" else "ACCOUNT_TYPE_CRYPTO",
            "ready": True,
        }
        for holding in account.in_wallet("wallet")
    ]
    return {"accounts": rows, "has_next": False, "cursor": "", "size": len(rows)}


def amount(value: Decimal, currency: str) -> dict[str, str]:
    return {"value": plain(value), "currency": currency}


def _futures_summary(account: Account, _: Request) -> Any:
    """`total_usd_balance` is the dollars of the futures account and those of the wallet."""
    futures = sum((holding.amount for holding in account.in_wallet("cfm")), ZERO)
    wallet = sum((holding.amount for holding in account.in_wallet("wallet") if holding.asset == "USD"), ZERO)
    profit, margin = profit_in(account, "USD", MarketKind.LINEAR), margin_in(account, "USD", MarketKind.LINEAR)
    figures = {
        "futures_buying_power": futures + wallet,
        "total_usd_balance": futures + wallet,
        "cbi_usd_balance": wallet,
        "cfm_usd_balance": futures,
        "total_open_orders_hold_amount": ZERO,
        "unrealized_pnl": profit,
        "daily_realized_pnl": ZERO,
        "initial_margin": margin,
        "available_margin": futures + profit - margin,
        "liquidation_threshold": margin / 2,
        "liquidation_buffer_amount": futures + profit - margin / 2,
    }
    summary = {name: amount(value, "USD") for name, value in figures.items()}
    return {"balance_summary": summary | {"liquidation_buffer_percentage": "1000"}}


def _futures_positions(account: Account, _: Request) -> Any:
    return {"positions": [_futures_position(position) for position in account.positions]}


def _futures_position(position: Position) -> dict[str, Any]:
    return {
        "product_id": position.market.exchange_symbol,
        "expiration_time": "2025-12-26T00:00:00Z",
        "side": "LONG" if position.direction is Direction.LONG else "SHORT",
        "number_of_contracts": plain(position.market.contracts(position.size)),
        "current_price": plain(position.mark),
        "avg_entry_price": plain(position.entry),
        "unrealized_pnl": plain(position.profit),
        "daily_realized_pnl": "0",
    }


def products_of(markets: list[dict[str, Any]]) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        wanted = request.query.get("product_ids", [])
        rows = [product(account, row) for row in markets if not wanted or row["id"] in wanted]
        return {"products": rows, "num_products": len(rows)}

    return answer


def product(account: Account, row: Mapping[str, Any]) -> dict[str, Any]:
    last = plain(account.prices[row["base"]].last)
    flags = ("watched", "is_disabled", "new", "cancel_only", "limit_only", "post_only", "trading_disabled", "view_only")
    return dict.fromkeys(flags, False) | {
        "product_id": row["id"],
        "price": last,
        "mid_market_price": last,
        "price_percentage_change_24h": "0",
        "volume_24h": "10",
        "approximate_quote_24h_volume": "10",
        "status": "online",
        "product_type": "SPOT" if row["spot"] else "FUTURE",
        "base_currency_id": row["base"],
        "quote_currency_id": row["quote"],
    }


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/v2/accounts": accounts,
    "/api/v3/brokerage/accounts": brokerage_accounts,
    "/api/v3/brokerage/cfm/balance_summary": _futures_summary,
    "/api/v3/brokerage/cfm/positions": _futures_positions,
    "/api/v3/brokerage/orders/historical/batch": orders,
    "/api/v3/brokerage/market/products": products_of(MARKETS),
    "/api/v3/brokerage/products": products_of(MARKETS),
    "/api/v3/brokerage/portfolios": lambda *_: {"portfolios": []},
}

RENDERER = Renderer("coinbase", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE)
