"""Positions: by the venue's own parser of a row, or as ccxt unifies it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from domain.markets import MarketType
from domain.positions import Position, PositionSide
from domain.sources import Success, Unreadable
from exchanges.connection.exact import EXACT, Garbled, amount, quoted, text
from exchanges.connection.listed_markets import Listed, contracts_of, in_base_units
from exchanges.connection.markets import Market
from exchanges.connection.payload_rows import read_each
from exchanges.venues._shared.position_rows import PositionParser, PositionRow, amount_or_unknown, price_or_unknown

_SIDES = {"long": PositionSide.LONG, "short": PositionSide.SHORT}
_DROPPED = "ccxt lists no market for this row"


def read_positions(rows: Iterable[Any], parse: PositionParser | None, listed: Listed) -> Success[Position]:
    """The open positions in ccxt's rows of fetch_positions. Closed ones, of size zero, are left out."""
    parse_row = partial(_position, parse=parse or _ccxt_row, listed=listed)
    positions, unreadable = read_each(rows, parse_row, _identity)
    rows_of_key = Counter(position.key for position in positions)
    apart = (replace(p, key=_identity(p)) if rows_of_key[p.key] > 1 else p for p in positions)
    return Success(tuple(apart), unreadable=unreadable)


def _identity(position: Position) -> str:
    """The key with the exchange's id, which tells several positions of one market, side and margin mode apart."""
    return position.key if position.position_id is None else f"{position.key}/{position.position_id}"


def dropped_rows(sent: Iterable[Any], unified: Iterable[Any], parse: PositionParser) -> tuple[Unreadable, ...]:
    """The open positions that the exchange sent and ccxt left out: none may vanish without a word."""
    kept = [row.get("info") for row in unified if isinstance(row, Mapping)]
    return tuple(
        Unreadable(_DROPPED, row)
        for row in sent
        if isinstance(row, Mapping) and row not in kept and not _is_closed(row, parse)
    )


def _is_closed(row: Mapping[str, Any], parse: PositionParser) -> bool:
    try:
        return parse(row, {}).size == 0
    except Garbled:
        return False


def _position(row: Mapping[str, Any], parse: PositionParser, listed: Listed) -> Position | None:
    info = row.get("info")
    raw = info if isinstance(info, Mapping) else {"row": info}
    if (problem := row.get("unparsed")) is not None and (parse is _ccxt_row or row.get("symbol") is None):
        raise Garbled(str(problem))
    stated = parse(raw, row)
    if stated.size == 0:
        return None  # closed, and still listed
    symbol = text(row, "symbol")
    if symbol is None:
        raise Garbled("the market is missing")
    market, price = listed.named(symbol), stated.mark_price or stated.entry_price
    base = stated.size if stated.is_in_base else in_base_units(stated.size, market, price)
    if base is None:
        raise Garbled("the size in the base asset depends on a price that is missing")
    return Position(
        key=_key(market, stated),
        symbol=market.symbol,
        exchange_symbol=market.exchange_symbol,
        base=market.base,
        quote=market.quote,
        market_type=MarketType.MARGIN if market.market_type is MarketType.SPOT else market.market_type,
        side=stated.side,
        amount=base,
        raw=raw,
        contracts=None if stated.is_in_base else contracts_of(stated.size, market),
        entry_price=stated.entry_price,
        leverage=stated.leverage,
        margin_mode=stated.margin_mode,
        mark_price=stated.mark_price,
        unrealised_pnl=_in_quote(stated.open_profit, market, price),
        session_pnl=_in_quote(stated.session_profit, market, price),
        realised_pnl=_in_quote(stated.realised_profit, market, price),
        liquidation_price=stated.liquidation_price,
        position_id=stated.position_id,
    )


def _key(market: Market, stated: PositionRow) -> str:
    parts = [market.exchange_symbol, str(stated.side)]
    if stated.margin_mode == "isolated":
        parts.append("isolated")
    if stated.split_id is not None:
        parts.append(stated.split_id)
    return "/".join(parts)


def _ccxt_row(_raw: Mapping[str, Any], row: Mapping[str, Any]) -> PositionRow:
    """ccxt's fields. An unreadable optional field is None, so the row stays valid."""
    size, word = amount(row, "contracts"), text(row, "side")
    if size is None:
        raise Garbled("the size is missing")
    side = _SIDES.get((word or "").lower())
    if side is None and word is None:
        side = PositionSide.SHORT if size < 0 else None
    if side is None and size != 0:
        raise Garbled(f"side is neither long nor short: {quoted(row.get('side'))}")
    return PositionRow(
        size=size.copy_abs(),
        side=side or PositionSide.LONG,
        entry_price=price_or_unknown(row, "entryPrice"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "unrealizedPnl"),
        realised_profit=amount_or_unknown(row, "realizedPnl"),
        liquidation_price=price_or_unknown(row, "liquidationPrice"),
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=text(row, "marginMode"),
    )


def _in_quote(profit: Decimal | None, market: Market, price: Decimal | None) -> Decimal | None:
    """Profit in the quote currency. Inverse contracts state it in the base asset."""
    if profit is None or not market.is_inverse:
        return profit
    return None if price is None else EXACT.multiply(profit, price)
