"""Order lists: the calls that together make up the whole open-order list of each exchange.

Each call is a source of its own, so that one that fails is carried and shown by its name (Lesson 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.sources import Source, SourceKind
from refresher.exchanges.reading_paths import SPOKEN_BY

ORDERS, TRIGGERS = SourceKind.ORDERS, SourceKind.TRIGGERS


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list goes on: `param` is set to what the `field` of the last row of a page says (of the `first` one, where
    the exchange's cursor was put there), until a page is not full."""

    size: int
    param: str
    field: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class OrderCall:
    """One call of ccxt's fetch_open_orders. With `each_symbol` it is made for each symbol that the account deals in,
    of the type of market that `market` names ("spot", "linear", "inverse")."""

    kind: SourceKind
    part: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    each_symbol: bool = False
    market: str | None = None
    limit: int | None = None
    paging: Paging | None = None

    @property
    def source(self) -> Source:
        """The source that this call is."""
        return Source.of(self.kind, self.part)


def _orders(part: str | None = None, /, **params: Any) -> OrderCall:
    return OrderCall(ORDERS, part, params)


def _triggers(part: str | None = None, /, **params: Any) -> OrderCall:
    return OrderCall(TRIGGERS, part, params | {"trigger": True})


LINEAR: dict[str, Any] = {"type": "swap", "subType": "linear"}
INVERSE: dict[str, Any] = {"type": "swap", "subType": "inverse"}


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
    base = {"type": "swap", "productType": product}
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


def _htx(part: str, **params: Any) -> tuple[OrderCall, ...]:
    return (
        _orders(part, **params),
        _triggers(f"{part}-trigger", **params),
        OrderCall(TRIGGERS, f"{part}-tpsl", params | {"stopLossTakeProfit": True}),
        OrderCall(TRIGGERS, f"{part}-trailing", params | {"trailing": True}),
    )


_BINANCE_LINEAR = (_orders("linear", **LINEAR), _triggers("linear", **LINEAR))
_BINANCE_INVERSE = (_orders("inverse", **INVERSE), _triggers("inverse", **INVERSE))
_KUCOIN_SPOT = (_orders("spot", type="spot"), _triggers("spot", type="spot"))
_KUCOIN_SWAP = (_orders("swap", type="swap"), _triggers("swap", type="swap"))

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
        _orders("spot", type="spot"),
        _triggers("spot", type="spot"),
        *_bitget("usdt", "USDT-FUTURES"),
        *_bitget("usdc", "USDC-FUTURES"),
        *_bitget("coin", "COIN-FUTURES"),
    ),
    "gate": (
        _orders("spot", type="spot"),
        _triggers("spot", type="spot"),
        _orders("margin", type="margin"),
        *(
            call
            for settle in ("usdt", "btc")
            for call in (
                _orders(f"swap-{settle}", type="swap", settle=settle),
                _triggers(f"swap-{settle}", type="swap", settle=settle),
            )
        ),
        _orders("future", type="future", settle="usdt"),
        _triggers("future", type="future", settle="usdt"),
    ),
    "htx": (
        _orders("spot", type="spot"),
        *_htx("linear", **LINEAR),
        *(
            OrderCall(call.kind, call.part, call.params, each_symbol=True, market="inverse")
            for call in _htx("inverse", **INVERSE)
        ),
    ),
    "kucoin": (*_KUCOIN_SPOT, *_KUCOIN_SWAP),
    "kucoinfutures": _KUCOIN_SWAP,
    "kraken": (_orders(),),
    "krakenfutures": (_orders(),),
    "coinbase": (OrderCall(ORDERS, None, {"paginate": True}),),
    "mexc": (_orders("spot", type="spot"), _orders("swap", type="swap"), _triggers("swap", type="swap")),
    "bingx": (_orders("spot", type="spot"), _orders("linear", **LINEAR), _orders("inverse", **INVERSE)),
    "hyperliquid": (_orders(),),
    "deribit": tuple(_orders(code.lower(), code=code) for code in ("BTC", "ETH", "USDC", "USDT", "SOL", "EURR")),
    "woo": (_orders(), _triggers("algo"), OrderCall(TRIGGERS, "trailing", {"trailing": True})),
    "xt": (
        _orders("spot", type="spot"),
        _orders("linear", **LINEAR),
        _triggers("linear", **LINEAR),
        OrderCall(TRIGGERS, "linear-tpsl", LINEAR | {"stopLossTakeProfit": True}),
        OrderCall(TRIGGERS, "linear-trailing", LINEAR | {"trailing": True}),
        _orders("inverse", **INVERSE),
        _triggers("inverse", **INVERSE),
        OrderCall(TRIGGERS, "inverse-tpsl", INVERSE | {"stopLossTakeProfit": True}),
    ),
    "blofin": (
        OrderCall(ORDERS, None, limit=100, paging=Paging(100, "after", "orderId")),
        OrderCall(TRIGGERS, "algo", {"trigger": True}, limit=100, paging=Paging(100, "after", "algoId")),
        OrderCall(TRIGGERS, "tpsl", {"tpsl": True}, limit=100, paging=Paging(100, "after", "tpslId")),
    ),
    "backpack": (_orders(), _triggers()),
    "phemex": tuple(OrderCall(ORDERS, part, each_symbol=True, market=part) for part in ("spot", "linear", "inverse")),
    "bitfinex": (_orders(),),
    "bitstamp": (_orders(),),
}

