"""Hyperliquid's unified account: one balance of each asset for spot and perpetuals.

Field meanings come from hyperliquid.gitbook.io/hyperliquid-docs, page Account abstraction modes: all balances and holds
are in the spot state, perpetual states are not meaningful, and the unified account ratio divides the maintenance margin
by the spot total less isolated margin. The spot total is therefore the value with open profit. All else is as in
hyperliquid.py.
"""

import json
from dataclasses import replace
from typing import Any

from tests.exchanges.model.abilities import Abilities, Wallet
from tests.exchanges.model.account import ZERO, Account, MarketKind
from tests.exchanges.model.arithmetic import profit_in
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.model.renderers.hyperliquid import ABILITIES as APART
from tests.exchanges.model.renderers.hyperliquid import MARKETS, listed
from tests.exchanges.model.renderers.hyperliquid import respond as respond_apart
from tests.exchanges.payload_server import Reply, Request

LINEAR = MarketKind.LINEAR
ABILITIES = Abilities(
    wallets=(Wallet("spot", assets=("HYPE", "PURR", "USDC"), locks=True, equity_only=True),),
    books={**APART.books, LINEAR: replace(APART.books[LINEAR], settles_in="spot")},
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Only balances differ from those of separate accounts."""
    question = json.loads(request.body)["type"] if request.path == "/info" else ""
    if question == "userAbstraction":
        return Reply('"unifiedAccount"')
    if question == "spotClearinghouseState":
        return {"balances": [_balance(account, number) for number in range(len(account.in_wallet("spot")))]}
    response = respond_apart(account, request)
    if question == "clearinghouseState":
        # Without meaning here, and no part of the worth.
        response["marginSummary"] = {**response["marginSummary"], "accountValue": "25.9264"}
    return response


def _balance(account: Account, number: int) -> dict[str, Any]:
    holding = account.in_wallet("spot")[number]
    profit = profit_in(account, holding.asset, LINEAR) if holding.asset == "USDC" else ZERO
    return {
        "coin": holding.asset,
        "token": number,
        "hold": plain(holding.locked),
        "total": plain(holding.amount + profit),
        "entryNtl": "0.0",
    }


RENDERER = Renderer("hyperliquid", MARKETS, ABILITIES, respond, name="hyperliquidunified", listed=listed)
