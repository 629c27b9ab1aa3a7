"""Read what moves the coins of an account: its fills and transfers, each with its value at its own moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from db.history_records import FILL_COLUMNS, TRANSFER_COLUMNS, fill_from, transfer_from
from domain.coin_books import CoinEvent
from domain.coin_events import Values, events_of_fill, events_of_transfer, in_order, place_of, rank_of
from domain.contract_events import MarketProfit, events_of_contract
from domain.fills import Fill
from domain.lots import ZERO
from domain.movements import is_contract
from domain.snapshot import Account
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class ValuedFill:
    """A fill without its payload. `values` is None until it is valued, `profit` until its market's book counts it.

    A fill that was valued as unknown has Values with None in them. `profit` is read for contracts only.
    """

    fill: Fill
    values: Values | None
    profit: MarketProfit | None = None
    is_contract: bool = False

    @property
    def place(self) -> tuple[datetime, int, int, str]:
        """Its place in the order of events."""
        return place_of(self.fill.at, self.fill.key)


@dataclass(frozen=True, slots=True)
class ValuedTransfer:
    """A transfer without its payload. `values` is None until it is valued."""

    transfer: Transfer
    values: Values | None

    @property
    def place(self) -> tuple[datetime, int, int, str]:
        """Its place in the order of events."""
        return place_of(self.transfer.at, self.transfer.key, rank_of(self.transfer))


ValuedRow = ValuedFill | ValuedTransfer

UNVALUED = Values(None, None)
NO_PROFIT = MarketProfit(None, None, None)


def events_of(row: ValuedRow, base_currency: str) -> Sequence[CoinEvent]:
    """The events of a row, in the order of books. Values and profits that it does not have are unknown."""
    values = row.values or UNVALUED
    if isinstance(row, ValuedTransfer):
        events = events_of_transfer(row.transfer, values, base_currency)
    elif row.is_contract:
        events = events_of_contract(row.fill, values, row.profit or NO_PROFIT, base_currency)
    else:
        events = events_of_fill(row.fill, values, base_currency)
    return events if len(events) < 2 else in_order(events)


def read_coin_rows(
    connection: Connection, account: Account, after: datetime | None, limit: int, *, in_usd: bool = False
) -> tuple[Sequence[ValuedRow], bool]:
    """The next fills and transfers after a moment, in the order of books, and whether they are the last ones.

    About `limit` of them: a part never ends within a moment, and takes a few more if those are the last. Values in
    another currency than the account's count as missing. With `in_usd` the values are those in US dollars.
    """
    scope: dict[str, object] = {"account_id": account.id, "after": after, "limit": limit, "most": limit + limit // 4}
    until, is_last = connection.execute(text(_END), scope).one()
    if until is None:
        return (), True
    scope |= {"until": until, "currency": account.base_currency}
    valued = _VALUED_IN_USD if in_usd else _VALUED
    fills = [_fill(row, account) for row in connection.execute(text(_FILLS.format(valued=valued)), scope)]
    statement = text(_TRANSFERS.format(valued=valued))
    transfers = [_transfer(row, account) for row in connection.execute(statement, scope)]
    return sorted((*fills, *transfers), key=lambda row: row.place), is_last


def _fill(row: Sequence[Any], account: Account) -> ValuedFill:
    """A row of FILL_COLUMNS, source, value and fee, then what its market's book says."""
    width = len(FILL_COLUMNS)
    fill = fill_from(row[:width], account.name, account.exchange)
    source, value, fee, is_counted, *profit = row[width:]
    fee = fill.fee if not fill.fee else fee
    counted = MarketProfit(*profit) if is_counted else None
    return ValuedFill(fill, _values(source, value, fee), counted, is_contract(fill))


def _transfer(row: Sequence[Any], account: Account) -> ValuedTransfer:
    """A row of TRANSFER_COLUMNS, source, value and fee."""
    width = len(TRANSFER_COLUMNS)
    transfer = transfer_from(row[:width], account.name, account.exchange)
    source, value, fee = row[width:]
    return ValuedTransfer(transfer, _values(source, value, fee if transfer.fee else ZERO))


def _values(source: str | None, value: Decimal | None, fee: Decimal | None) -> Values | None:
    """The stored values, never negative but for the fee. None if there are none."""
    if source is None:
        return None
    return Values(None if value is None else abs(value), fee, source == "assumed")


_END = """
SELECT CASE WHEN count(*) < :most THEN max(at) ELSE max(at) FILTER (WHERE number <= :limit) END, count(*) < :most
FROM (
    SELECT at, row_number() OVER (ORDER BY at) AS number
    FROM (
        (SELECT at FROM fill
         WHERE account_id = :account_id AND at > coalesce(:after, CAST('-infinity' AS timestamptz))
         ORDER BY at LIMIT :most)
        UNION ALL
        (SELECT at FROM transfer
         WHERE account_id = :account_id AND at > coalesce(:after, CAST('-infinity' AS timestamptz))
         ORDER BY at LIMIT :most)
    ) AS either
    ORDER BY at
    LIMIT :most
) AS part
"""

_VALUED = "value.source, value.value, value.fee"
_VALUED_IN_USD = "value.source, value.value_usd, value.fee_usd"

_FILLS = f"""
SELECT {", ".join(f"fill.{name}" if name != "raw" else "NULL AS raw" for name in FILL_COLUMNS)}, {{valued}},
       profit.key IS NOT NULL, profit.realised, profit.realised_before_fees, profit.fee_value, profit.sold_unexplained
FROM fill
LEFT JOIN fill_value AS value
  ON value.account_id = fill.account_id AND value.key = fill.key AND value.currency = :currency
LEFT JOIN fill_profit AS profit
  ON profit.account_id = fill.account_id AND profit.key = fill.key AND fill.market_type NOT IN ('spot', 'margin')
WHERE fill.account_id = :account_id AND fill.at > coalesce(:after, CAST('-infinity' AS timestamptz))
  AND fill.at <= :until
"""  # noqa: S608 - column names from code

_TRANSFERS = f"""
SELECT {", ".join(f"transfer.{name}" if name != "raw" else "jsonb_build_object() AS raw" for name in TRANSFER_COLUMNS)},
       {{valued}}
FROM transfer
LEFT JOIN transfer_value AS value
  ON value.account_id = transfer.account_id AND value.key = transfer.key AND value.currency = :currency
WHERE transfer.account_id = :account_id AND transfer.at > coalesce(:after, CAST('-infinity' AS timestamptz))
  AND transfer.at <= :until
"""  # noqa: S608 - column names from code
