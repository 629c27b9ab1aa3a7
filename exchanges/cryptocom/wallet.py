"""Parsers for Crypto.com's wallet: balances, the stated account value, and open positions."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from functools import partial
from typing import Any

from domain.balances import Balance
from domain.markets import MarketType
from domain.positions import Position, PositionSide
from domain.sources import Success, Unreadable
from domain.valuation import Valuation, ValueOrigin
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, price, text
from exchanges.connection.markets import Markets
from exchanges.connection.payload_rows import read_each, rows_of
from exchanges.cryptocom.markets import asset_named, market_named

# Required totals. Without them the account's value is unknown, so the response is invalid.
_TOTALS = ("total_cash_balance", "total_session_unrealized_pnl")
_MAIN = "main"
# Significant digits of averages that do not terminate.
_AVERAGE = Context(prec=18)


def normalise_balances(payload: Any) -> tuple[Success[Balance], Valuation]:
    """Parse the balances of an account and its stated valuation, from private/user-balance.

    An empty account states its totals and an empty list of assets. Raises BadPayload for a response without totals.
    """
    account = _account(payload)
    isolated = _isolated(account)
    balances, unreadable = _balances(account, _MAIN)
    for isolation_id, margin in isolated.items():
        more, odd = _balances(margin, f"isolated-{isolation_id}")
        balances, unreadable = balances + more, unreadable + odd
    try:
        stated = _stated((account, *isolated.values()), balances)
    except Garbled as error:
        raise BadPayload(f"balances: {error}") from None
    return Success(balances, unreadable=unreadable), stated


def _balances(account: Mapping[str, Any], wallet: str) -> tuple[tuple[Balance, ...], tuple[Unreadable, ...]]:
    """The balances of the account itself, or of an isolated position. Raises BadPayload without a list of assets."""
    assets = account.get("position_balances")
    if not isinstance(assets, list):
        raise BadPayload("balances: the response holds no list of assets")
    return read_each(assets, partial(_balance, wallet=wallet), lambda balance: balance.key)


def _account(payload: Any) -> Mapping[str, Any]:
    rows = rows_of(payload, "balances")
    if len(rows) != 1 or not isinstance(rows[0], Mapping):
        raise BadPayload(f"balances: the response holds {len(rows)} accounts, not one")
    return _with_totals(rows[0])


def _with_totals(account: Mapping[str, Any]) -> Mapping[str, Any]:
    if missing := [field for field in _TOTALS if account.get(field) in (None, "")]:
        raise BadPayload(f"balances: the response does not state {' and '.join(missing)}")
    return account


def _isolated(account: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The margin of each isolated position by its id, with totals and assets of its own.

    It has left the account's totals and assets, as if transferred to another account. Raises BadPayload if one states
    no id or no totals.
    """
    rows = account.get("isolated_positions") or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadPayload("balances: the isolated positions are no list of accounts")
    isolated = {text(row, "isolation_id"): _with_totals(row) for row in rows}
    if None in isolated or len(isolated) < len(rows):
        raise BadPayload("balances: isolated positions without an isolation_id of their own")
    return {isolation_id: row for isolation_id, row in isolated.items() if isolation_id is not None}


def holds_nothing(success: Success[Balance], stated: Valuation) -> bool:
    """True if a response states an entirely empty account, which can be an error in disguise."""
    return not (success.rows or success.unreadable or stated.net_value or stated.cash or stated.margin_balance)


def _balance(row: Mapping[str, Any], wallet: str) -> Balance:
    name = text(row, "instrument_name")
    total = amount(row, "quantity")
    if name is None or total is None:
        raise Garbled("instrument_name or quantity is missing")
    asset = asset_named(name)
    reserved, worth = amount(row, "reserved_qty"), amount(row, "market_value")
    return Balance(
        asset=asset,
        total=total,
        free=None if reserved is None else EXACT.subtract(total, reserved),
        locked=reserved,
        # Two names can be one asset, so another name is a wallet of its own.
        wallet=wallet if asset == name else name if wallet == _MAIN else f"{wallet}-{name}",
        haircut=amount(row, "haircut"),
        collateral_eligible=_flag(row.get("collateral_eligible")),
        # The exchange states "0" for assets without a price. Their value is unknown, not zero.
        market_value=None if total != 0 and worth == 0 else worth,
        collateral_value=amount(row, "collateral_amount"),
        max_withdrawal=amount(row, "max_withdrawal_balance"),
    )


