"""Read the recorded net values of accounts at given moments.

Each look-up takes one row from an index, however long the history is. Refreshes whose value was carried forward do not
count, because such a value is older than its refresh.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from domain.attribution import Line

# A query takes about 10 microseconds for each look-up. Several short queries hold up others less than a long one.
LOOK_UPS_A_QUERY = 1000

# An account and a moment.
Place = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class NetValue:
    """The net value that a refresh recorded, in the base currency of that time.

    `expected` is the refresh interval in force then, None if it was not recorded. `price_id` names the prices of then.
    `unpriced` are the assets that the value does not count, `assumed` the dollar coins that count as one dollar.
    `booked` are the amounts by line of an attribution that `value` contains beyond its refresh, `booked_trade_fees` the
    fees of fills among them.
    """

    at: datetime
    value: Decimal
    currency: str
    price_id: int
    expected: timedelta | None
    unpriced: tuple[str, ...]
    assumed: tuple[str, ...] = ()
    booked: Mapping[Line, Decimal] = field(default_factory=dict)
    booked_trade_fees: Decimal = Decimal(0)


def read_net_values_at(connection: Connection, places: Iterable[Place], longest: timedelta) -> Mapping[Place, NetValue]:
    """The last net value recorded at or before each moment, at most `longest` before. Unknown ones are left out."""
    return _read(connection, places, longest, "<=", ">", "-", "DESC")


def read_net_values_before(
    connection: Connection, places: Iterable[Place], longest: timedelta
) -> Mapping[Place, NetValue]:
    """The last net value recorded before each moment, at most `longest` before."""
    return _read(connection, places, longest, "<", ">", "-", "DESC")


def read_net_values_after(
    connection: Connection, places: Iterable[Place], longest: timedelta
) -> Mapping[Place, NetValue]:
    """The first net value recorded at or after each moment, at most `longest` after."""
    return _read(connection, places, longest, ">=", "<", "+", "ASC")


def read_first_values(connection: Connection, account_ids: Sequence[int]) -> Mapping[int, datetime]:
    """When the first net value of each account was recorded. Accounts without one are left out."""
    rows = connection.execute(text(_FIRST), {"accounts": list(account_ids)})
    return {id_: at for id_, at in rows if at is not None}


def read_first_refresh(connection: Connection, account_ids: Sequence[int]) -> datetime | None:
    """When the first of these accounts was refreshed first. None if none ever was."""
    first: datetime | None = connection.execute(text(_FIRST_REFRESH), {"accounts": list(account_ids)}).scalar()
    return first


def place_parameters(places: Iterable[Place]) -> Iterator[dict[str, list[Any]]]:
    """The SQL parameters :accounts and :moments of each query that looks places up."""
    pairs = list(dict.fromkeys(places))
    for first in range(0, len(pairs), LOOK_UPS_A_QUERY):
        batch = pairs[first : first + LOOK_UPS_A_QUERY]
        yield {"accounts": [id_ for id_, _ in batch], "moments": [at for _, at in batch]}


def _read(
    connection: Connection, places: Iterable[Place], longest: timedelta, side: str, limit: str, sign: str, order: str
) -> Mapping[Place, NetValue]:
    statement = text(_NEAREST.format(side=side, limit=limit, sign=sign, order=order))
    rows = (
        row
        for parameters in place_parameters(places)
        for row in connection.execute(statement, {**parameters, "longest": longest})
    )
    return {(id_, moment): net_value_of(row) for id_, moment, *row in rows}


def net_value_of(row: Iterable[Any]) -> NetValue:
    """The net value in the columns of a refresh."""
    at, value, currency, price_id, seconds, unpriced, assumed = row
    expected = None if seconds is None else timedelta(seconds=seconds)
    return NetValue(at, value, currency, price_id, expected, tuple(unpriced or ()), tuple(assumed or ()))


# The value of a refresh is its own unless a source that it depends on was carried forward.
IS_OWN_VALUE = """
net_value IS NOT NULL
AND NOT coalesce(carried ? 'balances' OR (value_origin <> 'stated' AND carried ?| ARRAY['positions', 'prices']), false)
"""

_NEAREST = f"""
SELECT place.account_id, place.at, seen.*
FROM unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[])) AS place (account_id, at)
CROSS JOIN LATERAL (
    SELECT taken_at, net_value, currency, price_id, expected_seconds, unpriced, assumed
    FROM refresh
    WHERE account_id = place.account_id AND taken_at {{side}} place.at
      AND taken_at {{limit}} place.at {{sign}} CAST(:longest AS interval) AND {IS_OWN_VALUE}
    ORDER BY taken_at {{order}}
    LIMIT 1
) AS seen
"""  # noqa: S608 - text from code

# The query for the last value before each moment, for queries that add to it.
NEAREST_BEFORE = _NEAREST.format(side="<=", limit=">", sign="-", order="DESC")

_FIRST = f"""
SELECT id, (SELECT taken_at FROM refresh WHERE account_id = id AND {IS_OWN_VALUE} ORDER BY taken_at LIMIT 1)
FROM unnest(CAST(:accounts AS integer[])) AS listed (id)
"""  # noqa: S608 - text from code

_FIRST_REFRESH = """
SELECT min((SELECT min(taken_at) FROM refresh WHERE account_id = id))
FROM unnest(CAST(:accounts AS integer[])) AS listed (id)
"""
