"""Overview: the data of the first page, as a response."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from api.gains import Costs, Markets, cost_response
from api.orders import counts_response
from domain.change import NetValueChange
from domain.cost_basis import unrealised_of
from domain.holdings import Holding, Totals, holdings_of, protected_share, totals_of
from domain.order_distance import NearOrder
from domain.protection import Protection, protection_of_positions
from domain.snapshot import Snapshot
from domain.spans import Transit, with_known_transit
from domain.valuation import MONEY_FIELDS, Valuation, ValueOrigin

_BALANCE_FIELDS = (
    "asset",
    "wallet",
    "total",
    "free",
    "locked",
    "haircut",
    "collateral_eligible",
    "market_value",
    "collateral_value",
    "max_withdrawal",
    "debt",
)
_POSITION_FIELDS = (
    "symbol",
    "exchange_symbol",
    "base",
    "quote",
    "market_type",
    "side",
    "amount",
    "contracts",
    "entry_price",
    "cost",
    "leverage",
    "margin_mode",
    "position_id",
    "mark_price",
    "unrealised_pnl",
    "session_pnl",
    "realised_pnl",
    "liquidation_price",
)


def overview_response(
    snapshots: Sequence[Snapshot], currency: str, costs: Costs, markets: Markets, transits: Sequence[Transit] = ()
) -> dict[str, Any]:
    """Totals in `currency`, then balances, positions and holdings of each account. Each row names its account.

    The net value contains the known values of `transits`.
    """
    totals = totals_of(snapshots, currency)
    return {
        **totals_response(totals),
        "net_value": with_known_transit(totals.net_value, transits),
        "in_transit": [transit_response(transit) for transit in transits],
        "protected_share": protected_share(snapshots, currency),
        "open_orders": counts_response(snapshots, currency),
        "balances": [
            {"account": snapshot.account.name} | {name: getattr(balance, name) for name in _BALANCE_FIELDS}
            for snapshot in snapshots
            for balance in snapshot.balances
        ],
        "positions": [row for snapshot in snapshots for row in _positions(snapshot)],
        "holdings": [
            _holding_response(holding)
            | cost_response(costs.get((holding.account, holding.asset)))
            | {"markets": markets.get((holding.account, holding.asset), [])}
            for snapshot in snapshots
            for holding in holdings_of(snapshot, currency)
        ],
    }


def transit_response(transit: Transit) -> dict[str, Any]:
    """An amount between two own accounts. `to` is null while no account has credited it."""
    sent = transit.withdrawal
    return {
        "account": sent.account,
        "to": transit.to,
        "asset": sent.asset,
        "amount": -sent.amount,
        "value": transit.value,
        "since": transit.left_at,
    }


def totals_response(totals: Totals) -> dict[str, Any]:
    """Totals over several accounts. A null figure is unknown or does not apply to these accounts.

    It never means zero.
    """
    return {
        "currency": totals.currency,
        **{name: getattr(totals, name) for name in MONEY_FIELDS},
        "margin_use": totals.margin_use,
        "value_origin": _origin(totals.origins),
        "unpriced": totals.unpriced,
        "unconverted": totals.unconverted,
        "left_out": totals.left_out,
        "assumed": totals.assumed,
        "missing": totals.missing,
    }


def valuation_response(valuation: Valuation | None) -> dict[str, Any] | None:
    """The value of one account in its own valuation currency, unconverted. None if unknown."""
    if valuation is None:
        return None
    return {
        **{field.name: getattr(valuation, field.name) for field in fields(valuation)},
        "margin_use": valuation.margin_use,
        "difference": valuation.difference,
    }


def _origin(origins: frozenset[ValueOrigin]) -> str | None:
    """ "stated", "computed", "mixed" (some accounts stated, others computed), or None without any value."""
    return "mixed" if len(origins) > 1 else next((str(origin) for origin in origins), None)


def _positions(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    protections = protection_of_positions(snapshot)
    for position in snapshot.positions:
        yield {
            "account": snapshot.account.name,
            **{name: getattr(position, name) for name in _POSITION_FIELDS},
            "unrealised_computed": unrealised_of(position).computed,
            "protection": _protection_response(protections.get(position.key)),
        }


def _holding_response(holding: Holding) -> dict[str, Any]:
    row = {field.name: getattr(holding, field.name) for field in fields(holding)}
    return row | {"protection": _protection_response(holding.protection)}


def _protection_response(protection: Protection | None) -> dict[str, Any] | None:
    if protection is None:
        return None
    row = {field.name: getattr(protection, field.name) for field in fields(protection)}
    return row | {
        "nearest_stop": _near_response(protection.nearest_stop),
        "nearest_take_profit": _near_response(protection.nearest_take_profit),
    }


def _near_response(near: NearOrder | None) -> dict[str, Any] | None:
    """The order nearest to its own market. `distance` is the one that the order has among the open orders."""
    if near is None:
        return None
    return {"key": near.order.key, "symbol": near.order.symbol, "price": near.price, "distance": near.distance}


def change_response(change: NetValueChange) -> dict[str, Any] | None:
    """The change of net value, its returns and the value before. None if unknown."""
    if change.amount is None:
        return None
    return {
        "since": change.since,
        "net_value": change.before,
        "change": change.amount,
        "fraction": change.fraction,
        "is_estimated": change.is_estimated,
        "money_weighted": None if change.money_weighted is None else Decimal(str(change.money_weighted)),
        "flows": change.flows,
        "in_transit": change.in_transit or None,
    }
