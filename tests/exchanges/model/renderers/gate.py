"""Gate: spot and isolated margin accounts, and perpetuals settled in USDT and BTC.

Field meanings come from www.gate.com/docs/developers/apiv4 and the models of github.com/gateio/gateapi-python: Account
(AccountDetail), Spot (SpotAccount, Ticker), Margin (MarginAccount), Futures (FuturesAccount, Position, FuturesTicker),
Options (OptionsAccount), EarnUni (UniLend). Orders: _gate_orders.py.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._gate_orders import (
    futures_orders,
    price_orders,
    spot_orders,
    spot_price_orders,
    trail_orders,
)
from tests.exchanges.payload_server import Reply, Request

MARKETS = [
    spot("BTC/USDT", "BTC_USDT", margin=True),
    spot("ETH/USDT", "ETH_USDT", margin=True),
    swap("BTC/USDT:USDT", "BTC_USDT", size="0.0001"),
    swap("ETH/USDT:USDT", "ETH_USDT", size="0.01"),
    swap("BTC/USD:BTC", "BTC_USD"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
KINDS = {"usdt": LINEAR, "btc": INVERSE}  # by settlement
MARGIN_PAIR = ("ETH", "USDT")


def _contracts(wallet: str) -> Book:
    return Book(ALL_KINDS, wallet, hedge=True, distance=True, activation=True, closes_position=True)


ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("margin", assets=MARGIN_PAIR, locks=True, borrows=True),
        Wallet("usdt", assets=("USDT",), locks=True),
        Wallet("btc", assets=("BTC",), locks=True),
        Wallet("options", assets=("USDT",), locks=True),
        Wallet("lending"),
    ),
    books={
        MarketKind.SPOT: Book(PLAIN, always_spends=True),
        MarketKind.MARGIN: Book(PLAIN, always_spends=True, symbols=("/".join(MARGIN_PAIR),)),
        LINEAR: _contracts("usdt"),
        INVERSE: _contracts("btc"),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Paths of futures name the settlement."""
    if request.method != "GET":
        return None
    path = request.path.removeprefix("/api/v4")
    if path in PATHS:
        return PATHS[path](account, request)
    _, _, rest = path.partition("/futures/")
    settle, _, name = rest.partition("/")
    answer, kind = FUTURES_PATHS.get(name), KINDS.get(settle)
    return None if answer is None or kind is None else answer(account, request, kind)


def _detail(_: Account, __: Request) -> Any:
    """Mode 1 is the classic account."""
    return {"user_id": 5, "ip_whitelist": [], "currency_pairs": [], "key": {"mode": 1}, "tier": 0}


def _spot_accounts(account: Account, _: Request) -> Any:
    return [_spot_account(holding) for holding in account.in_wallet("spot")]


def _spot_account(holding: Holding) -> dict[str, Any]:
    return {
        "currency": holding.asset,
        "available": plain(holding.free),
        "locked": plain(holding.locked),
        "update_id": 1,
    }


def _margin_accounts(account: Account, _: Request) -> Any:
    """One row a pair. `available` includes borrowed amounts."""
    held = {holding.asset: holding for holding in account.in_wallet("margin")}
    base, quote = (_margin_side(held.get(asset, Holding("margin", asset, ZERO))) for asset in MARGIN_PAIR)
    row = {"currency_pair": "_".join(MARGIN_PAIR), "account_type": "mmr", "leverage": "5", "locked": False}
    return [row | {"risk": "9999", "mmr": "9999", "base": base, "quote": quote}] if held else []


def _margin_side(holding: Holding) -> dict[str, Any]:
    return {
        "currency": holding.asset,
        "available": plain(holding.free),
        "locked": plain(holding.locked),
        "borrowed": plain(holding.borrowed),
        "interest": plain(holding.interest),
    }


def _futures_account(account: Account, _: Request, kind: MarketKind) -> Any:
    """`total` is the balance without open profit: available + position_margin + order_margin."""
    settle = "USDT" if kind is LINEAR else "BTC"
    wallet = settle.lower()
    holding = next(iter(account.in_wallet(wallet)), Holding(wallet, settle, ZERO))
    margin = margin_in(account, settle, kind)
    return {
        "user": 5,
        "currency": settle,
        "total": plain(holding.amount),
        "unrealised_pnl": plain(profit_in(account, settle, kind)),
        "position_margin": plain(margin),
        "order_margin": plain(holding.locked),
        "available": plain(holding.free - margin),
        "point": "0",
        "bonus": "0",
        "in_dual_mode": account.hedge_mode,
        "enable_credit": False,
        "enable_evolved_classic": False,
        "position_initial_margin": "0",
        "maintenance_margin": "0",
        "margin_mode": 0,
        "history": dict.fromkeys(("dnw", "pnl", "fee", "refr", "fund"), "0"),
    }


def _no_delivery(_: Account, __: Request) -> Any:
    """An account of dated futures that was never used."""
    return Reply('{"label": "USER_NOT_FOUND", "message": "please transfer funds first to create an account"}', 400)


def _options(account: Account, _: Request) -> Any:
    """Nothing but dollars: there are no options in the model."""
    holding = next(iter(account.in_wallet("options")), Holding("options", "USDT", ZERO))
    unused = ("position_value", "unrealised_pnl", "init_margin", "maint_margin", "ask_order_margin", "point")
    return dict.fromkeys(unused, "0") | {
        "user": 5,
        "currency": "USDT",
        "short_enabled": True,
        "total": plain(holding.amount),
        "equity": plain(holding.amount),
        "order_margin": plain(holding.locked),
        "bid_order_margin": plain(holding.locked),
        "available": plain(holding.free),
    }


