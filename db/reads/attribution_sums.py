"""Read what the fills, transfers and coin books of an account add up to over a period, for its attribution.

Money is in the base currency of the account at the moment of each event. `bounds` divide a period into intervals: the
first one is (bounds[0], bounds[1]]. Sums are by the number of the interval, from 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, text

from db.reads.attribution_records import CoinSums, FillSums, KnownCost, TransferSums
from domain.attribution import Moved
from domain.snapshot import Account
from domain.transfers import TransferKind


def read_coin_sums(
    connection: Connection, account: Account, bounds: Sequence[datetime]
) -> Mapping[int, Mapping[str, CoinSums]]:
    """Counts of the coin books, by interval and coin."""
    sums: dict[int, dict[str, CoinSums]] = defaultdict(dict)
    width = len(fields(Moved))
    for interval, coin, *amounts in connection.execute(text(_COINS), _scope(account, bounds)):
        sums[interval][coin] = CoinSums(Moved(*amounts[:width]), *amounts[width:])
    return sums


def read_known_costs(
    connection: Connection, account: Account, coins: Iterable[str], moments: Sequence[datetime]
) -> Mapping[tuple[str, datetime], KnownCost]:
    """The known part of each coin at each moment. Those of which nothing was counted by then are left out."""
    rows = connection.execute(text(_KNOWN), {"account_id": account.id, "coins": list(coins), "moments": list(moments)})
    return {(coin, moment): KnownCost(quantity, cost) for coin, moment, quantity, cost in rows}


def read_realised_between(
    connection: Connection, account: Account, ranges: Sequence[tuple[datetime, datetime]]
) -> Mapping[datetime, Mapping[str, Decimal]]:
    """The realised profit of each coin before fees in ranges (since, until], by the end of the range and the coin."""
    scope = {
        "account_id": account.id, "since": [since for since, _ in ranges], "until": [until for _, until in ranges],
    }  # fmt: skip
    realised: dict[datetime, dict[str, Decimal]] = defaultdict(dict)
    for until, coin, amount in connection.execute(text(_REALISED), scope) if ranges else ():
        realised[until][coin] = amount
    return realised


def read_fill_sums(
    connection: Connection, account: Account, bounds: Sequence[datetime], *, settles_by_session: bool
) -> Mapping[int, Sequence[FillSums]]:
    """Sums of fills, by interval. Gains of contracts are those that the exchange states, else of their book.

    An exchange that settles by session states gains since the last settlement: there the book comes first.
    """
    gain = _BOOK_FIRST if settles_by_session else _STATED_FIRST
    sums: dict[int, list[FillSums]] = defaultdict(list)
    for interval, *row in connection.execute(text(_FILLS.format(gain=gain)), _scope(account, bounds)):
        sums[interval].append(FillSums(*row))
    return sums


def read_transfer_sums(
    connection: Connection, account: Account, bounds: Sequence[datetime]
) -> Mapping[int, Sequence[TransferSums]]:
    """Sums of transfers, by interval."""
    sums: dict[int, list[TransferSums]] = defaultdict(list)
    for interval, kind, *rest in connection.execute(text(_TRANSFERS), _scope(account, bounds)):
        sums[interval].append(TransferSums(TransferKind(kind), *rest))
    return sums


def _scope(account: Account, bounds: Sequence[datetime]) -> dict[str, object]:
    return {
        "account_id": account.id, "currency": account.base_currency, "bounds": list(bounds),
        "since": bounds[0], "until": bounds[-1],
    }  # fmt: skip


def _sums(*expressions: str) -> str:
    return ",\n       ".join(f"coalesce(sum({expression}), 0)" for expression in expressions)


# The number of the interval of a moment. An interval contains its end and not its begin.
_INTERVAL = "width_bucket({at} - interval '1 microsecond', CAST(:bounds AS timestamptz[])) - 1"

# The last count of a coin before the first one of the period. It is read once a coin.
_BEFORE = """(
    SELECT {column} FROM coin_result AS last
    WHERE last.account_id = :account_id AND last.coin = step.coin AND last.at <= :since
    ORDER BY last.at DESC, last.number DESC LIMIT 1
)"""

# The part of an event's value that belongs to the quantity of known cost, signed.
_COINS = f"""
WITH step AS (
    SELECT coin, key, role, quantity, value, realised_before_fees, known_after, cost_before_fees_after,
           {_INTERVAL.format(at="at")} AS part,
           lag(known_after) OVER each AS known_before, lag(cost_before_fees_after) OVER each AS cost_before
    FROM coin_result
    WHERE account_id = :account_id AND at > :since AND at <= :until AND role NOT IN ('contract', 'money')
    WINDOW each AS (PARTITION BY coin ORDER BY number)
),
change AS (
    SELECT part, coin, quantity, value, realised_before_fees, role IN ('deposit', 'withdrawal') AS is_transfer,
           CASE WHEN role IN ('deposit', 'withdrawal') THEN EXISTS (
               SELECT FROM transfer
               WHERE account_id = :account_id AND transfer.key = step.key AND kind IN ('deposit', 'withdrawal')
           ) ELSE false END AS is_flow,
           known_after - coalesce(known_before, {_BEFORE.format(column="known_after")}, 0) AS known,
           cost_before_fees_after - coalesce(cost_before, {_BEFORE.format(column="cost_before_fees_after")}, 0) AS cost,
           sign(quantity) * value AS signed
    FROM step
    OFFSET 0  -- computes each of these once, and not in every sum
),
valued AS (
    SELECT *, CASE WHEN known = quantity THEN signed WHEN known = 0 THEN 0
                   ELSE signed * known / nullif(quantity, 0) END AS known_value
    FROM change
)
SELECT part, coin,
       {
    _sums(
        "realised_before_fees) FILTER (WHERE value IS NOT NULL AND NOT is_transfer",
        "cost - known_value) FILTER (WHERE value IS NOT NULL AND is_transfer",
        "quantity - known) FILTER (WHERE value IS NOT NULL AND NOT is_flow",
        "signed - known_value) FILTER (WHERE value IS NOT NULL AND NOT is_flow",
        "known) FILTER (WHERE value IS NULL",
        "cost) FILTER (WHERE value IS NULL",
        "quantity - known) FILTER (WHERE value IS NULL AND NOT is_flow",
        "known) FILTER (WHERE value IS NOT NULL AND is_flow",
        "known_value) FILTER (WHERE value IS NOT NULL AND is_flow",
        "known) FILTER (WHERE value IS NULL AND is_flow",
    )
}
FROM valued
GROUP BY part, coin
"""  # noqa: S608 - text from code

_KNOWN = """
SELECT listed.coin, moment.at, last.known_after, last.cost_before_fees_after
FROM unnest(CAST(:coins AS text[])) AS listed (coin)
CROSS JOIN unnest(CAST(:moments AS timestamptz[])) AS moment (at)
CROSS JOIN LATERAL (
    SELECT known_after, cost_before_fees_after
    FROM coin_result
    WHERE account_id = :account_id AND coin = listed.coin AND at <= moment.at
    ORDER BY at DESC, number DESC
    LIMIT 1
) AS last
"""

# As the first sum of _COINS.
_REALISED = """
SELECT part.until, coin, sum(realised_before_fees)
FROM unnest(CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[])) AS part (since, until)
JOIN coin_result ON account_id = :account_id AND at > part.since AND at <= part.until
WHERE role NOT IN ('contract', 'money', 'deposit', 'withdrawal') AND value IS NOT NULL AND realised_before_fees <> 0
GROUP BY part.until, coin
"""

_STATED_FIRST = "coalesce(fill.realised_pnl, profit.realised_before_fees)"
_BOOK_FIRST = "coalesce(profit.realised_before_fees, fill.realised_pnl)"

_FILLS = f"""
SELECT part, symbol, base, quote, fee_currency, is_contract,
       {
    _sums(
        "sign * amount) FILTER (WHERE value IS NOT NULL AND NOT is_contract",
        "-sign * price * amount) FILTER (WHERE value IS NOT NULL AND NOT is_contract",
        "sign * value) FILTER (WHERE NOT is_contract",
        "sign * amount) FILTER (WHERE value IS NULL AND NOT is_contract",
        "-sign * price * amount) FILTER (WHERE value IS NULL AND NOT is_contract",
        "fee) FILTER (WHERE fee_value IS NOT NULL",
        "fee) FILTER (WHERE fee_value IS NULL",
        "fee_value",
        "gain) FILTER (WHERE gain_value IS NOT NULL",
        "gain_value",
        "gain) FILTER (WHERE gain_value IS NULL",
    )
},
       count(*) FILTER (WHERE value IS NULL OR (fee <> 0 AND fee_value IS NULL)
                           OR (is_contract AND gain_value IS NULL)),
       count(*) FILTER (WHERE is_assumed),
       {_sums("sign * amount) FILTER (WHERE is_contract", "stated_value")},
       count(*) FILTER (WHERE is_contract AND (unexplained > 0 OR book_gain IS NULL))
