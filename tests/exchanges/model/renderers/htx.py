"""HTX: spot and margin accounts, the account of linear perpetuals (v5) and those of coin-margined perpetuals.

Field meanings come from www.htx.com/en-in/opend/newApiPages: Spot (Get all Accounts of the Current User, Get Account
Balance of a Specific Account, Get the Balance of the Margin Loan Account, Get Latest Tickers for All Pairs), USDT-M
futures v5 (account balance, positions), Coin-margined swap (Query User's Account Information, Query User's Position
Information, batch of market overviews). Orders: _htx_orders.py and _htx_swap_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, LIMIT_ONLY, TRIGGERS, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Direction, Holding, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, number, plain
from tests.exchanges.model.renderers._htx_orders import algo_orders, linear_orders, spot_algo_orders, spot_orders
from tests.exchanges.model.renderers._htx_swap_orders import swap_orders, tpsl_orders, track_orders, trigger_orders
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDT", "btcusdt", margin=True),
    spot("ETH/USDT", "ethusdt", margin=True),
    swap("BTC/USDT:USDT", "BTC-USDT", size="0.001"),
    swap("ETH/USDT:USDT", "ETH-USDT", size="0.01"),
    swap("BTC/USD:BTC", "BTC-USD", size="100"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
PAIR = ("ETH", "USDT")  # of the isolated margin account
ACCOUNTS = {"spot": 71, "margin": 72, "super-margin": 73}
AT_MARKET = frozenset({Kind.STOP, Kind.TAKE_PROFIT})
ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("margin", assets=PAIR, locks=True, borrows=True),
        Wallet("super-margin", locks=True, borrows=True),
        Wallet("linear", assets=("USDT",)),
        Wallet("inverse", assets=("BTC",), locks=True),
    ),
    books={
        MarketKind.SPOT: Book(ALL_KINDS, always_spends=True, activation=True, always_waits=True),
        LINEAR: Book(
            LIMIT_ONLY | TRIGGERS | {Kind.TRAILING_STOP},
            "linear",
            hedge=True,
            isolated=False,
            closing_kinds=TRIGGERS,
            activation=True,
            always_waits=True,
            oco=(Kind.TAKE_PROFIT, Kind.STOP),
            attaches=True,
        ),
        INVERSE: Book(
            ALL_KINDS,
            "inverse",
            hedge=True,
            isolated=False,
            by_session=True,
            closing_kinds=AT_MARKET,
            activation=True,
            oco=(Kind.TAKE_PROFIT, Kind.STOP),
            listed_by_symbol=True,
        ),
    },
)
CANNOT_STATE = {
    "position.margin_mode:inverse": "a position has no such field",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Coin-margined swaps are asked by POST."""
    method, answer = PATHS.get(request.path, ("", None))
    if request.path.startswith("/v1/account/accounts/"):
        method, answer = "GET", _balance
    return None if answer is None or request.method != method else answer(account, request)


def _data(data: Any) -> dict[str, Any]:
    return {"status": "ok", "data": data, "ts": CREATED_AT}


def _coded(data: Any) -> dict[str, Any]:
    return {"code": 200, "message": "Success", "data": data, "ts": CREATED_AT}


def _accounts(_: Account, __: Request) -> Any:
    """An isolated margin account has its pair as subtype."""
    rows = [{"id": number, "type": kind, "subtype": "", "state": "working"} for kind, number in ACCOUNTS.items()]
    rows[1]["subtype"] = "".join(PAIR).lower()
    return _data(rows)


def _balance(account: Account, request: Request) -> Any:
    identity = int(request.path.split("/")[4])
    kind = next(kind for kind, number in ACCOUNTS.items() if number == identity)
    rows = [row for holding in account.in_wallet(kind) for row in _balance_rows(holding)]
    return _data({"id": identity, "type": kind, "state": "working", "list": rows})


def _balance_rows(holding: Holding) -> list[dict[str, Any]]:
    """One row a part: tradable and frozen amounts, and on margin the debt, below zero."""
    parts = {"trade": holding.free, "frozen": holding.locked}
    if holding.wallet != "spot":
        parts |= {"loan": -holding.borrowed, "interest": -holding.interest}
    coin = holding.asset.lower()
    return [
        {"currency": coin, "type": part, "balance": plain(amount), "seq-num": "1"} for part, amount in parts.items()
    ]