# Where the list above tells trigger orders among the normal ones: nothing is left unread there.
TRIGGERS_AMONG_ORDERS = frozenset(
    {
        "binanceus",
        "kraken",
        "krakenfutures",
        "coinbase",
        "bingx",
        "hyperliquid",
        "deribit",
        "phemex",
        "bitfinex",
        "bitstamp",
    }
)


def is_explicit(exchange: str) -> bool:
    """Whether the calls of an exchange are declared above rather than concluded from what ccxt says of it."""
    return _declared(exchange) is not None


def order_calls(exchange: str, features: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    """The calls that make up the open-order list of an exchange: declared, or what ccxt's features say (generic)."""
    return _declared(exchange) or _generic(features)


def _declared(exchange: str) -> tuple[OrderCall, ...] | None:
    return ORDER_LISTS.get(exchange) or ORDER_LISTS.get(SPOKEN_BY.get(exchange, ""))


def not_readable(exchange: str, calls: tuple[OrderCall, ...]) -> frozenset[SourceKind]:
    """Trigger orders, where no call reads them and the normal list is not known to hold them."""
    reads = exchange in TRIGGERS_AMONG_ORDERS or any(call.kind is TRIGGERS for call in calls)
    return frozenset() if reads else frozenset({TRIGGERS})


def _generic(features: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    """One call for each type of market of which ccxt says something, and one more where it says "trigger"."""
    calls: list[OrderCall] = []
    for part, params, said in told(features, "fetchOpenOrders"):
        symbol = bool(said.get("symbolRequired"))
        calls.append(OrderCall(ORDERS, part, params, each_symbol=symbol, market=part if symbol else None))
        for flag in ("trigger", "trailing"):
            if said.get(flag) is True:
                name = part if flag == "trigger" else f"{part}-trailing"
                calls.append(OrderCall(TRIGGERS, name, {**params, flag: True}, symbol, part if symbol else None))
    return tuple(calls) or (OrderCall(ORDERS),)


def told(features: Mapping[str, Any], call: str) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The types of market of which ccxt says something about a call: part, parameters, and what it says."""
    swap = features.get("swap") or {}
    places = [
        ("spot", {"type": "spot"}, features.get("spot")),
        ("linear", LINEAR, swap.get("linear")),
        ("inverse", INVERSE, swap.get("inverse")),
    ]
    return [(part, params, said) for part, params, of in places if of and (said := of.get(call)) is not None]
