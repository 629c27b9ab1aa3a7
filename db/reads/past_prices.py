"""Prices of past moments, computed once by a process.

A price of three hours ago does not change any more: refreshes record the present, and the nearest price counts within
an hour. Only candles arrive later, and their version is in the key.
"""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from db.reads.candles import read_candle_version
from db.reads.moment_prices import read_price_history

SETTLED_AFTER = timedelta(hours=3)
# About 200 bytes each: a year of days of a hundred coins is 7 MB.
MOST = 200_000

# The venue, the version of its candles, the asset, the currency and the moment.
_Key = tuple[str, str, str, str, datetime]
_known: MutableMapping[Engine, dict[_Key, Decimal | None]] = WeakKeyDictionary()


def read_past_prices(
    connection: Connection, venue: str, assets: Iterable[str], moments: Sequence[datetime], currency: str
) -> Mapping[str, tuple[Decimal | None, ...]]:
    """The price of each asset at each moment, None if unknown. The moments are in order of time, none in the future."""
    cached, candles = _known_of(connection.engine), read_candle_version(connection, venue)
    keys = {asset: [(venue, candles, asset, currency, at) for at in moments] for asset in assets}
    missing = [key for of_asset in keys.values() for key in of_asset if key not in cached]
    result = _read(connection, venue, missing, currency)
    cached |= {key: price for key, price in result.items() if key[-1] <= moments[-1] - SETTLED_AFTER}
    return {
        asset: tuple(result[key] if key in result else cached[key] for key in of_asset)
        for asset, of_asset in keys.items()
    }


def _known_of(engine: Engine) -> dict[_Key, Decimal | None]:
    cached = _known.get(engine)
    if cached is None or len(cached) > MOST:
        cached = _known[engine] = {}
    return cached


def _read(connection: Connection, venue: str, keys: Sequence[_Key], currency: str) -> Mapping[_Key, Decimal | None]:
    assets, moments = sorted({key[2] for key in keys}), sorted({key[-1] for key in keys})
    if not moments:
        return {}
    history = read_price_history(connection, venue, assets, (currency,), moments)
    rates = {at: history.at(at) for at in moments}
    return {key: rates[key[-1]].found(key[2], currency, key[-1]).value for key in keys}
