"""Read the prices of a venue at its ticks (db/price_states.py)."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from db.price_states import PriceState, Tick

LATEST = 2**63 - 1


def read_states(connection: Connection, venue: str, ids: Iterable[int]) -> Mapping[int, PriceState]:
    """The state of the last tick up to each id. Ids from before the first tick are left out."""
    requested = sorted(set(ids))
    if not requested:
        return {}
    ticks = _ticks(connection, venue, requested)
    numbers = sorted(ticks)
    places = {id_: bisect_right(numbers, id_) - 1 for id_ in requested}
    return {id_: ticks[numbers[position]].state for id_, position in places.items() if position >= 0}


def read_chain(connection: Connection, venue: str, id_: int = LATEST) -> Sequence[Tick]:
    """The last tick up to an id behind its bases, the keyframe first. Empty if there is none."""
    ticks = _ticks(connection, venue, [id_])
    return [ticks[number] for number in sorted(ticks)]


def _ticks(connection: Connection, venue: str, ids: Sequence[int]) -> Mapping[int, Tick]:
    """The last tick up to each id and all bases of these, by id."""
    ticks: dict[int, Tick] = {}
    for row in connection.execute(text(_CHAINS), {"venue": venue, "ids": ids}):
        base = None if row.base_id is None else ticks[row.base_id].state
        state = PriceState.unpacked(bytes(row.body), base)
        ticks[row.id] = Tick(row.id, row.at, row.base_id, bytes(row.body), state)
    return ticks


# A base is older than the ticks that build on it, so it comes first in the order of ids.
_CHAINS = """
WITH RECURSIVE chain AS (
    SELECT latest.*
    FROM unnest(CAST(:ids AS bigint[])) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT id, at, base_id, body FROM price_tick
        WHERE exchange = :venue AND price_tick.id <= wanted.id
        ORDER BY price_tick.id DESC
        LIMIT 1
    ) AS latest
    UNION
    SELECT price_tick.id, price_tick.at, price_tick.base_id, price_tick.body
    FROM chain
    JOIN price_tick ON price_tick.exchange = :venue AND price_tick.id = chain.base_id
)
SELECT id, at, base_id, body
FROM chain
ORDER BY id
"""
