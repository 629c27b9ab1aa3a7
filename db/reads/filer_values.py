"""Read what fills and transfers were worth in a currency of choice (domain/filer_values.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from db.reads.coin_events import ValuedFill, ValuedRow
from db.reads.moment_prices import read_price_history
from domain.filer_values import currencies_of_fill, values_of_fill, values_of_transfer
from domain.moment_rates import FoundRate, PriceHistory


def revalued(connection: Connection, venue: str, rows: Sequence[ValuedRow], currency: str) -> Sequence[ValuedRow]:
    """These rows with their values in `currency`, each at the prices of its own moment at the venue."""
    currencies = {name for row in rows for name in _currencies(row) if name != currency}
    moments = [row.place[0] for row in rows]
    history = read_price_history(connection, venue, currencies, (currency,), moments)
    return [_revalued(row, history, currency) for row in rows]


def _revalued(row: ValuedRow, history: PriceHistory, currency: str) -> ValuedRow:
    rate_of = partial(_rate, history, row, currency)
    if isinstance(row, ValuedFill):
        return replace(row, values=values_of_fill(row.fill, currency, rate_of))
    return replace(row, values=values_of_transfer(row.transfer, currency, rate_of))


def _rate(history: PriceHistory, row: ValuedRow, currency: str, asset: str) -> FoundRate:
    return history.found(asset, currency, row.place[0])


def _currencies(row: ValuedRow) -> Iterable[str]:
    if isinstance(row, ValuedFill):
        return currencies_of_fill(row.fill)
    transfer = row.transfer
    return [name for name in (transfer.asset, transfer.fee_currency) if name is not None]
