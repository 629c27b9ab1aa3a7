"""Parsers for Crypto.com's wallet: balances, the stated account value, and open positions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from exchanges.cryptocom.fields import id_in, word
from exchanges.cryptocom.markets import asset_named, market_named

# Required totals. Without them the account's value is unknown, so the response is invalid.
_TOTALS = ("total_cash_balance", "total_session_unrealized_pnl")
_MAIN = "main"
# Significant digits of averages that do not terminate.
_AVERAGE = Context(prec=18)


@dataclass(frozen=True, slots=True)
class _Isolated:
    """The margin of the isolated positions. `totals` are None if those of one position are unknown."""

    accounts: Mapping[str, Mapping[str, Any]]  # by the id of the position
    totals: Sequence[Mapping[str, Decimal]] | None
    unreadable: tuple[Unreadable, ...]


def normalise_balances(payload: Any) -> tuple[Success[Balance], Valuation]:
    """Parse the balances of an account and its stated valuation, from private/user-balance.

    An empty account states its totals and an empty list of assets. Raises BadPayload for a response without totals. An
    odd isolated position is unreadable and hides no other balance. Without its totals the value is unknown.
    """
    account = _account(payload)
    isolated = _isolated(account)
    balances, unreadable = _balances(account, _MAIN)
    for isolation_id, margin in isolated.accounts.items():
        more, odd = _balances(margin, f"isolated-{isolation_id}")
        balances, unreadable = balances + more, unreadable + odd
    try:
        totals = None if isolated.totals is None else (_totals(account), *isolated.totals)
        stated = _stated(account, totals, balances if not isolated.unreadable else None)
    except Garbled as error:
        raise BadPayload(f"balances: {error}") from None
    return Success(balances, unreadable=unreadable + isolated.unreadable), stated


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
    if missing := [field for field in _TOTALS if rows[0].get(field) in (None, "")]:
        raise BadPayload(f"balances: the response does not state {' and '.join(missing)}")
    return rows[0]


def _isolated(account: Mapping[str, Any]) -> _Isolated:
    """The margin of each isolated position, with totals and assets of its own.

    It has left the account's totals and assets, as if transferred to another account.
    """
    rows = account.get("isolated_positions") or []
    if not isinstance(rows, list):
        return _Isolated({}, None, (Unreadable("the isolated positions are no list", {"isolated_positions": rows}),))
    accounts: dict[str, Mapping[str, Any]] = {}
    totals: list[Mapping[str, Decimal]] | None = []
    unreadable: list[Unreadable] = []
    for n, row in enumerate(rows):
        if row in rows[:n]:  # a repeated row counts once
            continue
        own_totals = _totals_or_unknown(row, accounts)
        totals = None if totals is None or own_totals is None else [*totals, own_totals]
        isolation_id, problem = _isolation(row, accounts, has_totals=own_totals is not None)
        if problem is not None:
            unreadable.append(Unreadable(problem, row if isinstance(row, Mapping) else {"row": row}))
        if isolation_id is not None:
            accounts[isolation_id] = row
    return _Isolated(accounts, totals, tuple(unreadable))


def _totals_or_unknown(row: Any, others: Collection[str]) -> Mapping[str, Decimal] | None:
    """The totals of an isolated position. None of one that has the id of another, because both may be the same."""
    try:
        return _totals(row) if isinstance(row, Mapping) and id_in(row, "isolation_id") not in others else None
    except Garbled:
        return None


def _isolation(row: Any, accounts: Collection[str], *, has_totals: bool) -> tuple[str | None, str | None]:
    """The id of an isolated position whose assets can be read, and the problem of its row. Both may be None."""
    if not isinstance(row, Mapping):
        return None, "an isolated position is no object"
    isolation_id = id_in(row, "isolation_id")
    if isolation_id is None or isolation_id in accounts:
        return None, "an isolated position without an id of its own: its assets belong to no wallet"
    if not isinstance(row.get("position_balances"), list):
        return None, f"isolated position {isolation_id}: it lists no assets"
    if not has_totals:
        return isolation_id, f"isolated position {isolation_id}: its totals are missing, so its value is unknown"
    return isolation_id, None


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


def _stated(
    account: Mapping[str, Any], totals: Sequence[Mapping[str, Decimal]] | None, balances: Iterable[Balance] | None
) -> Valuation:
    """The account value as the exchange states it, without recomputing haircuts.

    `totals` are those of the account and of its isolated positions, None if one is unknown. `balances` are None if some
    are missing. Collateral and margins are those of cross margin.
    """
    cash, session = (
        None if totals is None else _sum(account_totals[field] for account_totals in totals) for field in _TOTALS
    )
    worths = [balance.market_value for balance in balances or () if balance.market_value is not None]
    return Valuation(
        currency=text(account, "instrument_name") or "USD",
        origin=ValueOrigin.STATED,
        # Cash alone lacks the running session's unsettled profit.
        net_value=None if cash is None or session is None else EXACT.add(cash, session),
        cash=cash,
        gross=None if balances is None else _sum(worth for worth in worths if worth > 0),
        borrowed=None if balances is None else _sum(-worth for worth in worths if worth < 0),
        unrealised_pnl=session,
        margin_balance=amount(account, "total_margin_balance"),
        collateral=amount(account, "total_collateral_value"),
        available=amount(account, "total_available_balance"),
        initial_margin=amount(account, "total_initial_margin"),
        maintenance_margin=amount(account, "total_maintenance_margin"),
        unpriced=tuple(sorted({b.asset for b in balances or () if b.total != 0 and b.market_value is None})),
    )


def _totals(account: Mapping[str, Any]) -> Mapping[str, Decimal]:
    totals = {field: total for field in _TOTALS if (total := amount(account, field)) is not None}
    if len(totals) < len(_TOTALS):
        raise Garbled("a total is missing")
    return totals


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
    isolated = id_in(row, "isolation_id")
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
        margin_mode="isolated" if isolated or word(row, "isolation_type").startswith("ISOLATED") else "cross",
        mark_price=price(row, "mark_price"),
        unrealised_pnl=amount(row, "open_position_pnl"),
        session_pnl=amount(row, "session_pnl"),
        liquidation_price=price(row, "liquidation_price"),
        position_id=isolated,
    )


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