def _isolated(account: Account, _: Request) -> Any:
    rows = [row for holding in account.in_wallet("margin") for row in _balance_rows(holding)]
    common = {"id": ACCOUNTS["margin"], "type": "margin", "state": "working", "symbol": "".join(PAIR).lower()}
    return _data([common | {"fl-price": "0", "fl-type": "safe", "risk-rate": "10", "list": rows}])


def _crossed(account: Account, _: Request) -> Any:
    rows = [row for holding in account.in_wallet("super-margin") for row in _balance_rows(holding)]
    common = {"id": ACCOUNTS["super-margin"], "type": "cross-margin", "state": "working", "risk-rate": "10"}
    return _data(common | {"acct-balance-sum": "0", "debt-balance-sum": "0", "list": rows})


def _linear_balance(account: Account, _: Request) -> Any:
    """Equity holds open profit."""
    rows = [_linear_row(account, holding) for holding in account.in_wallet("linear")]
    profit, margin = profit_in(account, "USDT", LINEAR), margin_in(account, "USDT", LINEAR)
    equity = sum((holding.amount for holding in account.in_wallet("linear")), ZERO) + profit
    totals = {
        "initial_margin": plain(margin),
        "profit_unreal": plain(profit),
        "available_margin": plain(equity - margin),
    }
    times = {"created_time": CREATED_AT, "updated_time": CREATED_AT}
    return _coded(
        {"state": "normal", "equity": plain(equity), "voucher_value": "0", **totals, **times, "details": rows}
    )


def _linear_row(account: Account, holding: Holding) -> dict[str, Any]:
    profit, margin = profit_in(account, holding.asset, LINEAR), margin_in(account, holding.asset, LINEAR)
    equity = plain(holding.amount + profit)
    zero = ("maintenance_margin_rate", "initial_margin_rate", "voucher", "voucher_value", "isolated_equity")
    return dict.fromkeys((*zero, "isolated_profit_unreal"), "0") | {
        "currency": holding.asset,
        "equity": equity,
        "available": plain(holding.amount + profit - margin),
        "profit_unreal": plain(profit),
        "initial_margin": plain(margin),
        "maintenance_margin": plain(margin / 2),
        "available_margin": plain(holding.amount + profit - margin),
        "withdraw_available": "0",
        "created_time": CREATED_AT,
        "updated_time": CREATED_AT,
    }


def _linear_positions(account: Account, _: Request) -> Any:
    return _coded([_linear_position(account, position) for position in account.positions_in(LINEAR)])


def _linear_position(account: Account, position: Position) -> dict[str, Any]:
    """`volume` counts contracts. In one-way mode `position_side` is "both" and `direction` tells the side."""
    return {
        "contract_code": position.market.exchange_symbol,
        "position_side": position.direction.value if position.in_hedge_mode else "both",
        "direction": position.direction.opens_by.value,
        "margin_mode": "isolated" if position.is_isolated else "cross",
        "open_avg_price": plain(position.entry),
        "volume": plain(position.market.contracts(position.size)),
        "available": plain(position.market.contracts(position.size)),
        "lever_rate": position.leverage,
        "adl_risk_percent": 3,
        "liquidation_price": plain(position.liquidation) if position.liquidation else "-110163.844",  # never reached
        "margin": plain(position.margin),
        "initial_margin": plain(position.margin),
        "maintenance_margin": plain(position.margin / 2),
        "profit_unreal": plain(position.profit),
        "profit_rate": "0",
        "margin_rate": "0.1",
        "mark_price": plain(position.mark),
        "last_price": plain(account.last(position.market)),
        "margin_currency": position.market.settle,
        "contract_type": "swap",
        "created_time": str(CREATED_AT),
        "updated_time": str(CREATED_AT),
    }


def _inverse_accounts(account: Account, _: Request) -> Any:
    return _data([_inverse_account(account, holding) for holding in account.in_wallet("inverse")])


def _inverse_account(account: Account, holding: Holding) -> dict[str, Any]:
    """`margin_balance` is margin_static and open profit since the last settlement."""
    profit, margin = profit_in(account, holding.asset, INVERSE), margin_in(account, holding.asset, INVERSE)
    return {
        "symbol": holding.asset,
        "contract_code": f"{holding.asset}-USD",
        "margin_balance": number(holding.amount + profit),
        "margin_static": number(holding.amount),
        "margin_position": number(margin),
        "margin_frozen": number(holding.locked),
        "margin_available": number(holding.free + profit - margin),
        "profit_real": 0,
        "profit_unreal": number(profit),
        "risk_rate": 10,
        "withdraw_available": number(max(holding.free - margin, ZERO)),
        "liquidation_price": None,
        "lever_rate": 5,
        "adjust_factor": 0.04,
        "transfer_profit_ratio": 1,
    }


