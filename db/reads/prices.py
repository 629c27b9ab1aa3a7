"""Read the prices of a refresh."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from db.price_states import PriceState
from db.reads.price_states import LATEST, read_states
from db.reads.versions import read_all_priced_symbols
from domain.currency_graph import HUBS
from domain.prices import Price
from domain.snapshot import Account

_NONE = PriceState({})


def read_prices(connection: Connection, account: Account, taken_at: datetime, price_id: int) -> Mapping[str, Price]:
    """The prices of a refresh by symbol. `price_id` is the tick that it saw."""
    return read_all_prices(connection, [(account, taken_at, price_id)])[account.id]


def read_all_prices(
    connection: Connection, places: Collection[tuple[Account, datetime, int]]
) -> Mapping[int, Mapping[str, Price]]:
    """The prices of the refresh of each account: one query a venue."""
    symbols = read_all_priced_symbols(connection, [(account.id, at) for account, at, _ in places])
    prices: dict[int, Mapping[str, Price]] = {}
    for venue in dict.fromkeys(account.venue for account, _, _ in places):
        here = {account.id: price_id for account, _, price_id in places if account.venue == venue}
        needed = sorted({symbol for id_ in here for symbol in symbols[id_]})
        at_ids = prices_at(connection, venue, here.values(), needed)
        prices |= {
            id_: {symbol: price for symbol in symbols[id_] if (price := at_ids[price_id].get(symbol)) is not None}
            for id_, price_id in here.items()
        }
    return prices


def read_recorded_prices(connection: Connection, venue: str) -> Mapping[str, Price]:
    """All prices of a venue as they were recorded last."""
    return read_states(connection, venue, [LATEST]).get(LATEST, _NONE).prices()


def prices_at(
    connection: Connection, venue: str, price_ids: Iterable[int], symbols: Collection[str]
) -> Mapping[int, Mapping[str, Price]]:
    """The last price of each symbol up to each id, by symbol. Symbols without one are left out.

    Prices from before ticks have a row each in `price`. They stand until a tick has their symbol.
    """
    ids = list(dict.fromkeys(price_ids))
    states = read_states(connection, venue, ids)
    prices = {id_: _prices_of(states.get(id_, _NONE), symbols) for id_ in ids}
    missing = [(id_, symbol) for id_, result in prices.items() for symbol in symbols if symbol not in result]
    if missing:
        for id_, row in _read_old(connection, venue, missing):
            prices[id_][row.symbol] = row
    return prices


def is_ever_priced(connection: Connection, venue: str, asset: str) -> bool:
    """True if a price of the asset in money or a large coin was ever recorded there, of a spot book or a perpetual."""
    symbols = [f"{asset}/{hub}{settled}" for hub in HUBS for settled in ("", f":{hub}")]
    return bool(connection.execute(text(_IS_PRICED), {"venue": venue, "symbols": symbols}).scalar_one())


def _prices_of(state: PriceState, symbols: Iterable[str]) -> dict[str, Price]:
    return {symbol: price for symbol in symbols if (price := state.price(symbol)) is not None}


def _read_old(connection: Connection, venue: str, keys: Iterable[tuple[int, str]]) -> Iterable[tuple[int, Price]]:
    ids, symbols = zip(*keys, strict=True)
    parameters = {"venue": venue, "ids": list(ids), "symbols": list(symbols)}
    for row in connection.execute(text(_OLD), parameters).mappings():
        values = dict(row)
        yield values.pop("wanted_id"), Price(**values)


_IS_PRICED = """
SELECT EXISTS (SELECT FROM priced_symbol WHERE exchange = :venue AND symbol = ANY (CAST(:symbols AS text[])))
"""

_OLD = """
SELECT wanted.id AS wanted_id, latest.*
FROM unnest(CAST(:ids AS bigint[]), CAST(:symbols AS text[])) AS wanted (id, symbol)
CROSS JOIN LATERAL (
    SELECT symbol, base, quote, last, bid, ask, mark, change_24h, volume, is_active
    FROM price
    WHERE exchange = :venue AND price.symbol = wanted.symbol AND price.id <= wanted.id
    ORDER BY price.id DESC
    LIMIT 1
) AS latest
"""