def _lends(account: Account, request: Request) -> Any:
    """Simple Earn: `amount` is lent out or waits for a borrower."""
    rows = [
        {
            "currency": holding.asset,
            "current_amount": plain(holding.amount),
            "amount": plain(holding.amount),
            "lent_amount": plain(holding.amount),
            "frozen_amount": "0",
            "min_rate": "0",
            "interest_status": "interest_dividend",
            "reinvest_left_amount": "0",
            "create_time": CREATED_AT,
            "update_time": CREATED_AT,
        }
        for holding in account.in_wallet("lending")
    ]
    return rows if first(request, "page", "1") == "1" else []


def _positions(account: Account, _: Request, kind: MarketKind) -> Any:
    """Every contract that was ever traded has a row, in dual mode one for each side. Most have size 0."""
    held = {(p.market.exchange_symbol, _mode(account, p)): _position(p) for p in account.positions_in(kind)}
    modes = ("dual_long", "dual_short") if account.hedge_mode else ("single",)
    symbols = [row["id"] for row in MARKETS if row["swap"] and row["inverse"] is (kind is INVERSE)]
    return [
        _common(symbol, mode) | _empty() | held.get((symbol, mode), {}) for symbol in symbols for mode in modes
    ]  # fmt: skip


def _mode(account: Account, position: Position) -> str:
    return f"dual_{position.direction}" if account.hedge_mode else "single"


def _common(symbol: str, mode: str) -> dict[str, Any]:
    profits = ("pnl_pnl", "pnl_fund", "pnl_fee", "history_pnl", "last_close_pnl", "realised_point", "history_point")
    return dict.fromkeys(profits, "0") | {
        "user": 5,
        "contract": symbol,
        "mode": mode,
        "risk_limit": "1000000",
        "leverage_max": "100",
        "maintenance_rate": "0.005",
        "realised_pnl": "0",
        "adl_ranking": 5,
        "pending_orders": 0,
        "close_order": None,
        "update_time": CREATED_AT // 1000,
        "update_id": 1,
        "open_time": CREATED_AT // 1000,
    }


def _empty() -> dict[str, Any]:
    amounts = ("value", "margin", "initial_margin", "maintenance_margin", "unrealised_pnl", "entry_price", "liq_price")
    return dict.fromkeys(amounts, "0") | {"size": 0, "leverage": "10", "cross_leverage_limit": "0", "mark_price": "0"}


def _position(position: Position) -> dict[str, Any]:
    """`size` counts contracts and is negative for a short position. `leverage` is 0 in cross margin."""
    leverage = str(position.leverage)
    return {
        "size": int(position.market.contracts(position.size)) * position.direction.sign,
        "leverage": leverage if position.is_isolated else "0",
        "cross_leverage_limit": "0" if position.is_isolated else leverage,
        "value": plain(position.settled_value),
        "margin": plain(position.margin),
        "initial_margin": plain(position.margin),
        "maintenance_margin": plain(position.margin / 2),
        "entry_price": plain(position.entry),
        "liq_price": plain(position.liquidation or ZERO),
        "mark_price": plain(position.mark),
        "unrealised_pnl": plain(position.profit),
    }


def _spot_tickers(account: Account, _: Request) -> Any:
    rows = [row for row in MARKETS if row["spot"]]
    return [_ticker(account, row, ("last", "lowest_ask", "highest_bid", "high_24h", "low_24h")) for row in rows]


def _ticker(account: Account, row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    volumes = dict.fromkeys(("base_volume", "quote_volume"), "10")
    last = plain(account.prices[row["base"]].last)
    return {"currency_pair": row["id"], "change_percentage": "0", **volumes} | dict.fromkeys(names, last)


def _futures_tickers(account: Account, _: Request, kind: MarketKind) -> Any:
    rows = [row for row in MARKETS if row["swap"] and row["inverse"] is (kind is INVERSE)]
    names = ("last", "low_24h", "high_24h", "index_price", "lowest_ask", "highest_bid")
    volumes = ("volume_24h", "volume_24h_base", "volume_24h_quote", "volume_24h_settle", "total_size")
    return [
        {"contract": row["id"], "change_percentage": "0", "funding_rate": "0", "quanto_base_rate": ""}
        | dict.fromkeys(volumes, "10")
        | dict.fromkeys(names, plain(account.prices[row["base"]].last))
        | {"mark_price": plain(account.prices[row["base"]].mark)}
        for row in rows
    ]


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/account/detail": _detail,
    "/spot/accounts": _spot_accounts,
    "/margin/accounts": _margin_accounts,
    "/spot/open_orders": spot_orders,
    "/spot/price_orders": spot_price_orders,
    "/spot/tickers": _spot_tickers,
    "/options/accounts": _options,
    "/earn/uni/lends": _lends,
    "/delivery/usdt/accounts": _no_delivery,
    "/delivery/usdt/positions": lambda *_: [],
    "/delivery/usdt/orders": lambda *_: [],
    "/delivery/usdt/price_orders": lambda *_: [],
}
FUTURES_PATHS: dict[str, Callable[[Account, Request, MarketKind], Any]] = {
    "accounts": _futures_account,
    "positions": _positions,
    "orders": futures_orders,
    "price_orders": price_orders,
    "autoorder/v1/trail/list": trail_orders,
    "tickers": _futures_tickers,
}

RENDERER = Renderer("gate", MARKETS, ABILITIES, respond)
