"""Read net values at closing moments: the last recorded ones, with what was booked since.

A refresh is seldom taken right before midnight. Amounts booked between the last one and midnight belong to the day
that ends, as in every list. So it is added to the recorded net value:

    refresh at 23:59:30: 1,000      funding of +5 at 23:59:50      midnight: 1,005

Prices do not move in between. Deposits and withdrawals count with the refresh that first contains them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, localcontext
from itertools import compress

from sqlalchemy import Connection, text

from db.reads.net_values import NEAREST_BEFORE, NetValue, Place, net_value_of, place_parameters
from domain.attribution import Line
from domain.lots import EXACT

# The lines of what is booked, as the query has them.
LINES = (Line.FEES, Line.FUNDING, Line.INTEREST, Line.REBATES, Line.OTHER)


def read_settled_values(
    connection: Connection, places: Iterable[Place], longest: timedelta
) -> Mapping[Place, NetValue]:
    """The last net value at or before each moment, at most `longest` before, with what was booked since.

    Only at closing moments (domain.periods.closes_second). At any other moment a refresh stands for itself.
    """
    last = len(LINES) + 1
    return {
        (id_, moment): _with_booked(net_value_of(row[:-last]), row[-last:-1], row[-1])
        for parameters in place_parameters(places)
        for id_, moment, *row in connection.execute(text(_SETTLED), {**parameters, "longest": longest})
    }


def _with_booked(recorded: NetValue, amounts: Sequence[Decimal], trade_fees: Decimal) -> NetValue:
    if not any(amounts) and not trade_fees:
        return recorded
    with localcontext(EXACT):
        value = recorded.value + sum(amounts)
    booked = dict(compress(zip(LINES, amounts, strict=True), amounts))
    return replace(recorded, value=value, booked=booked, booked_trade_fees=trade_fees)


# As the lines of an attribution are added up (db/reads/attribution_sums.py). A refresh contains its whole millisecond.
_SETTLED = f"""
SELECT seen.*, booked.*
FROM ({NEAREST_BEFORE}) AS seen
CROSS JOIN LATERAL (
    SELECT date_trunc('milliseconds', seen.taken_at) + interval '999 microseconds' AS through,
           date_trunc('second', seen.at + interval '1 microsecond') = seen.at + interval '1 microsecond' AS is_closing
) AS bound
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('fee', 'trade fee')), 0) AS fees,
           coalesce(sum(amount) FILTER (WHERE kind = 'funding'), 0) AS funding,
           coalesce(sum(amount) FILTER (WHERE kind = 'interest'), 0) AS interest,
           coalesce(sum(amount) FILTER (WHERE kind = 'rebate'), 0) AS rebates,
           coalesce(sum(amount) FILTER (WHERE kind = 'other'), 0) AS other,
           coalesce(sum(amount) FILTER (WHERE kind = 'trade fee'), 0) AS trade_fees
    FROM (
        SELECT 'trade fee' AS kind, -fee AS amount
        FROM fill_value
        WHERE account_id = seen.account_id AND at > bound.through AND at <= seen.at AND currency = seen.currency
          AND fee <> 0 AND bound.is_closing
        UNION ALL
        SELECT moved.kind, moved.amount
        FROM transfer
        LEFT JOIN transfer_value AS stored
          ON stored.account_id = transfer.account_id AND stored.key = transfer.key AND stored.currency = seen.currency
        CROSS JOIN LATERAL (
            VALUES (transfer.kind, CASE WHEN transfer.asset = seen.currency THEN transfer.amount ELSE stored.value END),
                   ('fee', -CASE WHEN transfer.fee_currency = seen.currency THEN transfer.fee ELSE stored.fee END)
        ) AS moved (kind, amount)
        WHERE transfer.account_id = seen.account_id AND transfer.at > bound.through AND transfer.at <= seen.at
          AND transfer.status NOT IN ('pending', 'failed') AND bound.is_closing
    ) AS row
) AS booked
"""  # noqa: S608 - text from code
