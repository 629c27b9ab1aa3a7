"""Balances and positions as ccxt unifies them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from domain.balances import Balance
from domain.positions import Position, PositionSide
from domain.sources import Success
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, quoted, text
from exchanges.connection.listed_markets import Listed, counts_in_contracts, in_base_units
from exchanges.connection.payload_rows import read_each
from exchanges.venues._shared.order_rows import price_in

_SIDES = {"long": PositionSide.LONG, "short": PositionSide.SHORT}


def normalise_unified_balances(payload: Any, wallet: str) -> Success[Balance]:
    """The assets of one wallet, from ccxt's fetch_balance; what is owed is deducted from what is held."""
    totals = payload.get("total") if isinstance(payload, Mapping) else None
    if not isinstance(totals, Mapping):
        raise BadPayload("balances: the answer holds no assets")
    rows = [{"asset": code, **_parts(payload, code)} for code in totals]
    balances, unreadable = read_each(rows, partial(_balance, wallet=wallet), lambda balance: balance.key)
    return Success(balances, unreadable=unreadable)


def _parts(payload: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    own = payload.get(code)
    return own if isinstance(own, Mapping) else {}


def _balance(row: Mapping[str, Any], wallet: str) -> Balance | None:
    asset, total, free, used = text(row, "asset"), amount(row, "total"), amount(row, "free"), amount(row, "used")
    debt = amount(row, "debt")
    if asset is None or (total is None and free is None and debt is None):
        raise Garbled("neither what is held nor what is free is said")
    if total is None:
        total = free if free is not None else Decimal(0)
    if debt:
        total = EXACT.subtract(total, debt.copy_abs())
    if total == 0 and not free and not used:
        return None  # exchanges list every coin that they know
    return Balance(asset=asset, total=total, free=free, locked=used, wallet=wallet)


def normalise_unified_positions(rows: Iterable[Any], listed: Listed) -> Success[Position]:
    """The open positions of one call of ccxt's fetch_positions."""
    positions, unreadable = read_each(rows, partial(_position, listed=listed), lambda position: position.key)
    return Success(positions, unreadable=unreadable)


def _position(row: Mapping[str, Any], listed: Listed) -> Position | None:
    if (problem := row.get("unparsed")) is not None:
        raise Garbled(str(problem))
    symbol, contracts = text(row, "symbol"), amount(row, "contracts")
    if symbol is None or contracts is None:
        raise Garbled("the market or the size is missing")
    if contracts == 0:
        return None  # closed; many exchanges list it on
    side = _SIDES.get((text(row, "side") or "").lower())
    if side is None and text(row, "side") is None and contracts < 0:
        side = PositionSide.SHORT
    if side is None:
        raise Garbled(f"side is neither long nor short: {quoted(row.get('side'))}")
    market, size = listed.named(symbol), contracts.copy_abs()
    entry, mark = price_in(row, "entryPrice"), price_in(row, "markPrice")
    base = in_base_units(size, market, mark or entry)
    if base is None:
        raise Garbled("the size in the base asset depends on a price that is missing")
    info, mode = row.get("info"), text(row, "marginMode")
    return Position(
        key=f"{market.exchange_symbol}/{side}" + ("/isolated" if mode == "isolated" else ""),
        symbol=market.symbol,
        exchange_symbol=market.exchange_symbol,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=side,
        amount=base,
        raw=info if isinstance(info, Mapping) else {"row": info},
        contracts=size if counts_in_contracts(market) else None,
        entry_price=entry,
        leverage=price_in(row, "leverage"),
        margin_mode=mode,
        mark_price=mark,
        unrealised_pnl=_in_quote(amount(row, "unrealizedPnl"), market.is_inverse, mark or entry),
        realised_pnl=_in_quote(amount(row, "realizedPnl"), market.is_inverse, mark or entry),
        liquidation_price=price_in(row, "liquidationPrice"),
    )


def _in_quote(profit: Decimal | None, is_inverse: bool, price: Decimal | None) -> Decimal | None:
    """Profit in the quote currency; inverse contracts pay it in the base asset."""
    if profit is None or not is_inverse:
        return profit
    return None if price is None else EXACT.multiply(profit, price)