def _stated(accounts: Sequence[Mapping[str, Any]], balances: Iterable[Balance]) -> Valuation:
    """The account value as the exchange states it, without recomputing haircuts.

    `accounts` are the account and its isolated positions. Collateral and margins are those of cross margin.
    """
    account = accounts[0]
    cash, session = (_sum(_total(part, field) for part in accounts) for field in _TOTALS)
    worths = [balance.market_value for balance in balances if balance.market_value is not None]
    return Valuation(
        currency=text(account, "instrument_name") or "USD",
        origin=ValueOrigin.STATED,
        # Cash alone lacks the running session's unsettled profit.
        net_value=EXACT.add(cash, session),
        cash=cash,
        gross=_sum(worth for worth in worths if worth > 0),
        borrowed=_sum(-worth for worth in worths if worth < 0),
        unrealised_pnl=session,
        margin_balance=amount(account, "total_margin_balance"),
        collateral=amount(account, "total_collateral_value"),
        available=amount(account, "total_available_balance"),
        initial_margin=amount(account, "total_initial_margin"),
        maintenance_margin=amount(account, "total_maintenance_margin"),
        unpriced=tuple(sorted({b.asset for b in balances if b.total != 0 and b.market_value is None})),
    )


def _total(account: Mapping[str, Any], field: str) -> Decimal:
    total = amount(account, field)
    if total is None:
        raise Garbled("a total is missing")
    return total


def normalise_positions(payload: Any, markets: Markets) -> Success[Position]:
    """The open positions, from private/get-positions."""
    rows = rows_of(payload, "positions")
    positions, unreadable = read_each(rows, partial(_position, markets=markets), lambda position: position.key)
    return Success(positions, unreadable=unreadable)


def _position(row: Mapping[str, Any], markets: Markets) -> Position | None:
    name = text(row, "instrument_name")
    quantity = amount(row, "quantity")
    if name is None or quantity is None:
        raise Garbled("instrument_name or quantity is missing")
    if quantity == 0:
        return None  # closed, but still listed for a while
    market = market_named(name, markets)
    isolated = text(row, "isolation_id")
    opened_for, cost = amount(row, "open_pos_cost"), amount(row, "cost")
    is_linear = market.market_type in (MarketType.PERPETUAL, MarketType.FUTURE)
    return Position(
        key=f"{name}/{isolated}" if isolated else name,
        symbol=market.symbol,
        exchange_symbol=name,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=PositionSide.LONG if quantity > 0 else PositionSide.SHORT,
        amount=abs_of(quantity),
        raw=row,
        contracts=abs_of(quantity),
        # Not stated: the cost of the open position divided by its size, both as stated (one contract is one coin).
        entry_price=abs(_AVERAGE.divide(opened_for, quantity)) if opened_for and is_linear else None,
        cost=None if cost is None else abs_of(cost),
        leverage=amount(row, "leverage"),
        margin_mode=_margin_mode(row, isolated),
        mark_price=price(row, "mark_price"),
        unrealised_pnl=amount(row, "open_position_pnl"),
        session_pnl=amount(row, "session_pnl"),
        liquidation_price=price(row, "liquidation_price"),
    )


def _margin_mode(row: Mapping[str, Any], isolated: str | None) -> str | None:
    isolation = text(row, "isolation_type")
    return "isolated" if isolated else isolation.lower() if isolation else None


def abs_of(number: Decimal) -> Decimal:
    """The magnitude of a number, all its digits kept (abs() rounds to the context's precision)."""
    return number.copy_abs()


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total


def _flag(value: Any) -> bool | None:
    """A flag stated as a boolean or as "true"."""
    return {"true": True, "false": False}.get(str(value).strip().lower())
