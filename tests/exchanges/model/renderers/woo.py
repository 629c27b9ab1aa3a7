"""WOO X: trading wallet with margin, vault, staking and earn products, spot and linear perpetuals.

Field meanings come from developer.woox.io: Assets (Get balances), Account (Get account information), Futures (Get
positions), Public Data (Futures info). The newer fields of a position (marginMode, leverage) are in its
published samples. Orders: _woo_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, MarketKind, Position
from tests.exchanges.model.arithmetic import equity_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._woo_orders import algo_orders, orders
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDT", "SPOT_BTC_USDT"),
    spot("ETH/USDT", "SPOT_ETH_USDT"),
    swap("BTC/USDT:USDT", "PERP_BTC_USDT"),
    swap("ETH/USDT:USDT", "PERP_ETH_USDT"),
]
LINEAR = MarketKind.LINEAR
SAVINGS = ("vault", "staked", "earn")  # wallets that are fields of the same row
ABILITIES = Abilities(
    wallets=(Wallet("trading", locks=True, goes_negative=True), *(Wallet(name) for name in SAVINGS)),
    books={
        MarketKind.SPOT: Book(ALL_KINDS, distance=True, activation=True),
        LINEAR: Book(
            ALL_KINDS,
            "trading",
            hedge=True,
            distance=True,
            activation=True,
            attaches=True,
            closes_position=True,
            isolated=False,  # no page tells whether the margin of an isolated position leaves the balance
        ),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else {"success": True, "data": answer(account, request), "timestamp": CREATED_AT}


def _balances(account: Account, request: Request) -> Any:
    assets = sorted({holding.asset for holding in account.holdings})
    rows = [_balance(account, asset) for asset in assets]
    return {"holding": [row for row in rows if first(request, "token") in ("", row["token"])]}


def _balance(account: Account, asset: str) -> dict[str, Any]:
    """`holding` is the trading wallet, below zero where coins are owed. Open profit is not in it."""
    amounts = {holding.wallet: holding.amount for holding in account.holdings if holding.asset == asset}
    trading = next((h for h in account.in_wallet("trading") if h.asset == asset), Holding("trading", asset, ZERO))
    return {
        "token": asset,
        "holding": plain(trading.amount),
        "frozen": plain(trading.locked),
        **{name: plain(amounts.get(name, ZERO)) for name in SAVINGS},
        "unbonding": "0",
        "interest": "0",
        "pendingShortQty": "0",
        "pendingLongQty": "0",
        "availableBalance": plain(max(trading.free, ZERO)),
        "averageOpenPrice": "0",
        "markPrice": plain(account.prices[asset].last if asset in account.prices else 1),
        "pnl24H": "0.0",
        "fee24H": "0.0",
        "timestamp": CREATED_AT,
    }


def _account_info(account: Account, _: Request) -> Any:
    trading = equity_in(account, "trading", LINEAR)
    values = {name: equity_in(account, name) for name in SAVINGS}
    return {
        "applicationId": "1",
        "account": "main",
        "alias": "main",
        "otpauth": True,
        "accountMode": "FUTURES",
        "positionMode": "HEDGE_MODE" if account.hedge_mode else "ONE_WAY",
        "leverage": 10,
        "marginRatio": "10",
        "openMarginRatio": "10",
        "initialMarginRatio": "10",
        "maintenanceMarginRatio": "0.05",
        "totalCollateral": plain(trading),
        "freeCollateral": plain(trading),
        "totalAccountValue": plain(trading + sum(values.values(), ZERO)),
        "totalTradingValue": plain(trading),
        "totalVaultValue": plain(values["vault"]),
        "totalStakingValue": plain(values["staked"]),
        "totalEarnValue": plain(values["earn"]),
        "totalLaunchpadValue": "0",
        "referrerID": "",
        "accountType": "Main",
    }


def _positions(account: Account, request: Request) -> Any:
    rows = [_position(position) for position in account.positions]
    return {"positions": [row for row in rows if first(request, "symbol") in ("", row["symbol"])]}


def _position(position: Position) -> dict[str, Any]:
    """`holding` is in coins and negative when short. Open profit follows from the entry and the mark price."""
    return {
        "symbol": position.market.exchange_symbol,
        "holding": plain(position.size * position.direction.sign),
        "positionSide": position.direction.value.upper() if position.in_hedge_mode else "BOTH",
        "pendingLongQty": "0",
        "pendingShortQty": "0",
        "settlePrice": plain(position.entry),
        "averageOpenPrice": plain(position.entry),
        "pnl24H": "0",
        "fee24H": "0",
        "markPrice": plain(position.mark),
        "estLiqPrice": plain(position.liquidation or ZERO),
        "adlQuantile": 1,
        "marginMode": "CROSS",
        "isolatedMarginToken": "",
        "isolatedMarginAmount": "0",
        "isolatedFrozenLong": "0",
        "isolatedFrozenShort": "0",
        "leverage": position.leverage,
        "timestamp": CREATED_AT,
    }


def _futures_info(account: Account, request: Request) -> Any:
    """The contracts, which price their coins: there are no tickers of spot books."""
    rows = [_future(account, row) for row in MARKETS if row["swap"]]
    return {"rows": [row for row in rows if first(request, "symbol") in ("", row["symbol"])]}


def _future(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    names = ("24hOpen", "24hClose", "24hHigh", "24hLow", "indexPrice")
    return {
        "symbol": row["id"],
        **dict.fromkeys(names, plain(price.last)),
        "markPrice": plain(price.mark),
        "estFundingRate": "0",
        "lastFundingRate": "0",
        "openInterest": "10",
        "24hVolume": "10",
        "24hAmount": "10",
        "nextFundingTime": CREATED_AT,
    }


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/v3/asset/balances": _balances,
    "/v3/account/info": _account_info,
    "/v3/futures/positions": _positions,
    "/v3/public/futures": _futures_info,
    "/v3/trade/orders": orders,
    "/v3/trade/algoOrders": algo_orders,
}

RENDERER = Renderer("woo", MARKETS, ABILITIES, respond)
