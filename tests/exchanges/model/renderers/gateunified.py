"""Gate's unified account: one wallet for spot, margin and perpetuals settled in USDT, and Simple Earn.

Field meanings come from www.gate.com/docs/developers/apiv4 (Unified: Get unified account information) and the models
UnifiedAccount and UnifiedBalance of github.com/gateio/gateapi-python, from www.gate.com/help/unified-account: What Is a
Unified Account (perpetuals are those settled in USDT, unrealized profit is part of equity). All else is as in the
classic account, gate.py.
"""

from typing import Any

from tests.exchanges.model.abilities import ALL_KINDS, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import ZERO, Account, Holding, MarketKind
from tests.exchanges.model.arithmetic import dollar_price, equity_in, profit_in
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.model.renderers._gate_orders import unified_orders, unified_price_orders
from tests.exchanges.model.renderers.gate import MARKETS
from tests.exchanges.model.renderers.gate import respond as respond_classic
from tests.exchanges.payload_server import Request

LINEAR = MarketKind.LINEAR
ABILITIES = Abilities(
    wallets=(
        Wallet("unified", locks=True, borrows=True, goes_negative=True, equity_only=True),
        Wallet("lending"),
    ),
    books={
        MarketKind.SPOT: Book(PLAIN, always_spends=True),
        LINEAR: Book(ALL_KINDS, "unified", hedge=True, distance=True, activation=True, closes_position=True),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Wallets of the classic account are empty."""
    path = request.path.removeprefix("/api/v4")
    if request.method == "GET" and path in PATHS:
        return PATHS[path](account, request)
    return respond_classic(account, request)


def _detail(_: Account, __: Request) -> Any:
    return {"user_id": 5, "ip_whitelist": [], "currency_pairs": [], "key": {"mode": 2}, "tier": 0}


def _unified(account: Account, _: Request) -> Any:
    """Totals are in USD. Total equity holds open profit and is after debts."""
    holdings = account.in_wallet("unified")
    owed = sum((_owed(holding) * dollar_price(account, holding.asset) for holding in holdings), ZERO)
    held = sum((max(h.amount, ZERO) * dollar_price(account, h.asset) for h in holdings), ZERO)
    margins = ("initial_margin", "margin_balance", "maintenance_margin", "initial_margin_rate")
    rates = ("maintenance_margin_rate", "available_margin")
    return {f"total_{name}": "0" for name in margins + rates} | {
        "user_id": 5,
        "refresh_time": 1764000000,
        "locked": False,
        "balances": {holding.asset: _balance(account, holding) for holding in holdings},
        "total": plain(held),
        "borrowed": plain(owed),
        "unified_account_total": plain(held),
        "unified_account_total_liab": plain(owed),
        "unified_account_total_equity": plain(equity_in(account, "unified", LINEAR)),
        "leverage": "0",
        "spot_order_loss": "0",
        "spot_hedge": False,
        "use_funding": False,
        "is_all_collateral": True,
    }


def _owed(holding: Holding) -> Any:
    return holding.debt + max(-holding.amount, ZERO)


def _balance(account: Account, holding: Holding) -> dict[str, Any]:
    """`negative_liab` is what a negative balance owes. `equity` holds open profit and is after debts."""
    profit = profit_in(account, holding.asset, LINEAR)
    unused = ("futures_pos_liab", "spot_in_use", "cross_balance", "iso_balance", "im", "mm", "imr", "mmr")
    return dict.fromkeys((*unused, "funding", "margin_balance", "available_margin"), "0") | {
        "available": plain(max(holding.free, ZERO)),
        "freeze": plain(holding.locked),
        "borrowed": plain(holding.debt),
        "negative_liab": plain(max(-holding.amount, ZERO)),
        "equity": plain(holding.net + profit),
        "total_freeze": plain(holding.locked),
        "total_liab": plain(_owed(holding)),
        "funding_version": "0",
        "enabled_collateral": True,
    }


PATHS = {
    "/account/detail": _detail,
    "/unified/accounts": _unified,
    "/margin/accounts": lambda *_: [],
    "/spot/open_orders": unified_orders,
    "/spot/price_orders": unified_price_orders,
}

RENDERER = Renderer("gate", MARKETS, ABILITIES, respond, name="gateunified")
