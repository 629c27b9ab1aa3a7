"""Coinbase International: perpetuals in a portfolio of their own, settled in USDC at each funding.

Field meanings come from docs.cdp.coinbase.com, Advanced Trade: List Portfolios, Get Portfolio Balances, List Perpetuals
Positions (one net position of a product), List Orders. All else is as in the United States, coinbase.py.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import swap
from tests.exchanges.model.abilities import Abilities, Wallet
from tests.exchanges.model.account import ZERO, Account, Direction, MarketKind, Position
from tests.exchanges.model.arithmetic import dollar_price
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._coinbase_orders import orders
from tests.exchanges.model.renderers.coinbase import (
    SPOT,
    SPOT_MARKETS,
    WALLETS,
    accounts,
    amount,
    brokerage_accounts,
    products_of,
)
from tests.exchanges.payload_server import Request

PORTFOLIO = "11111111-2222-3333-4444-555555555555"
MARKETS = [
    *SPOT_MARKETS,
    swap("BTC/USDC:USDC", "BTC-PERP-INTX"),
    swap("ETH/USDC:USDC", "ETH-PERP-INTX"),
]
ABILITIES = Abilities(
    wallets=(*WALLETS, Wallet("intx", assets=("USDC", "BTC"), locks=True)),
    books={
        MarketKind.SPOT: SPOT,
        MarketKind.LINEAR: replace(SPOT, settles_in="intx", reduces=False, by_session=True),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else answer(account, request)


def _portfolios(_: Account, request: Request) -> Any:
    rows = [
        {"name": "Default", "uuid": "00000000-0000-0000-0000-000000000000", "type": "DEFAULT", "deleted": False},
        {"name": "Perpetuals", "uuid": PORTFOLIO, "type": "INTX", "deleted": False},
    ]
    kind = first(request, "portfolio_type")
    return {"portfolios": [row for row in rows if kind in ("", row["type"])]}


def _balances(account: Account, _: Request) -> Any:
    """`quantity` is without open profit, with amounts on hold."""
    rows = [
        {
            "asset": {"asset_id": holding.asset, "asset_name": holding.asset, "collateral_weight": "1"},
            "quantity": plain(holding.amount),
            "hold": plain(holding.locked),
            "transfer_hold": "0",
            "collateral_value": plain(holding.amount * dollar_price(account, holding.asset)),
            "collateral_weight": "1",
            "max_withdraw_amount": plain(holding.free),
            "loan": "0",
            "loan_collateral_requirement_usd": "0",
            "pledged_quantity": "0",
        }
        for holding in account.in_wallet("intx")
    ]
    balances = {"portfolio_uuid": PORTFOLIO, "balances": rows, "is_margin_limit_reached": False}
    return {"portfolio_balances": [balances]}


def _positions(account: Account, _: Request) -> Any:
    total = sum((position.unpaid_profit for position in account.positions), ZERO)
    rows = [_position(position) for position in account.positions]
    return {"positions": rows, "summary": {"aggregated_pnl": amount(total, "USDC")}}


def _position(position: Position) -> dict[str, Any]:
    """`vwap` and `unrealized_pnl` begin with the last settlement, `entry_vwap` and `aggregated_pnl` at the opening."""
    side = "LONG" if position.direction is Direction.LONG else "SHORT"
    return {
        "product_id": position.market.exchange_symbol,
        "product_uuid": "66666666-7777-8888-9999-000000000000",
        "portfolio_uuid": PORTFOLIO,
        "symbol": position.market.exchange_symbol,
        "vwap": amount(position.settled or position.entry, "USDC"),
        "entry_vwap": amount(position.entry, "USDC"),
        "position_side": f"POSITION_SIDE_{side}",
        "margin_type": "MARGIN_TYPE_ISOLATED" if position.is_isolated else "MARGIN_TYPE_CROSS",
        "net_size": plain(position.size * position.direction.sign),
        "buy_order_size": "0",
        "sell_order_size": "0",
        "im_contribution": plain(Decimal(1) / position.leverage),
        "unrealized_pnl": amount(position.unpaid_profit, "USDC"),
        "mark_price": amount(position.mark, "USDC"),
        "liquidation_price": amount(position.liquidation or ZERO, "USDC"),
        "leverage": str(position.leverage),
        "im_notional": amount(position.margin, "USDC"),
        "mm_notional": amount(position.margin / 2, "USDC"),
        "position_notional": amount(position.quote_value, "USDC"),
        "aggregated_pnl": amount(position.profit, "USDC"),
    }


def _no_futures(_: Account, __: Request) -> Any:
    return {"balance_summary": None}


PATHS = {
    "/v2/accounts": accounts,
    "/api/v3/brokerage/accounts": brokerage_accounts,
    "/api/v3/brokerage/cfm/balance_summary": _no_futures,
    "/api/v3/brokerage/cfm/positions": lambda *_: {"positions": []},
    "/api/v3/brokerage/portfolios": _portfolios,
    f"/api/v3/brokerage/intx/balances/{PORTFOLIO}": _balances,
    f"/api/v3/brokerage/intx/positions/{PORTFOLIO}": _positions,
    "/api/v3/brokerage/orders/historical/batch": orders,
    "/api/v3/brokerage/market/products": products_of(MARKETS),
    "/api/v3/brokerage/products": products_of(MARKETS),
}

RENDERER = Renderer("coinbase", MARKETS, ABILITIES, respond, name="coinbaseintx")