def _inverse_positions(account: Account, _: Request) -> Any:
    return _data([_inverse_position(position) for position in account.positions_in(INVERSE)])


def _inverse_position(position: Position) -> dict[str, Any]:
    """`cost_hold` and `profit_unreal` begin with the last settlement, `cost_open` and `profit` with the opening. The
    documented example values profits and margin at `last_price`, so that is the mark."""
    contracts = number(position.market.contracts(position.size))
    return {
        "symbol": position.market.base,
        "contract_code": position.market.exchange_symbol,
        **dict.fromkeys(("volume", "available"), contracts),
        "frozen": 0,
        "cost_open": number(position.entry),
        "cost_hold": number(position.settled or position.entry),
        "profit_unreal": number(position.unpaid_profit),
        "profit_rate": 0,
        "profit": number(position.profit),
        "lever_rate": position.leverage,
        "position_margin": number(position.margin),
        "direction": "buy" if position.direction is Direction.LONG else "sell",
        "last_price": number(position.mark),
        "adl_risk_percent": "3",
        "liq_px": plain(position.liquidation) if position.liquidation else "",
        "position_mode": "dual_side" if position.in_hedge_mode else "single_side",
    }


def _spot_tickers(account: Account, _: Request) -> Any:
    return _data([_ticker(account, row) | {"symbol": row["id"]} for row in MARKETS if row["spot"]])


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    last = number(account.prices[row["base"]].last)
    prices = dict.fromkeys(("open", "high", "low", "close", "bid", "ask"), last)
    return prices | {"amount": 10, "count": 10, "vol": 10, "bidSize": 1, "askSize": 1}


def _contract_tickers(kind: MarketKind) -> Callable[[Account, Request], Any]:
    def answer(account: Account, _: Request) -> Any:
        rows = [row for row in MARKETS if row["swap"] and row["inverse"] is (kind is INVERSE)]
        return {"status": "ok", "ts": CREATED_AT, "ticks": [_contract_ticker(account, row) for row in rows]}

    return answer


def _contract_ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    last = account.prices[row["base"]].last
    return dict.fromkeys(("open", "high", "low", "close"), plain(last)) | {
        "id": CREATED_AT // 1000,
        "ts": CREATED_AT,
        "contract_code": row["id"],
        "business_type": "swap",
        "ask": [number(last), 10],
        "bid": [number(last), 10],
        "amount": "10",
        "count": 10,
        "vol": "10",
        "number_of": "10",
        "trade_turnover": "10",
    }


PATHS: dict[str, tuple[str, Callable[[Account, Request], Any]]] = {
    "/v1/account/accounts": ("GET", _accounts),
    "/v1/margin/accounts/balance": ("GET", _isolated),
    "/v1/cross-margin/accounts/balance": ("GET", _crossed),
    "/v5/account/balance": ("GET", _linear_balance),
    "/v5/trade/position/opens": ("GET", _linear_positions),
    "/swap-api/v1/swap_account_info": ("POST", _inverse_accounts),
    "/swap-api/v1/swap_position_info": ("POST", _inverse_positions),
    "/v1/order/openOrders": ("GET", spot_orders),
    "/v2/algo-orders/opening": ("GET", spot_algo_orders),
    "/v5/trade/order/opens": ("GET", linear_orders),
    "/v5/algo/order/opens": ("GET", algo_orders),
    "/swap-api/v1/swap_openorders": ("POST", swap_orders),
    "/swap-api/v1/swap_trigger_openorders": ("POST", trigger_orders),
    "/swap-api/v1/swap_tpsl_openorders": ("POST", tpsl_orders),
    "/swap-api/v1/swap_track_openorders": ("POST", track_orders),
    "/market/tickers": ("GET", _spot_tickers),
    "/linear-swap-ex/market/detail/batch_merged": ("GET", _contract_tickers(LINEAR)),
    "/swap-ex/market/detail/batch_merged": ("GET", _contract_tickers(INVERSE)),
}

RENDERER = Renderer("htx", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE, refreshes=2)