FROM (
    SELECT *, CASE WHEN gain = 0 THEN 0 WHEN value = size OR settled_in = :currency THEN gain
                   ELSE gain * value / nullif(size, 0) END AS gain_value,
              CASE WHEN stated = 0 THEN 0 WHEN value = size OR settled_in = :currency THEN stated
                   ELSE stated * value / nullif(size, 0) END AS stated_value
    FROM (
        SELECT {_INTERVAL.format(at="fill.at")} AS part, fill.symbol, fill.base, fill.quote, fill.fee_currency,
               fill.price, fill.amount, fill.fee,
               CASE fill.side WHEN 'buy' THEN 1 ELSE -1 END AS sign, stored.value, stored.fee AS fee_value,
               stored.source = 'assumed' AS is_assumed,
               market.is_contract, CASE WHEN market.is_contract THEN {{gain}} END AS gain,
               CASE WHEN market.is_contract THEN {_STATED_FIRST} END AS stated,
               profit.realised_before_fees AS book_gain, profit.sold_unexplained AS unexplained,
               CASE WHEN market.settled = fill.base THEN fill.amount ELSE fill.price * fill.amount END AS size,
               CASE WHEN market.settled = fill.base THEN fill.base ELSE fill.quote END AS settled_in
        FROM fill
        CROSS JOIN LATERAL (
            SELECT fill.market_type IN ('perpetual', 'future', 'option')
                       OR (fill.market_type = 'unknown' AND position(':' IN fill.symbol) > 0) AS is_contract,
                   split_part(split_part(fill.symbol, ':', 2), '-', 1) AS settled
        ) AS market
        LEFT JOIN fill_value AS stored
          ON stored.account_id = fill.account_id AND stored.key = fill.key AND stored.currency = :currency
        LEFT JOIN fill_profit AS profit
          ON market.is_contract AND profit.account_id = fill.account_id AND profit.key = fill.key
        WHERE fill.account_id = :account_id AND fill.at > :since AND fill.at <= :until
        OFFSET 0  -- computes each of these once, and not in every sum
    ) AS counted
) AS gained
GROUP BY part, symbol, base, quote, fee_currency, is_contract
"""  # noqa: S608 - text from code

_TRANSFERS = f"""
SELECT part, kind, asset, fee_currency,
       {
    _sums(
        "amount) FILTER (WHERE NOT is_apart AND value IS NOT NULL",
        "value) FILTER (WHERE NOT is_apart",
        "amount) FILTER (WHERE NOT is_apart AND value IS NULL",
        "fee) FILTER (WHERE fee_value IS NOT NULL",
        "fee) FILTER (WHERE fee_value IS NULL",
        "fee_value",
    )
},
       count(*) FILTER (WHERE (NOT is_apart AND amount <> 0 AND value IS NULL) OR (fee <> 0 AND fee_value IS NULL)),
       count(*) FILTER (WHERE is_assumed AND (fee <> 0 OR NOT is_apart))
FROM (
    SELECT {_INTERVAL.format(at="transfer.at")} AS part, transfer.kind, transfer.asset, transfer.fee_currency,
           transfer.amount, transfer.fee,
           -- Flows count when they are credited, and the others change no net value.
           transfer.kind IN ('deposit', 'withdrawal', 'internal', 'loan', 'settlement') AS is_apart,
           CASE WHEN transfer.asset = :currency THEN transfer.amount ELSE stored.value END AS value,
           CASE WHEN transfer.fee_currency = :currency THEN transfer.fee ELSE stored.fee END AS fee_value,
           stored.source = 'assumed' AS is_assumed
    FROM transfer
    LEFT JOIN transfer_value AS stored
      ON stored.account_id = transfer.account_id AND stored.key = transfer.key AND stored.currency = :currency
    WHERE transfer.account_id = :account_id AND transfer.at > :since AND transfer.at <= :until
      AND transfer.status NOT IN ('pending', 'failed')
) AS moved
GROUP BY part, kind, asset, fee_currency
"""  # noqa: S608 - text from code
