"""Read when prices were confirmed last. A price row stands until one differs, so its own age says nothing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from db.reads.refreshes import read_all_refreshes
from db.reads.versions import read_all_priced_symbols
from domain.sources import Source


def read_confirmed_at(connection: Connection, refreshes: Mapping[int, datetime]) -> Mapping[str, datetime]:
    """The newest success that listed each symbol, as of these refreshes by account. Raises NoSuchRefresh."""
    places = list(refreshes.items())
    symbols = read_all_priced_symbols(connection, places)
    confirmed: dict[str, datetime] = {}
    for account_id, (refresh, _) in read_all_refreshes(connection, places).items():
        as_of = refresh.as_of(Source.PRICES)
        if as_of is not None:
            confirmed |= {symbol: max(as_of, confirmed.get(symbol, as_of)) for symbol in symbols[account_id]}
    return confirmed
