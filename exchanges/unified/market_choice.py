"""Market choice: limits an account's requests to some markets, for keys that may not read all."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from exchanges.unified.venue_calls import Offers, fill_calls, order_calls
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import OrderCall
from exchanges.venues._shared.venue import Venue

# Contract markets that overlap. "swap" covers both kinds of perpetuals.
_SAME = {"swap": {"swap", "linear", "inverse"}, "linear": {"swap", "linear"}, "inverse": {"swap", "inverse"}}
CONTRACTS = frozenset({"linear", "inverse", "swap", "future", "option"})


class _Call(Protocol):
    @property
    def params(self) -> Mapping[str, Any]: ...


AnyCall = TypeVar("AnyCall", bound=_Call)


def market_of(call: _Call) -> str | None:
    """The market of one call ("spot", "linear"). None: it reads all markets."""
    market_type = call.params.get("subType") or call.params.get("type")
    if market_type:
        return str(market_type)
    return call.market if isinstance(call, OrderCall | EndedCall | WalletCall | PositionsCall) else None


def is_chosen(market: str | None, chosen: Collection[str]) -> bool:
    """True if a market is read. Without a choice all are."""
    return not chosen or market is None or bool(_SAME.get(market, {market}) & set(chosen))


def chosen_of(calls: Iterable[AnyCall], chosen: Collection[str]) -> tuple[AnyCall, ...]:
    """The calls that are about a chosen market, or about all of them."""
    return tuple(call for call in calls if is_chosen(market_of(call), chosen))


def known_markets(venue: Venue, features: Mapping[str, Any]) -> tuple[str, ...]:
    """The markets that an exchange has separate calls for, in the order of the calls."""
    calls: tuple[_Call, ...] = (
        *order_calls(venue, features),
        *(venue.wallets or ()),
        *(venue.positions or ()),
        *fill_calls(venue, features),
    )
    return tuple(dict.fromkeys(market for call in calls if (market := market_of(call)) is not None))


def way_out(market: str, others: Iterable[str]) -> str:
    """How an account does without a market that its key may not read."""
    left = [f'"{other}"' for other in others if not is_chosen(market, {other})]
    setting = f"markets = [{', '.join(left)}]" if left else "markets"
    return f"; if this key is not meant to read {market}, leave it out: {setting} in the account's configuration"


def holds_contracts(venue: Venue, chosen: Collection[str]) -> bool:
    """True if any chosen market can hold positions."""
    if venue.positions is not None:
        return bool(chosen_of(venue.positions, chosen))
    return any(is_chosen(market, chosen) for market in CONTRACTS)


def reads_positions(venue: Venue, offers: Offers, chosen: Collection[str]) -> bool:
    """True if positions are read, by ccxt or by a listed call of the venue."""
    has_call = offers("fetch_positions") or any(call.path is not None for call in venue.positions or ())
    return has_call and holds_contracts(venue, chosen)
