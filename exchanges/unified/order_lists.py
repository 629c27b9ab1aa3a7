"""Order lists: the calls that together make up the whole open-order list of each exchange.

Each call is a source of its own, so that one that fails is carried and shown by its name (Lesson 3).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.sources import SourceKind
from exchanges.connection.reading_paths import SPOKEN_BY
from exchanges.unified.features import told
from exchanges.venues._shared.order_call import CLASSIC, INVERSE, LINEAR, ORDERS, TRIGGERS, OrderCall, Paging


def _orders(part: str | None = None, /, **params: Any) -> OrderCall:
    return OrderCall(ORDERS, part, params)


def _triggers(part: str | None = None, /, **params: Any) -> OrderCall:
    return OrderCall(TRIGGERS, part, params | {"trigger": True})


def _bybit(part: str, **params: Any) -> tuple[OrderCall, OrderCall]:
    paging = Paging(50, "cursor", "nextPageCursor", first=True)
    plain = {"orderFilter": "Order"}
    return (
        OrderCall(ORDERS, part, params | plain, limit=50, paging=paging),
        OrderCall(TRIGGERS, part, params | {"trigger": True}, limit=50, paging=paging),
    )


def _okx_algo(part: str, order_type: str) -> OrderCall:
    paging = Paging(100, "after", "algoId")
    return OrderCall(TRIGGERS, part, {"trigger": True, "ordType": order_type}, limit=100, paging=paging)


def _bitget(part: str, product: str) -> tuple[OrderCall, ...]:
    base = CLASSIC | {"type": "swap", "productType": product}
    paging = Paging(100, "idLessThan", "orderId")
    return (
        OrderCall(ORDERS, part, base, limit=100, paging=paging),
        *(
            OrderCall(TRIGGERS, f"{part}-{name}", base | {"planType": plan} | extra, limit=100, paging=paging)
            for name, plan, extra in (
                ("plan", "normal_plan", {"trigger": True}),
                ("tpsl", "profit_loss", {"trigger": True}),
                ("trailing", "track_plan", {"trailing": True}),
            )
        ),
    )


def _bitget_spot(kind: SourceKind, part: str, **params: Any) -> OrderCall:
    paging = Paging(100, "idLessThan", "orderId")
    return OrderCall(kind, part, CLASSIC | {"type": "spot"} | params, limit=100, paging=paging)


def _bitget_unified(part: str, **params: Any) -> tuple[OrderCall, ...]:
    base, paging = {"uta": True, **params}, Paging(100, "cursor", "orderId")
    return (
        OrderCall(ORDERS, part, base, limit=100, paging=paging),
        OrderCall(TRIGGERS, part, base | {"trigger": True}, limit=100),
    )


def _gate(part: str, **params: Any) -> tuple[OrderCall, ...]:
    return (
        OrderCall(ORDERS, part, params, limit=100, paging=Paging(100, "last_id", "id")),
        OrderCall(TRIGGERS, part, params | {"trigger": True}, limit=100, paging=Paging(100, "offset", step=100)),
    )


def _kucoin_swap() -> tuple[OrderCall, ...]:
    base, paging = {"type": "swap", "uta": False, "pageSize": 100}, Paging(100, "currentPage")
    return (
        OrderCall(ORDERS, "swap", base, paging=paging),
        OrderCall(TRIGGERS, "swap", base | {"trigger": True}, paging=paging),
    )


def _htx(part: str, **params: Any) -> tuple[OrderCall, ...]:
    return (
        _orders(part, **params),
        _triggers(f"{part}-trigger", **params),
        OrderCall(TRIGGERS, f"{part}-tpsl", params | {"stopLossTakeProfit": True}),
        OrderCall(TRIGGERS, f"{part}-trailing", params | {"trailing": True}),
    )


def _htx_linear() -> tuple[OrderCall, ...]:
    """Of linear contracts a take profit, a stop and both in one order are three types, each asked for by its name."""
    return (
        *(replace(call, limit=50, paging=Paging(50, "from", "id")) for call in _htx("linear", **LINEAR)),
        OrderCall(TRIGGERS, "linear-tp", LINEAR | {"takeProfit": True}, limit=50, paging=Paging(50, "from", "id")),
        OrderCall(TRIGGERS, "linear-sl", LINEAR | {"stopLoss": True}, limit=50, paging=Paging(50, "from", "id")),
    )


def _xt(part: str, params: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    """Four lists; each tells ten rows where no size is said. ccxt drops the size of the last, so it is a parameter."""
    paging = Paging(100, "page")
    return (
        OrderCall(ORDERS, part, params, limit=100, paging=paging),
        OrderCall(TRIGGERS, part, {**params, "trigger": True}, limit=100, paging=paging),
        OrderCall(TRIGGERS, f"{part}-tpsl", {**params, "stopLossTakeProfit": True}, limit=100, paging=paging),
        OrderCall(TRIGGERS, f"{part}-trailing", {**params, "trailing": True, "size": 100}, paging=paging),
    )


_BINANCE_LINEAR = (_orders("linear", **LINEAR), _triggers("linear", **LINEAR))
_BINANCE_INVERSE = (_orders("inverse", **INVERSE), _triggers("inverse", **INVERSE))
_KUCOIN_SPOT = (
    # Every account trades in the fast engine by now, which tells its open orders for one symbol at a time.
    OrderCall(ORDERS, "spot", {"hf": True, "uta": False}, each_symbol=True, market="spot"),
    OrderCall(
        TRIGGERS,
        "spot",
        {"type": "spot", "hf": False, "uta": False, "trigger": True, "pageSize": 100},
        paging=Paging(100, "currentPage"),
    ),
)

ORDER_LISTS: Mapping[str, tuple[OrderCall, ...]] = {
    # Conditional orders of futures live behind an API of their own since December 2025; those of spot in the book's.
    "binance": (_orders("spot", type="spot"), _orders("margin", type="margin"), *_BINANCE_LINEAR, *_BINANCE_INVERSE),
    "binanceus": (_orders("spot", type="spot"),),
    "binanceusdm": _BINANCE_LINEAR,
    "binancecoinm": _BINANCE_INVERSE,
    "bybit": (
        *_bybit("spot", type="spot"),
        OrderCall(
            TRIGGERS,
            "spot-tpsl",
            {"type": "spot", "orderFilter": "tpslOrder"},
            limit=50,
            paging=Paging(50, "cursor", "nextPageCursor", first=True),
        ),
        *_bybit("linear-usdt", **LINEAR, settleCoin="USDT"),
        *_bybit("linear-usdc", **LINEAR, settleCoin="USDC"),
        # ccxt fills in USDT where no coin to settle in is said; an empty one asks for all inverse contracts.
        *_bybit("inverse", **INVERSE, settleCoin=""),
        OrderCall(ORDERS, "option", {"type": "option"}, limit=50, paging=Paging(50, "cursor", "nextPageCursor", True)),
    ),
    "okx": (
        OrderCall(ORDERS, None, limit=100, paging=Paging(100, "after", "ordId")),
        _okx_algo("conditional", "conditional,oco"),
        _okx_algo("trigger", "trigger"),
        _okx_algo("trailing", "move_order_stop"),
        _okx_algo("iceberg", "iceberg"),
        _okx_algo("twap", "twap"),
    ),
    "bitget": (
        _bitget_spot(ORDERS, "spot"),
        _bitget_spot(TRIGGERS, "spot", trigger=True),
        _bitget_spot(TRIGGERS, "spot-tpsl", tpslType="tpsl"),
        *_bitget("usdt", "USDT-FUTURES"),
        *_bitget("usdc", "USDC-FUTURES"),
        *_bitget("coin", "COIN-FUTURES"),
    ),
    "gate": (
        # The limit is one for each pair.
        OrderCall(ORDERS, "spot", {"type": "spot"}, limit=100, paging=Paging(100, "page")),
        OrderCall(
            TRIGGERS, "spot", {"type": "spot", "trigger": True}, limit=100, paging=Paging(100, "offset", step=100)
        ),
        OrderCall(
            ORDERS, "margin", {"type": "margin", "marginMode": "isolated"}, limit=100, paging=Paging(100, "page")
        ),
        *_gate("swap-usdt", type="swap", settle="usdt"),
        *_gate("swap-btc", type="swap", settle="btc"),
        *_gate("future", type="future", settle="usdt"),
    ),
    "htx": (
        OrderCall(ORDERS, "spot", {"type": "spot"}, limit=500),
        *_htx_linear(),
        *(
            replace(call, each_symbol=True, market="inverse", limit=50, paging=Paging(50, "page_index"))
            for call in _htx("inverse", **INVERSE)
        ),
    ),
    "kucoin": (*_KUCOIN_SPOT, *_kucoin_swap()),
    "kucoinfutures": _kucoin_swap(),
    "kraken": (_orders(),),
    "krakenfutures": (_orders(),),
    # ccxt puts the cursor into the first row; its own way through the pages wants a time to begin at.
    "coinbase": (OrderCall(ORDERS, None, limit=100, paging=Paging(100, "cursor", "cursor", first=True)),),
    "mexc": (
        OrderCall(ORDERS, "spot", {"type": "spot"}, each_symbol=True, market="spot"),
        OrderCall(ORDERS, "swap", {"type": "swap"}, paging=Paging(100, "page_num")),
        OrderCall(TRIGGERS, "swap", {"type": "swap", "trigger": True}, paging=Paging(100, "page_num")),
    ),
    "bingx": (
        _orders("spot", type="spot"),
        _orders("linear", **LINEAR),
        _orders("linear-twap", **LINEAR, twap=True),
        _orders("inverse", **INVERSE),
    ),
    "hyperliquid": (_orders(),),
    "deribit": tuple(_orders(code.lower(), code=code) for code in ("BTC", "ETH", "USDC", "USDT", "EURR")),
    # The list of algo orders holds the trailing ones too. Without a size, 25 rows are all that is told.
    "woo": (
        OrderCall(ORDERS, None, limit=500, paging=Paging(500, "page")),
        OrderCall(TRIGGERS, "algo", {"trigger": True}, limit=500, paging=Paging(500, "page")),
    ),
    "xt": (_orders("spot", type="spot"), *_xt("linear", LINEAR), *_xt("inverse", INVERSE)),
    "blofin": (
        OrderCall(ORDERS, None, limit=100, paging=Paging(100, "after", "orderId")),
        OrderCall(TRIGGERS, "algo", {"trigger": True}, limit=100, paging=Paging(100, "after", "algoId")),
        OrderCall(TRIGGERS, "tpsl", {"tpsl": True}, limit=100, paging=Paging(100, "after", "tpslId")),
    ),
    "backpack": (_orders(),),
    "phemex": tuple(OrderCall(ORDERS, part, each_symbol=True, market=part) for part in ("spot", "linear", "inverse")),
    "bitfinex": (_orders(),),
    "bitstamp": (_orders(),),
}

# What an account is asked instead whose options say {"uta": true}.
UNIFIED_ACCOUNTS: Mapping[str, tuple[OrderCall, ...]] = {
    "bitget": (
        *_bitget_unified("spot", type="spot"),
        *_bitget_unified("margin", type="spot", marginMode="cross"),
        *_bitget_unified("usdt", type="swap", productType="USDT-FUTURES"),
        *_bitget_unified("usdc", type="swap", productType="USDC-FUTURES"),
        *_bitget_unified("coin", type="swap", productType="COIN-FUTURES"),
    ),
}

# Where the list above tells trigger orders among the normal ones: nothing is left unread there.
TRIGGERS_AMONG_ORDERS = frozenset(
    {"backpack", "binanceus", "bingx", "bitfinex", "coinbase", "deribit", "hyperliquid", "kraken", "krakenfutures",
     "phemex"}
)  # fmt: skip

# What fetch_open_orders of ccxt 4.5.90 does not tell there, although the exchange has a list of it.
SOME_TRIGGERS_UNREAD: Mapping[str, str] = {
    "gate": "trailing orders of perpetuals",
    "gateeu": "trailing orders of perpetuals",
    "htx": "conditional and trailing orders of spot",
    "kucoin": "OCO orders of spot, stop orders on margin",
    "mexc": "take profits and stops of positions, trailing orders",
}


def is_explicit(exchange: str) -> bool:
    """Whether the calls of an exchange are declared above rather than concluded from what ccxt says of it."""
    return _declared(exchange) is not None


def order_calls(
    exchange: str, features: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> tuple[OrderCall, ...]:
    """The calls that make up the open-order list of an exchange: declared, or what ccxt's features say (generic).

    `options` are the account's own: {"uta": true} says that it is a unified account, which is asked elsewhere.
    """
    unified = UNIFIED_ACCOUNTS.get(exchange) if (options or {}).get("uta") is True else None
    return unified or _declared(exchange) or _generic(features)


def _declared(exchange: str) -> tuple[OrderCall, ...] | None:
    return ORDER_LISTS.get(exchange) or ORDER_LISTS.get(SPOKEN_BY.get(exchange, ""))


def not_readable(exchange: str, calls: tuple[OrderCall, ...]) -> frozenset[SourceKind]:
    """Trigger orders, where no call reads them and the normal list is not known to hold them, or where the exchange
    has some that no call of ccxt's tells."""
    reads = exchange in TRIGGERS_AMONG_ORDERS or any(call.kind is TRIGGERS for call in calls)
    return frozenset() if reads and exchange not in SOME_TRIGGERS_UNREAD else frozenset({TRIGGERS})


def _generic(features: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    """One call for each type of market of which ccxt says something, and one more where it says "trigger"."""
    calls: list[OrderCall] = []
    parts = told(features, "fetchOpenOrders")
    for part, params, said in parts:
        symbol, apart = bool(said.get("symbolRequired")), frozenset(other for other, _, _ in parts) - {part}
        market = part if symbol else None
        calls.append(OrderCall(ORDERS, part, params, symbol, market, apart=apart))
        for flag in ("trigger", "trailing"):
            if said.get(flag) is True:
                name = part if flag == "trigger" else f"{part}-trailing"
                calls.append(OrderCall(TRIGGERS, name, {**params, flag: True}, symbol, market, apart=apart))
    return tuple(calls) or (OrderCall(ORDERS),)
