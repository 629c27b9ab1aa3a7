"""Dashboard: responses about accounts at a moment, with the moment, the accounts and their freshness."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from api.changes import NAMES, read_changes
from api.equity import equity_response, read_curve_response, read_points
from api.gains import read_costs, read_markets, read_realised_response
from api.open_pnl import read_open_pnl_response
from api.orders import orders_response
from api.overview import change_response, overview_response, valuation_response
from api.params import RequestParams, RequestScope
from api.responses import Refusal
from api.snapshots import snapshots_of
from api.states import never_seen, states_response, worst_state
from api.transfers import read_income_response
from db.reads.spans import read_transits
from domain.prices import Rates
from domain.snapshot import Account, Snapshot
from domain.spans import Transit


def read_dashboard(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """All data of the Overview."""
    snapshots = _read_snapshots(connection, scope)
    costs, markets = read_costs(connection, snapshots, scope), read_markets(connection, snapshots, scope)
    overview = overview_response(snapshots, scope.currency, costs, markets, _transits(connection, snapshots, scope))
    overview["realised"] = read_realised_response(connection, scope)
    overview["income"] = read_income_response(connection, snapshots, scope)
    unseen = [account.name for account in scope.accounts if account.id not in scope.moments]
    overview["missing"] = [*overview["missing"], *unseen]
    if unseen:  # a source that was never seen is unknown, not empty
        overview["open_orders"]["complete"] = False
        overview["protected_share"] = None
    changes = {} if unseen else read_changes(connection, snapshots, scope)
    overview["changes"] = {name: change_response(changes[name]) if name in changes else None for name in NAMES.values()}
    overview["changes_unknown"] = {name: change.why for name, change in changes.items() if change.why}
    overview["open_pnl"] = read_open_pnl_response(connection, snapshots, costs, changes.get("today"), scope)
    points = read_points(connection, scope)
    overview["equity"] = equity_response(scope, points)
    overview["curve"] = read_curve_response(connection, scope, points)
    return _framed(scope, snapshots, overview)


def _transits(connection: Connection, snapshots: Sequence[Snapshot], scope: RequestScope) -> tuple[Transit, ...]:
    """Transfers under way between own accounts at their newest refresh."""
    if len(snapshots) < 2:
        return ()
    at = max(snapshot.refresh.taken_at for snapshot in snapshots)
    return read_transits(connection, [snapshot.account for snapshot in snapshots], at, at, scope.currency)


def read_open_orders(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """Every open order, normal and trigger."""
    snapshots = _read_snapshots(connection, scope)
    orders = orders_response(snapshots, scope.currency)
    if len(snapshots) < len(scope.accounts):
        orders["summary"]["complete"] = False
    return _framed(scope, snapshots, orders)


def _read_snapshots(connection: Connection, scope: RequestScope) -> tuple[Snapshot, ...]:
    snapshots = snapshots_of(connection, scope)
    _check_currency(scope, snapshots)
    return snapshots


def _check_currency(scope: RequestScope, snapshots: Sequence[Snapshot]) -> None:
    """Raise Refusal 400 for a currency without any price, unless an account is configured to display it.

    If there are no prices at all the currency is accepted, and the totals are unknown.
    """
    configured = [c for a in scope.accounts for c in (a.base_currency, *a.display_currencies)]
    if scope.params.currency is None or scope.currency in configured:
        return
    priced = [snapshot for snapshot in snapshots if snapshot.prices]
    rates = [(Rates(snapshot.prices.values()), snapshot.account.base_currency) for snapshot in priced]
    if rates and all(rate.rate(base, scope.currency) is None for rate, base in rates):
        usable = ", ".join(dict.fromkeys(configured))
        raise Refusal(400, f"currency={scope.currency} has no price on any exchange here: give one of {usable}")


def _framed(scope: RequestScope, snapshots: Sequence[Snapshot], body: Mapping[str, Any]) -> dict[str, Any]:
    """A response with its moment and its accounts. For one account, its name and sources are repeated at the top."""
    by_account = {snapshot.account.id: snapshot for snapshot in snapshots}
    accounts = [_account_response(account, by_account.get(account.id), scope.params) for account in scope.accounts]
    only = accounts[0] if len(accounts) == 1 else {}
    return {
        "as_of": scope.params.at,
        "is_now": scope.params.as_of is None,
        "account": only.get("account"),
        "taken_at": only.get("taken_at"),
        "sources": only.get("sources"),
        **body,
        "accounts": accounts,
    }


def _account_response(account: Account, snapshot: Snapshot | None, params: RequestParams) -> dict[str, Any]:
    at, is_now = params.at, params.as_of is None
    states = never_seen(account) if snapshot is None else snapshot.sources
    then = account if snapshot is None or is_now else account.as_of_refresh(snapshot.refresh)
    return {
        "account": account.name,
        "exchange": account.exchange,
        "is_demo": account.is_demo,
        "is_configured": account.is_configured,
        "taken_at": None if snapshot is None else snapshot.refresh.taken_at,
        "state": worst_state(then, states, at),
        "valuation": None if snapshot is None else valuation_response(snapshot.refresh.valuation),
        "sources": states_response(then, states, at),
    }
