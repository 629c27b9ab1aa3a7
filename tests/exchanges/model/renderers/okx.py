"""OKX: trading and funding account, savings, spot, linear and inverse perpetuals, algo orders.

Field meanings come from www.okx.com/docs-v5/en: Trading Account (Get balance, Get positions, Get account
configuration), Order Book Trading (Get order list, Algo trading: Get algo order list, Place algo order), Funding
Account (Get balance), Financial Product (Get saving balance), Market Data (Get tickers), Public Data (Get mark price).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, Abilities, Book, Wallet
from tests.exchanges.model.account import ZERO, Account, Holding, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import dollar_price, equity_in, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._okx_orders import AT, algo_pending, pending
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDT", "BTC-USDT"),
    spot("ETH/USDT", "ETH-USDT"),
    swap("BTC/USDT:USDT", "BTC-USDT-SWAP", size="0.01"),
    swap("ETH/USDT:USDT", "ETH-USDT-SWAP", size="0.1"),
    swap("BTC/USD:BTC", "BTC-USD-SWAP", size="100"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
_CONTRACTS = Book(
    ALL_KINDS,
    "trading",
    hedge=True,
    distance=True,
    activation=True,
    attaches=True,
    closes_position=True,
    isolated=False,  # isolated margin leaves the cash balance: drawn by nobody yet
)
ABILITIES = Abilities(
    wallets=(Wallet("trading", locks=True, borrows=True), Wallet("funding", locks=True), Wallet("savings")),
    books={
        MarketKind.SPOT: Book(
            ALL_KINDS, distance=True, activation=True, spends=True, oco=(Kind.TAKE_PROFIT, Kind.STOP), attaches=True
        ),
        LINEAR: _CONTRACTS,
        INVERSE: _CONTRACTS,
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else {"code": "0", "msg": "", "data": answer(account, request)}


def _balance(account: Account, _: Request) -> Any:
    return [
        {
            "uTime": AT,
            "totalEq": plain(equity_in(account, "trading", LINEAR, INVERSE)),
            "isoEq": "0",
            "adjEq": "",
            "imr": "",
            "mmr": "",
            "details": [_balance_row(account, holding) for holding in account.in_wallet("trading")],
        }
    ]


def _balance_row(account: Account, holding: Holding) -> dict[str, Any]:
    """`eq` is cashBal + upl − liab, where liab holds borrowed coins and interest."""
    profit = profit_in(account, holding.asset, LINEAR, INVERSE)
    margin = margin_in(account, holding.asset, LINEAR, INVERSE)
    equity = holding.net + profit
    available = max(equity - holding.locked - margin, ZERO)
    return {
        "ccy": holding.asset,
        "cashBal": plain(holding.amount),
        "eq": plain(equity),
        "eqUsd": plain(equity * dollar_price(account, holding.asset)),
        "upl": plain(profit),
        "liab": plain(holding.debt) if holding.debt else "",
        "crossLiab": plain(holding.debt) if holding.debt else "",
        "isoLiab": "",
        "interest": plain(holding.interest) if holding.debt else "",
        "availBal": plain(available),
        "availEq": plain(available),
        "frozenBal": plain(holding.locked + margin),
        "ordFrozen": plain(holding.locked),
        "stgyEq": "0",
        "isoEq": "0",
        "isoUpl": "0",
        "uplLiab": "",
        "imr": plain(margin),
        "mmr": "",
        "uTime": AT,
    }


def _funding_balance(account: Account, _: Request) -> Any:
    return [
        {"ccy": h.asset, "bal": plain(h.amount), "availBal": plain(h.free), "frozenBal": plain(h.locked)}
        for h in account.in_wallet("funding")
    ]


def _savings(account: Account, _: Request) -> Any:
    """`amt` is the saved amount."""
    return [
        {
            "ccy": h.asset,
            "amt": plain(h.amount),
            "loanAmt": plain(h.amount),
            "pendingAmt": "0",
            "redemptAmt": "0",
            "earnings": "0.01",
            "rate": "0.01",
        }
        for h in account.in_wallet("savings")
    ]


def _positions(account: Account, _: Request) -> Any:
    return [_position(n, position) for n, position in enumerate(account.positions)]


def _position(number: int, position: Position) -> dict[str, Any]:
    """`pos` counts contracts: signed in net mode, positive in long/short mode. `upl` is in the settlement currency."""
    contracts = position.market.contracts(position.size)
    signed = contracts if position.in_hedge_mode else contracts * position.direction.sign
    return {
        "instType": "SWAP",
        "instId": position.market.exchange_symbol,
        "mgnMode": "isolated" if position.is_isolated else "cross",
        "posId": str(5001 + number),
        "posSide": position.direction.value if position.in_hedge_mode else "net",
        "pos": plain(signed),
        "posCcy": "",
        "availPos": plain(contracts) if position.in_hedge_mode else "",
        "avgPx": plain(position.entry),
        "markPx": plain(position.mark),
        "upl": plain(position.profit),
        "uplRatio": plain((position.profit / position.margin).quantize(Decimal("0.00000001"))),
        "lever": str(position.leverage),
        "liqPx": plain(position.liquidation) if position.liquidation else "",
        "imr": plain(position.margin),
        "margin": "",
        "mmr": "0",
        "mgnRatio": "",
        "liab": "",
        "liabCcy": "",
        "interest": "",
        "ccy": position.market.settle,
        "notionalUsd": plain(position.quote_value),
        "last": plain(position.mark),
        "realizedPnl": "0",
        "closeOrderAlgo": [],
        "cTime": AT,
        "uTime": AT,
    }


def _tickers(account: Account, request: Request) -> Any:
    kind = first(request, "instType")
    rows = [row for row in MARKETS if kind == ("SPOT" if row["spot"] else "SWAP")]
    return [
        {"instType": kind, "instId": row["id"], "ts": AT, "open24h": "", "vol24h": "10", "volCcy24h": "10"}
        | dict.fromkeys(("last", "askPx", "bidPx"), plain(account.prices[row["base"]].last))
        for row in rows
    ]


def _mark_prices(account: Account, request: Request) -> Any:
    kind = first(request, "instType")
    rows = [row for row in MARKETS if kind == "SWAP" and row["swap"]]
    return [
        {"instType": kind, "instId": row["id"], "markPx": plain(account.prices[row["base"]].mark), "ts": AT}
        for row in rows
    ]


def _config(account: Account, _: Request) -> Any:
    return [
        {
            "acctLv": "3",
            "posMode": "long_short_mode" if account.hedge_mode else "net_mode",
            "uid": "1",
            "perm": "read_only",
        }
    ]


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v5/account/balance": _balance,
    "/api/v5/asset/balances": _funding_balance,
    "/api/v5/finance/savings/balance": _savings,
    "/api/v5/finance/staking-defi/orders-active": lambda *_: [],
    "/api/v5/account/positions": _positions,
    "/api/v5/account/config": _config,
    "/api/v5/trade/orders-pending": pending,
    "/api/v5/trade/orders-algo-pending": algo_pending,
    "/api/v5/market/tickers": _tickers,
    "/api/v5/public/mark-price": _mark_prices,
}

RENDERER = Renderer(exchange="okx", markets=MARKETS, abilities=ABILITIES, respond=respond)
