"""Ended lists that are read from their newest row on: ccxt asks them for no stretch of time, or drops what was placed
before it. What is older than a list goes back is asked for by its id, where that can be.
"""

from collections.abc import Mapping
from typing import Any

from domain.sources import SourceKind
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import INVERSE, LINEAR, ORDERS, TRIGGERS, Paging

# Else ccxt would ask for the unified account of an account that is none.
_KUCOIN = {"uta": False}
# MEXC's plan orders stand in a list that ccxt reaches by the name of its own method.
_MEXC_PLANS = "contractPrivateGetPlanorderListOrders"


def _newest(name: str, method: str, kind: SourceKind | None = None, *parts: str, **more: Any) -> EndedCall:
    return EndedCall(name, method, kinds=() if kind is None else (kind,), parts=parts, is_timed=False, **more)


def _kucoin_swap() -> tuple[EndedCall, ...]:
    """A stop of futures keeps its id when it triggers, and stands in the same list."""
    params = {**_KUCOIN, "type": "swap", "pageSize": 1000}
    return (_newest("swap", "fetch_closed_orders", None, "swap", params=params, rows=1000),)


def _deribit(code: str) -> EndedCall:
    """What never filled is told only where it is asked for."""
    params = {"code": code, "include_unfilled": True, "include_old": True}
    return _newest(code.lower(), "fetch_closed_orders", ORDERS, code.lower(), params=params)


def _xt(part: str, params: Mapping[str, Any]) -> tuple[EndedCall, ...]:
    """Of take profits and stops each state is a list; of all others one list tells every state."""
    tpsl = {**params, "stopLossTakeProfit": True}
    return (
        _newest(part, "fetch_orders", ORDERS, part, params=params),
        _newest(f"{part}-plan", "fetch_orders", TRIGGERS, part, params={**params, "trigger": True}),
        _newest(f"{part}-tpsl-triggered", "fetch_closed_orders", TRIGGERS, f"{part}-tpsl", params=tpsl),
        _newest(f"{part}-tpsl-revoked", "fetch_canceled_orders", TRIGGERS, f"{part}-tpsl", params=tpsl),
        _newest(f"{part}-trailing", "fetch_orders", TRIGGERS, f"{part}-trailing", params={**params, "trailing": True}),
    )


NEWEST_FIRST: Mapping[str, tuple[EndedCall, ...]] = {
    "kucoin": (
        # The fast engine heeds a size of its own name. Stop orders that are over stand in no list.
        _newest(
            "spot",
            "fetch_closed_orders",
            ORDERS,
            "spot",
            params={**_KUCOIN, "hf": True, "limit": 100},
            market="spot",
            each_symbol=True,
        ),
        *_kucoin_swap(),
    ),
    "kucoinfutures": _kucoin_swap(),
    "kraken": (_newest("closed", "fetch_closed_orders", rows=50),),
    # The history tells events, of which ccxt takes an order's being placed for its being cancelled: that is not asked.
    "krakenfutures": (
        _newest("filled", "fetch_closed_orders", rows=500),
        _newest("triggered", "fetch_closed_orders", params={"trigger": True}, rows=500),
        _newest("triggers-cancelled", "fetch_canceled_orders", params={"trigger": True}, rows=500),
    ),
    "coinbase": (_newest("all", "fetch_orders"),),
    "mexc": (
        _newest("spot", "fetch_orders", ORDERS, "spot", market="spot", each_symbol=True, rows=1000),
        _newest("swap", "fetch_orders", ORDERS, "swap", params={"type": "swap"}),
        _newest(
            "swap-plan",
            "fetch_orders",
            TRIGGERS,
            "swap",
            params={"type": "swap", "method": _MEXC_PLANS, "states": "2,3,4,5"},
            paging=Paging(100, "page_num"),
        ),
    ),
    "bingx": (
        _newest("spot", "fetch_canceled_and_closed_orders", ORDERS, "spot", params={"type": "spot"}),
        _newest(
            "linear",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "linear",
            params={**LINEAR, "limit": 1000},
            rows=1000,
        ),
        _newest(
            "linear-twap",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "linear-twap",
            params={**LINEAR, "twap": True},
        ),
        _newest(
            "inverse",
            "fetch_canceled_and_closed_orders",
            ORDERS,
            "inverse",
            params={**INVERSE, "limit": 1000},
            rows=1000,
        ),
    ),
    "hyperliquid": (_newest("all", "fetch_orders", rows=2000),),
    "deribit": tuple(_deribit(code) for code in ("BTC", "ETH", "USDC", "USDT", "EURR")),
    # The list of completed orders holds cancelled and rejected ones too.
    "woo": (
        _newest("book", "fetch_closed_orders", ORDERS, rows=500),
        _newest("algo", "fetch_closed_orders", TRIGGERS, params={"trigger": True}, rows=500),
    ),
    "xt": (
        _newest("spot", "fetch_orders", ORDERS, "spot", params={"type": "spot"}),
        *_xt("linear", LINEAR),
        *_xt("inverse", INVERSE),
    ),
    # Single orders cannot be asked for there, so the lists are read on.
    "blofin": (
        _newest("book", "fetch_closed_orders", ORDERS, paging=Paging(100, "after", "orderId")),
        _newest(
            "tpsl",
            "fetch_closed_orders",
            TRIGGERS,
            "tpsl",
            params={"tpsl": True},
            paging=Paging(100, "after", "tpslId"),
        ),
    ),
    "backpack": (_newest("all", "fetch_orders", rows=1000),),
    "phemex": tuple(
        _newest(part, "fetch_orders", ORDERS, part, market=part, each_symbol=True, rows=200)
        for part in ("spot", "linear", "inverse")
    ),
    # Kept by when an order was last changed, and ccxt takes that for its time.
    "bitfinex": (EndedCall("all", "fetch_closed_orders", rows=500),),
    "bitstamp": (),
    # Executed and cancelled orders of all markets; what ccxt calls all orders is this list and the open one.
    "whitebit": (_newest("all", "fetch_closed_orders", paging=Paging(100, "offset", step=100)),),
}

# Of these no call of ccxt 4.5.90's says how they ended, neither a list nor of one order: only what they executed does.
TOLD_BY_FILLS_ALONE: Mapping[str, frozenset[str]] = {"blofin": frozenset({"triggers:algo"})}
