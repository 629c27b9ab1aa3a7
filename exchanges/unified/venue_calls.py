"""Venue calls: the requests that a venue declares, or those that ccxt's description of the exchange suggests."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.sources import Source, SourceKind
from exchanges.unified.features import features_by_market_type
from exchanges.venues._shared.account_calls import FillsCall
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.transfer_call import ALL_KINDS, TransferCall, deposits, ledger, movements, withdrawals
from exchanges.venues._shared.venue import Venue

Features = Mapping[str, Any]
Offers = Callable[[str], bool]

# The calls that together read all ended orders. The first complete set is used: filled orders alone would leave every
# other ended order unexplained.
_COMPLETE_SETS = (
    ("fetch_canceled_and_closed_orders",),
    ("fetch_closed_orders", "fetch_canceled_orders"),
    ("fetch_orders",),
)


def order_calls(venue: Venue, features: Features) -> tuple[OrderCall, ...]:
    """The calls that together read all open orders."""
    return venue.open_orders or _order_calls_by_features(features)


def unreadable_kinds(venue: Venue, calls: tuple[OrderCall, ...]) -> frozenset[SourceKind]:
    """Trigger orders, where no call reads them or where the venue names some that no call reads."""
    reads_triggers = venue.triggers_among_orders or any(call.kind is TRIGGERS for call in calls)
    return frozenset() if reads_triggers and venue.unread_triggers is None else frozenset({TRIGGERS})


def fill_calls(venue: Venue, features: Features) -> tuple[FillsCall, ...]:
    """The calls that read fills of several markets at once. Empty: each request wants a symbol."""
    if venue.fills is not None:
        return venue.fills
    described = features_by_market_type(features, "fetchMyTrades")
    if any(description.get("symbolRequired") for _, _, description in described):
        return ()
    return tuple(FillsCall(name, params) for name, params, _ in described) or (FillsCall("all"),)


def ended_calls(venue: Venue, features: Features, offers: Offers) -> tuple[EndedCall, ...]:
    """The calls that read how orders ended."""
    if venue.ended_orders is not None:
        return venue.ended_orders
    complete = next((methods for methods in _COMPLETE_SETS if all(map(offers, methods))), None)
    calls: list[EndedCall] = []
    for method in complete or tuple(filter(offers, ("fetch_closed_orders", "fetch_canceled_orders"))):
        described = features_by_market_type(
            features, "fetchOrders" if method == "fetch_orders" else "fetchClosedOrders"
        )
        for market, params, description in described:
            calls += _ended_calls_of_market(method, market, params, description)
        if not described:
            calls.append(EndedCall(method, method))
    return tuple(calls)


def order_by_id_params(venue: Venue, source: Source, features: Features) -> Mapping[str, Any] | None:
    """The parameters of ccxt's fetch_order for an order of this source. None: ccxt cannot read it by its id."""
    if venue.order_by_id is not None:
        return venue.order_by_id.get(str(source), venue.order_by_id.get(source.kind))
    if source.kind is not TRIGGERS:
        return {}
    described = [description for _, _, description in features_by_market_type(features, "fetchOrder")]
    reads_triggers = not described or any(description.get("trigger") is True for description in described)
    return {"trigger": True} if reads_triggers else None


def transfer_calls(venue: Venue, offers: Offers) -> tuple[TransferCall, ...]:
    """The calls that read deposits and withdrawals, and a ledger for the rest."""
    if venue.transfers is not None:
        return venue.transfers
    pair = tuple(call for call in (deposits(), withdrawals()) if offers(call.call))
    lists = (movements(),) if len(pair) < 2 and offers("fetch_deposits_withdrawals") else pair
    return (*lists, ledger(*ALL_KINDS)) if offers("fetch_ledger") else lists


def _order_calls_by_features(features: Features) -> tuple[OrderCall, ...]:
    """One call for each described type of market, and one more for each list of triggers.

    A request states the limit that ccxt describes, because an exchange may return fewer rows by default.
    """
    calls: list[OrderCall] = []
    described = features_by_market_type(features, "fetchOpenOrders")
    for name, params, description in described:
        each_symbol = bool(description.get("symbolRequired"))
        common: dict[str, Any] = {
            "each_symbol": each_symbol,
            "market": name if each_symbol else None,
            "limit": int(description["limit"]) if description.get("limit") else None,
            "other_types": frozenset(other for other, _, _ in described) - {name},
        }
        calls.append(OrderCall(ORDERS, name, params, **common))
        for flag in ("trigger", "trailing"):
            if description.get(flag) is True:
                list_name = name if flag == "trigger" else f"{name}-trailing"
                calls.append(OrderCall(TRIGGERS, list_name, {**params, flag: True}, **common))
    return tuple(calls) or (OrderCall(ORDERS),)


def _ended_calls_of_market(
    method: str, market: str, params: Mapping[str, Any], description: Mapping[str, Any]
) -> list[EndedCall]:
    name = f"{method}:{market}"
    flags = [flag for flag in ("trigger", "trailing") if description.get(flag) is True]
    common: dict[str, Any] = {
        "market": market,
        "each_symbol": bool(description.get("symbolRequired")),
        "days": min(7.0, float(description.get("untilDays") or 7)),
        "rows": int(description.get("limit") or 100),
    }
    plain = EndedCall(name, method, params, kinds=(ORDERS,) if flags else (), **common)
    flagged = (
        EndedCall(f"{name}:{flag}", method, {**params, flag: True}, kinds=(TRIGGERS,), **common) for flag in flags
    )
    return [plain, *flagged]
