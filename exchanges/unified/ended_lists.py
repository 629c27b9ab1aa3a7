"""Ended lists: the calls that together tell how the orders of an exchange ended.

A call is made only when an order that it would tell of is gone: lists of the past are the dearest that exchanges have.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.sources import SourceKind
from exchanges.connection.reading_paths import SPOKEN_BY
from exchanges.unified.ended_newest import NEWEST_FIRST
from exchanges.unified.features import told
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import CLASSIC, INVERSE, LINEAR, ORDERS, TRIGGERS, Paging


def _binance(name: str, params: Mapping[str, Any], *, days: float, algo: bool = False, rows: int = 1000) -> EndedCall:
    kind = TRIGGERS if algo else ORDERS
    given = {**params, "trigger": True} if algo else params
    label = f"{name}-algo" if algo else name
    return EndedCall(label, "fetch_orders", given, (kind,), (name,), each_symbol=True, days=days, rows=rows)


def _bybit(name: str, parts: tuple[str, ...], **params: Any) -> EndedCall:
    """All kinds of orders stand in one list of a category; a trigger keeps its id in the book."""
    return EndedCall(name, "fetch_canceled_and_closed_orders", params, parts=parts, rows=50)


_OKX_KINDS = {"spot": "SPOT", "margin": "MARGIN", "swap": "SWAP", "future": "FUTURES", "option": "OPTION"}
_OKX_ALGOS = ("conditional", "oco", "trigger", "move_order_stop", "iceberg", "twap")


def _okx(kind: str) -> Iterator[EndedCall]:
    """Of each kind of market what filled and what was cancelled are two lists, and so they are of each type of algo
    orders, of which no stretch of time can be said."""
    own = {"instType": _OKX_KINDS[kind]}
    for word, method in (("filled", "fetch_closed_orders"), ("cancelled", "fetch_canceled_orders")):
        yield EndedCall(f"{kind}-{word}", method, {"type": kind}, (ORDERS,), row=own)
        for algo in _OKX_ALGOS:
            yield EndedCall(
                f"{kind}-{algo}-{word}",
                method,
                {"type": kind, "trigger": True, "ordType": algo},
                (TRIGGERS,),
                row=own | {"ordType": algo.upper()},
                is_timed=False,
                paging=Paging(100, "after", "algoId"),
            )


def _bitget(name: str, kind: SourceKind, part: str, **params: Any) -> EndedCall:
    return EndedCall(name, "fetch_canceled_and_closed_orders", params, (kind,), (part,), days=30)


def _bitget_mix(part: str, product: str) -> tuple[EndedCall, ...]:
    base = CLASSIC | {"type": "swap", "productType": product}
    return (
        _bitget(part, ORDERS, part, **base),
        _bitget(f"{part}-plan", TRIGGERS, f"{part}-plan", **base, trigger=True, planType="normal_plan"),
        _bitget(f"{part}-tpsl", TRIGGERS, f"{part}-tpsl", **base, trigger=True, planType="profit_loss"),
        _bitget(f"{part}-trailing", TRIGGERS, f"{part}-trailing", **base, trailing=True, planType="track_plan"),
    )


def _bitget_unified(part: str, **params: Any) -> tuple[EndedCall, ...]:
    base = {"uta": True, **params}
    return (
        _bitget(f"unified-{part}", ORDERS, part, **base),
        _bitget(f"unified-{part}-plan", TRIGGERS, part, **base, trigger=True),
    )


def _gate(part: str, *, is_timed: bool, **params: Any) -> tuple[EndedCall, ...]:
    return (
        EndedCall(part, "fetch_closed_orders", params, (ORDERS,), (part,), is_timed=is_timed),
        EndedCall(
            f"{part}-price",
            "fetch_closed_orders",
            {**params, "trigger": True},
            (TRIGGERS,),
            (part,),
            is_timed=False,
            paging=Paging(100, "offset", step=100),
        ),
    )


def _htx_linear(part: str, kind: SourceKind, **params: Any) -> tuple[EndedCall, ...]:
    """Orders on cross and on isolated margin are lists of their own."""
    return tuple(
        EndedCall(
            f"{part}-{mode}",
            "fetch_orders",
            {"marginMode": mode, **params},
            (kind,),
            (part,),
            market="linear",
            row={"margin_mode": mode.upper()},
            each_symbol=True,
            days=2,
            rows=50,
        )
        for mode in ("cross", "isolated")
    )


def _htx_inverse(part: str, kind: SourceKind, **params: Any) -> EndedCall:
    return EndedCall(
        part,
        "fetch_orders",
        params,
        (kind,),
        (part,),
        market="inverse",
        each_symbol=True,
        named=None if kind is ORDERS else "contract_code",
        days=2,
        rows=50,
        is_timed=kind is ORDERS,
        paging=None if kind is ORDERS else Paging(50, "page_index"),
    )


_BINANCE = (
    _binance("spot", {"type": "spot"}, days=1),
    _binance("margin", {"type": "margin"}, days=1, rows=500),
    _binance("linear", LINEAR, days=7),
    _binance("linear", LINEAR, days=7, algo=True),
    _binance("inverse", INVERSE, days=7, rows=100),
    _binance("inverse", INVERSE, days=7, algo=True),
)

ENDED_LISTS: Mapping[str, tuple[EndedCall, ...]] = {
    **NEWEST_FIRST,
    "binance": _BINANCE,
    "bybit": (
        _bybit("spot", ("spot", "spot-tpsl"), type="spot"),
        _bybit("linear", ("linear-usdt", "linear-usdc"), **LINEAR),
        _bybit("inverse", ("inverse",), **INVERSE),
        _bybit("option", ("option",), type="option"),
    ),
    "okx": tuple(call for kind in _OKX_KINDS for call in _okx(kind)),
    "bitget": (
        _bitget("spot", ORDERS, "spot", **CLASSIC, type="spot"),
        # ccxt forgets the end of a stretch there, unless it is said in the exchange's own word.
        replace(
            _bitget("spot-plan", TRIGGERS, "spot", **CLASSIC, type="spot", trigger=True),
            each_symbol=True,
            until="endTime",
        ),
        _bitget("spot-tpsl", TRIGGERS, "spot-tpsl", **CLASSIC, type="spot", tpslType="tpsl"),
        *_bitget_mix("usdt", "USDT-FUTURES"),
        *_bitget_mix("usdc", "USDC-FUTURES"),
        *_bitget_mix("coin", "COIN-FUTURES"),
    ),
    "gate": (
        *_gate("spot", is_timed=True, type="spot"),
        EndedCall(
            "margin", "fetch_closed_orders", {"type": "margin", "marginMode": "isolated"}, (ORDERS,), ("margin",)
        ),
        *_gate("swap-usdt", is_timed=True, type="swap", settle="usdt"),
        *_gate("swap-btc", is_timed=True, type="swap", settle="btc"),
        *_gate("future", is_timed=False, type="future", settle="usdt"),
    ),
    "htx": (
        EndedCall("spot", "fetch_orders", {"type": "spot"}, (ORDERS,), ("spot",), each_symbol=True, days=2),
        *_htx_linear("linear", ORDERS),
        *_htx_linear("linear-trigger", TRIGGERS, trigger=True),
        *_htx_linear("linear-tpsl", TRIGGERS, stopLossTakeProfit=True),
        *_htx_linear("linear-tp", TRIGGERS, takeProfit=True),
        *_htx_linear("linear-sl", TRIGGERS, stopLoss=True),
        *_htx_linear("linear-trailing", TRIGGERS, trailing=True),
        _htx_inverse("inverse", ORDERS),
        _htx_inverse("inverse-trigger", TRIGGERS, trigger=True, create_date=7, page_size=50),
        _htx_inverse("inverse-tpsl", TRIGGERS, stopLossTakeProfit=True, create_date=7, page_size=50),
        _htx_inverse("inverse-trailing", TRIGGERS, trailing=True, create_date=7, page_size=50),
    ),
    # ccxt asks spot and contracts by calls of two names.
    "toobit": (
        EndedCall("spot", "fetch_orders", {"type": "spot"}, market="spot"),
        EndedCall("linear", "fetch_closed_orders", LINEAR, market="linear"),
    ),
}

# What an account is asked instead whose options say {"uta": true}.
UNIFIED_ACCOUNTS: Mapping[str, tuple[EndedCall, ...]] = {
    "bitget": (
        # Without a symbol ccxt wants to be told the kind of product, also of spot.
        *_bitget_unified("spot", type="spot", productType="SPOT"),
        *_bitget_unified("margin", type="spot", productType="SPOT", marginMode="cross"),
        *_bitget_unified("usdt", type="swap", productType="USDT-FUTURES"),
        *_bitget_unified("usdc", type="swap", productType="USDC-FUTURES"),
        *_bitget_unified("coin", type="swap", productType="COIN-FUTURES"),
    ),
}

# The lists that together tell ended orders, of an exchange for which none are declared: the first that it has whole, as
# the list of filled ones alone leaves every other order gone; else what it has of them.
_WHOLE = (("fetch_canceled_and_closed_orders",), ("fetch_closed_orders", "fetch_canceled_orders"), ("fetch_orders",))
_ASKED_OF = {"fetch_orders": "fetchOrders"}


def ended_calls(
    exchange: str,
    features: Mapping[str, Any],
    offers: Callable[[str], bool],
    options: Mapping[str, Any] | None = None,
) -> tuple[EndedCall, ...]:
    """The calls that tell how orders of an exchange ended: declared, or what ccxt says of it (generic)."""
    unified = UNIFIED_ACCOUNTS.get(exchange) if (options or {}).get("uta") is True else None
    declared = unified or ENDED_LISTS.get(exchange, ENDED_LISTS.get(SPOKEN_BY.get(exchange, "")))
    return declared if declared is not None else _generic(features, offers)


def _generic(features: Mapping[str, Any], offers: Callable[[str], bool]) -> tuple[EndedCall, ...]:
    """One call for each list and type of market, and one more where triggers have a list of their own."""
    whole = next((names for names in _WHOLE if all(map(offers, names))), None)
    calls: list[EndedCall] = []
    for method in whole or tuple(filter(offers, ("fetch_closed_orders", "fetch_canceled_orders"))):
        said = told(features, _ASKED_OF.get(method, "fetchClosedOrders"))
        for part, params, feature in said:
            calls += _of_market(f"{method}:{part}", method, part, params, feature)
        if not said:
            calls.append(EndedCall(method, method))
    return tuple(calls)


def _of_market(
    name: str, method: str, part: str, params: Mapping[str, Any], said: Mapping[str, Any]
) -> list[EndedCall]:
    flags = [flag for flag in ("trigger", "trailing") if said.get(flag) is True]
    common: dict[str, Any] = {
        "market": part,
        "each_symbol": bool(said.get("symbolRequired")),
        "days": min(7.0, float(said.get("untilDays") or 7)),
        "rows": int(said.get("limit") or 100),
    }
    plain = EndedCall(name, method, params, kinds=(ORDERS,) if flags else (), **common)
    more = (EndedCall(f"{name}:{flag}", method, {**params, flag: True}, kinds=(TRIGGERS,), **common) for flag in flags)
    return [plain, *more]
