"""Write the prices of a venue: one packed row per tick that moved any. Its id fixes what a refresh could see."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from sqlalchemy import Connection, text

from db.copying import copy_lines, line_of
from db.locks import lock_price_writes
from db.price_states import Tick, TickChain
from db.reads.accounts import VENUE
from db.reads.price_states import read_chain
from domain.prices import Price


def write_prices(connection: Connection, venue: str, taken_at: datetime, prices: Iterable[Price]) -> int:
    """Write the prices that differ from the latest stored ones. Returns the id of the tick that this refresh saw.

    A refresh whose prices all stand writes no row. Its own row confirms them: it names the tick, and the account's
    marks name the symbols. A lock on the venue makes ids commit in order, so later ticks never change an earlier one.
    """
    lock_price_writes(connection, venue)
    chain = read_tick_chain(connection, venue)
    before = chain.state.symbols
    id_ = chain.add(taken_at, tuple(prices), lambda: _read_followed(connection, venue))
    write_ticks(connection, venue, chain.added, before)
    return id_


def read_tick_chain(connection: Connection, venue: str) -> TickChain:
    """The chain of a venue, to add rows. Take the venue's lock before."""
    latest = read_chain(connection, venue)
    return TickChain(latest, 0 if latest else int(connection.execute(text(_BEFORE_TICKS)).scalar_one()) + 1)


def write_ticks(connection: Connection, venue: str, ticks: Sequence[Tick], before: Set[str]) -> None:
    """Write rows, and their symbols that were not priced `before`."""
    if not ticks:
        return
    lines = (line_of((venue, tick.id, tick.at, tick.base_id, tick.body)) for tick in ticks)
    copy_lines(connection, "price_tick", ("exchange", "id", "at", "base_id", "body"), lines)
    symbols = set[str]().union(*(tick.state.symbols for tick in ticks)) - before
    if symbols:
        connection.execute(text(_INSERT_SYMBOLS), {"venue": venue, "symbols": sorted(symbols)})


def _read_followed(connection: Connection, venue: str) -> set[str]:
    """The symbols that the accounts of a venue priced last."""
    return set(connection.execute(text(_FOLLOWED), {"venue": venue}).scalars())


_INSERT_SYMBOLS = """
INSERT INTO priced_symbol (exchange, symbol)
SELECT :venue, symbol FROM unnest(CAST(:symbols AS text[])) AS symbol
ON CONFLICT DO NOTHING
"""

# The highest id of the prices from before ticks.
_BEFORE_TICKS = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM price_id_seq"

_FOLLOWED = f"""
SELECT DISTINCT jsonb_array_elements_text(latest.marks -> 'symbols')
FROM account
CROSS JOIN LATERAL (
    SELECT marks FROM mark
    WHERE account_id = account.id AND source = 'prices'
    ORDER BY valid_from DESC
    LIMIT 1
) AS latest
WHERE {VENUE} = :venue
"""  # noqa: S608 - SQL from code
