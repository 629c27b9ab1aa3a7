"""Fills: executions page by page and totals of a filter, as a response."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from api.long_list import list_response, since_of, until_of
from api.params import RequestScope, words_of
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, QuoteTotals, read_fill_totals
from db.reads.fills import FillRow, read_fills
from domain.fills import Liquidity
from domain.markets import Side

FIELDS = ("account", "as_of", "symbol", "side", "liquidity", "since", "until", "order_id", "limit", "before")
REPEATED = ("account", "symbol", "side", "liquidity")

_FILL_FIELDS = (
    "account", "exchange", "key", "order_id", "symbol", "exchange_symbol", "base", "quote", "market_type", "side",
    "position_side", "price", "amount", "contracts", "contract_size", "value", "fee", "fee_currency", "liquidity", "at",
)  # fmt: skip
_GAIN_FIELDS = ("only_opens", "realised", "realised_currency", "realised_before_fees", "unexplained")
_COIN_FIELDS = ("held_after", "known_after", "cost_after", "currency", "unknown", "is_assumed")
_MARKET_FIELDS = (
    "realised_by_market", "realised_before_fees_by_market", "unexplained_by_market", "fee_value", "held_after",
    "cost_after",
)  # fmt: skip


def read_fills_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """A page of fills."""
    filters = _filters(scope)
    return list_response(
        connection,
        scope,
        "fills",
        lambda limit, before: read_fills(connection, scope.accounts, filters, limit, before),
        _fill_response,
        lambda: totals_response(read_fill_totals(connection, scope.accounts, filters)),
        lambda _, progress: {"fills_since": progress.fills_since},
    )


def totals_response(totals: FillTotals) -> dict[str, Any]:
    """Totals of fills by currency. An unknown currency is null."""
    return {
        "fills": totals.fills,
        "by_quote": [_quote_response(quote, totals_of_quote) for quote, totals_of_quote in totals.by_quote.items()],
        "fees": [{"currency": currency, "amount": amount} for currency, amount in totals.fees.items()],
        "fees_unknown": totals.fees_unknown,
    }


def _quote_response(quote: str | None, totals: QuoteTotals) -> dict[str, Any]:
    return {"quote": quote, **{field.name: getattr(totals, field.name) for field in fields(totals)}}


def _fill_response(row: FillRow) -> dict[str, Any]:
    return {
        **{name: getattr(row.fill, name) for name in _FILL_FIELDS},
        "realised_stated": row.fill.realised_pnl,
        **{name: getattr(row, name) for name in _GAIN_FIELDS},
        "coin": None if row.coin is None else {name: getattr(row.coin, name) for name in _COIN_FIELDS},
        **{name: getattr(row, name) for name in _MARKET_FIELDS},
    }


def _filters(scope: RequestScope) -> FillFilter:
    given = scope.params.given
    return FillFilter(
        since=since_of(scope),
        until=until_of(scope),
        symbols=given.get("symbol"),
        sides=words_of("side", given, Side),
        liquidities=words_of("liquidity", given, Liquidity),
        order_id=given["order_id"][0] if "order_id" in given else None,
    )
