"""The gain of the contracts of each symbol over an interval, before fees.

Usually: what fills realised since entry, and the change of the open profit since entry. Settlements pay open profit
into the wallet and change neither. If fills do not explain a position (it was opened before the first known fill, or
the exchange closed it at its expiry without a fill), its cost is unknown. Then the lines of the exchange add up:

    gain = profit of fills since the last settlement + settlements + change of the profit since the last settlement

Only exchanges that state all three have it (`Account.fills_count_from_settlement`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, text

from db.reads.attribution_records import FillSums
from domain.lots import ZERO
from domain.open_profit import open_profit_of
from domain.positions import Position, PositionSide
from domain.prices import Rates
from domain.snapshot import Account

# The positions at the begin or the end of an interval, with the rates of that moment.
End = tuple[Sequence[Position], Rates]


@dataclass(frozen=True, slots=True)
class Settled:
    """What an exchange settled in an interval, by symbol in the base currency.

    `by_session`: it settles at all. `is_complete`: its own lines state all that it settled.
    """

    by_session: bool
    is_complete: bool
    amounts: Mapping[str, Decimal] = field(default_factory=dict)


def gains_of_contracts(
    currency: str, ends: tuple[End, End], fills: Sequence[FillSums], settled: Settled
) -> dict[str, Decimal]:
    """The gain of the contracts of each symbol."""
    by_settlement = _unexplained(ends, fills) if settled.is_complete else frozenset()
    gained: dict[str, Decimal] = defaultdict(Decimal)
    for sums in fills:
        if sums.is_contract:
            gained[sums.symbol] += sums.stated_value if sums.symbol in by_settlement else sums.gain_value
    for symbol in by_settlement:
        gained[symbol] += settled.amounts.get(symbol, ZERO)
    for (positions, rates), sign in zip(ends, (-1, 1), strict=True):
        for position in positions:
            is_since_entry = settled.by_session and position.symbol not in by_settlement
            counted = replace(position, session_pnl=None) if is_since_entry else position
            profit = open_profit_of(counted, rates, currency)
            if profit is not None:
                gained[position.symbol] += sign * profit.value
    return dict(gained)


def _unexplained(ends: tuple[End, End], fills: Iterable[FillSums]) -> frozenset[str]:
    """The symbols whose fills do not explain what they closed, or how the position changed."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    unexplained = set()
    for sums in fills:
        if sums.is_contract:
            moved[sums.symbol] -= sums.moved
            if sums.unexplained:
                unexplained.add(sums.symbol)
    for (positions, _), sign in zip(ends, (-1, 1), strict=True):
        for position in positions:
            is_long = position.side is PositionSide.LONG
            moved[position.symbol] += sign * (position.amount if is_long else -position.amount)
    return frozenset(unexplained | {symbol for symbol, difference in moved.items() if difference})


def read_settlements(
    connection: Connection, account: Account, bounds: Sequence[datetime]
) -> Mapping[int, Mapping[str, Decimal]]:
    """What was settled of each symbol, in the base currency, by the number of the interval (bounds[n], bounds[n+1]]."""
    scope = {
        "account_id": account.id, "currency": account.base_currency, "bounds": list(bounds),
        "since": bounds[0], "until": bounds[-1],
    }  # fmt: skip
    settled: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for interval, symbol, amount in connection.execute(text(_SETTLEMENTS), scope):
        settled[interval][symbol] = amount
    return settled


def settles_by_session(connection: Connection, account: Account, until: datetime) -> bool:
    """True if the exchange settles by session: it is known to, or the last position had a profit by session."""
    scope = {"account_id": account.id, "until": until}
    return bool(account.settles) or bool(connection.execute(text(_BY_SESSION), scope).scalar_one())


_SETTLEMENTS = """
SELECT width_bucket(transfer.at - interval '1 microsecond', CAST(:bounds AS timestamptz[])) - 1, transfer.symbol,
       sum(CASE WHEN transfer.asset = :currency THEN transfer.amount ELSE stored.value END)
FROM transfer
LEFT JOIN transfer_value AS stored
  ON stored.account_id = transfer.account_id AND stored.key = transfer.key AND stored.currency = :currency
WHERE transfer.account_id = :account_id AND transfer.at > :since AND transfer.at <= :until
  AND transfer.kind = 'settlement' AND transfer.status NOT IN ('pending', 'failed') AND transfer.symbol IS NOT NULL
GROUP BY 1, 2
HAVING sum(CASE WHEN transfer.asset = :currency THEN transfer.amount ELSE stored.value END) IS NOT NULL
"""

_BY_SESSION = """
SELECT coalesce((
    SELECT jsonb_path_exists(marks, '$.*.session_pnl')
    FROM mark
    WHERE account_id = :account_id AND source = 'positions' AND valid_from <= :until AND marks <> '{}'
    ORDER BY valid_from DESC
    LIMIT 1
), false)
"""
