"""Parsers for Crypto.com's fills: private/get-trades as domain/fills, with realised profits from the journal."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from domain.fills import Fill
from domain.markets import MarketType
from domain.sources import Success
from exchanges.connection.exact import EXACT, Garbled, amount, moment, moment_ns, text
from exchanges.connection.markets import Markets
from exchanges.connection.payload_rows import read_each, rows_of
from exchanges.cryptocom.fields import id_in, needed, positive, side_of, word
from exchanges.cryptocom.markets import asset_named, market_named

_LIQUIDITY = {"MAKER": True, "TAKER": False}


def normalise_fills(payload: Any, account: str, markets: Markets) -> Success[Fill]:
    """Parse the fills of one response of private/get-trades."""
    parse = partial(_fill, account=account, markets=markets)
    fills, unreadable = read_each(rows_of(payload, "fills"), parse, lambda fill: fill.key)
    return Success(fills, unreadable=unreadable)


def _fill(row: Mapping[str, Any], account: str, markets: Markets) -> Fill:
    name, key, at = text(row, "instrument_name"), id_in(row, "trade_id"), executed_at(row)
    if name is None or key is None or at is None:
        raise Garbled("instrument_name, trade_id or create_time is missing")
    market = market_named(name, markets)
    fees, currency = amount(row, "fees"), text(row, "fee_instrument_name")
    return Fill(
        account=account,
        exchange="cryptocom",
        key=key,
        order_id=id_in(row, "order_id"),
        symbol=market.symbol,
        exchange_symbol=name,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=side_of(row),
        price=needed(positive(row, "traded_price"), "traded_price"),
        amount=needed(positive(row, "traded_quantity"), "traded_quantity"),
        at=at,
        raw=row,
        # The exchange states a paid fee as a negative number.
        fee=None if fees is None else EXACT.minus(fees),
        fee_currency=None if currency is None else asset_named(currency),
        is_maker=_LIQUIDITY.get(word(row, "taker_side")),
    )


def executed_at(row: Mapping[str, Any]) -> datetime | None:
    """The time of an execution, to the microsecond if the row states nanoseconds."""
    return moment_ns(row, "create_time_ns") or moment_ns(row, "transact_time_ns") or moment(row, "create_time")


def has_contracts(fills: Iterable[Fill]) -> bool:
    """True if any fill can have a realised profit. Spot fills have none."""
    return any(fill.market_type is not MarketType.SPOT for fill in fills)


def with_realised(fills: Iterable[Fill], journal: Any) -> tuple[Fill, ...]:
    """Add the realised profit of each fill, from private/get-transactions. None if it is not stated."""
    stated: dict[str, Decimal] = {}
    for row in rows_of(journal, "journal of fills"):
        if isinstance(row, Mapping) and word(row, "journal_type") == "TRADING":
            _take(row, stated)
    return tuple(
        fill if fill.market_type is MarketType.SPOT else replace(fill, realised_pnl=stated.get(fill.key))
        for fill in fills
    )


def _take(row: Mapping[str, Any], stated: dict[str, Decimal]) -> None:
    """Add the profit of one journal line. Unreadable lines are skipped."""
    try:
        key, realised = id_in(row, "trade_id"), amount(row, "realized_pnl")
    except Garbled:
        return
    if key is not None and realised is not None:
        stated[key] = realised
