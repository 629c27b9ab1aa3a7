"""Which executions are there, newest first, and what did each realise?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import Connection, text

from db.past_records import FILL_COLUMNS, fill_from
from db.reads.fill_filter import FillFilter
from db.reads.page_cursor import Cursor, cursor_parameters
from domain.fills import Fill
from domain.lots import EXACT
from domain.markets import Side
from domain.movements import may_go_short, movement_of
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class Pooled:
    """What a fill did to its coin, all markets together; money in its quote currency but for `cost_after`."""

    realised: Decimal | None
    realised_before_fees: Decimal | None
    held_after: Decimal
    cost_after: Decimal | None  # in `unit`
    unit: str
    sold_unexplained: Decimal
    is_assumed: bool  # a dollar coin counted as one dollar


@dataclass(frozen=True, slots=True)
class FillRow:
    """One execution without its payload ({}), and what it did to its book; None is unknown or not worked out yet.

    Names that end in `_by_market` count the fills of its market alone, `realised` and the like those of all markets of
    its coin. Where a fill sold more than fills explain, both are of the explained part only. `pooled` is None where its
    book tells it all: the coin is traded in one quote only, or a fill of this market cannot be valued.
    """

    fill: Fill
    account_id: int
    realised_by_market: Decimal | None  # in the quote currency, fees deducted
    realised_before_fees_by_market: Decimal | None
    fee_value: Decimal | None  # in the quote currency, at the time of the fill
    held_after: Decimal | None
    cost_after: Decimal | None
    unexplained_by_market: Decimal | None
    pooled: Pooled | None = None

    @property
    def realised(self) -> Decimal | None:
        """What it realised over all markets of its coin, fees deducted; of the explained part only."""
        return self.realised_by_market if self.pooled is None else self.pooled.realised

    @property
    def realised_before_fees(self) -> Decimal | None:
        """The same before fees: known where only a fee is unknown."""
        return self.realised_before_fees_by_market if self.pooled is None else self.pooled.realised_before_fees

    @property
    def unexplained(self) -> Decimal | None:
        """How much it sold at an unknown cost, over all markets of its coin; None while it is not worked out."""
        return self.unexplained_by_market if self.pooled is None else self.pooled.sold_unexplained

    @property
    def only_opens(self) -> bool:
        """Whether it closed nothing, so that nothing was realised: neither a gain of zero nor an unknown one."""
        if not may_go_short(self.fill):
            return self.fill.side is Side.BUY
        if self.held_after is None or self.unexplained_by_market or self.realised_before_fees_by_market is None:
            return False  # not worked out yet, or by a book that is blind
        with localcontext(EXACT):
            moved = movement_of(self.fill, None).quantity
            return abs(self.held_after) >= abs(moved) and self.held_after * moved > 0

    @property
    def cursor(self) -> Cursor:
        """The next page begins `before` it."""
        return Cursor(self.fill.at, self.fill.key, self.account_id)


def read_fills(
    connection: Connection,
    accounts: Sequence[Account],
    wanted: FillFilter,
    limit: int,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> tuple[FillRow, ...]:
    """At most `limit` fills of the filter, newest first. `before` is the cursor of the last row of the page before.

    With `after` they are the nearest of the newer ones: the way back.

    Filtered before it is paged. For each account, symbol, side and liquidity asked for, the newest are read
    off the end of an index that leads with them, so the cost follows the page and not the length of the past.
    """
    way = "DESC" if after is None else "ASC"
    # Whichever of the two ends comes first says it all, and the index begins there.
    if before is not None and wanted.until is not None:
        wanted, before = (wanted, None) if before.at >= wanted.until else (replace(wanted, until=None), before)
    if after is not None and wanted.since is not None:
        wanted, after = (wanted, None) if after.at < wanted.since else (replace(wanted, since=None), after)
    beyond = _beyond("<", before) + _beyond(">", after)
    statement = _PAGE.format(hits=_hits(wanted, beyond, way), columns=_COLUMNS, way=way)
    parameters = _parameters(accounts, wanted, limit, after or before)
    return tuple(_rows(connection.execute(text(statement), parameters), accounts))


def read_fill_symbols(connection: Connection, accounts: Sequence[Account]) -> tuple[str, ...]:
    """The symbols that were ever traded, each found by one step down the index."""
    rows = connection.execute(text(_SYMBOLS), {"accounts": [account.id for account in accounts]})
    return tuple(rows.scalars())


def _hits(wanted: FillFilter, beyond: str, way: str) -> str:
    """The newest cursors of each part of the filter that an index leads with."""
    parts = ["unnest(CAST(:accounts AS integer[])) AS part_account (account_id)"]
    same = ["fill.account_id = part_account.account_id"]
    if wanted.order_id is not None:
        return _HITS.format(parts=parts[0], same=same[0] + wanted.conditions() + beyond, way=way)
    if wanted.symbols is not None:
        parts.append("unnest(CAST(:symbols AS text[])) AS part_symbol (symbol)")
        same.append("fill.symbol = part_symbol.symbol")
    if wanted.symbols is not None or wanted.sides is not None or wanted.liquidities is not None:
        parts.append("unnest(CAST(:sides AS text[])) AS part_side (side)")
        parts.append("unnest(CAST(:liquidities AS text[])) AS part_liquidity (liquidity)")
        same += ["fill.side = part_side.side", "fill.liquidity = part_liquidity.liquidity"]
    within = f" AND {wanted.within()}" if wanted.within() else ""
    return _HITS.format(parts=" CROSS JOIN ".join(parts), same=" AND ".join(same) + within + beyond, way=way)


def _beyond(sign: str, cursor: Cursor | None) -> str:
    return "" if cursor is None else f" AND (fill.at, fill.key, fill.account_id) {sign} (:at, :key, :account_id)"


def _parameters(
    accounts: Sequence[Account], wanted: FillFilter, limit: int, cursor: Cursor | None
) -> dict[str, object]:
    return {
        **wanted.parameters(),
        "accounts": wanted.accounts_among(tuple(account.id for account in accounts)),
        "limit": limit,
        **cursor_parameters(cursor),
    }


def _rows(rows: Iterable[Any], accounts: Sequence[Account]) -> Iterator[FillRow]:
    known = {account.id: account for account in accounts}
    width = len(FILL_COLUMNS)
    for account_id, *values in rows:
        account = known[account_id]
        fill = fill_from(values[:width], account.name, account.exchange)
        book, pool = values[width : -len(_POOL_COLUMNS)], values[-len(_POOL_COLUMNS) :]
        yield FillRow(fill, account_id, *book, *([Pooled(*pool)] if pool[-1] is not None else []))


_POOL_COLUMNS = tuple(field.name for field in fields(Pooled))

# Payloads are left out: a page does not show them.
_COLUMNS = ", ".join(
    (
        "fill.account_id",
        *(f"fill.{column}" if column != "raw" else "NULL AS raw" for column in FILL_COLUMNS),
        *(f"profit.{column}" for column in ("realised", "realised_before_fees", "fee_value")),
        *(f"profit.{column}" for column in ("held_after", "cost_after", "sold_unexplained")),
        *(f"pool.{column}" for column in _POOL_COLUMNS),
    )
)

_HITS = """
SELECT hit.account_id, hit.at, hit.key
FROM {parts}
CROSS JOIN LATERAL (
    SELECT account_id, at, key FROM fill WHERE {same} ORDER BY at {way}, key {way} LIMIT :limit
) AS hit
"""

_PAGE = """
SELECT {columns}
FROM ({hits} ORDER BY hit.at {way}, hit.key {way}, hit.account_id {way} LIMIT :limit) AS page
JOIN fill ON fill.account_id = page.account_id AND fill.key = page.key
LEFT JOIN fill_profit AS profit ON profit.account_id = page.account_id AND profit.key = page.key
LEFT JOIN fill_pool AS pool ON pool.account_id = page.account_id AND pool.key = page.key
ORDER BY fill.at DESC, fill.key DESC, fill.account_id DESC
"""

_SYMBOLS = """
WITH RECURSIVE step AS (
    SELECT account_id, (SELECT min(symbol) FROM fill WHERE fill.account_id = own.account_id) AS symbol
    FROM unnest(CAST(:accounts AS integer[])) AS own (account_id)
    UNION ALL
    SELECT account_id, (
        SELECT min(symbol) FROM fill WHERE fill.account_id = step.account_id AND fill.symbol > step.symbol
    )
    FROM step
    WHERE symbol IS NOT NULL
)
SELECT DISTINCT symbol FROM step WHERE symbol IS NOT NULL ORDER BY symbol
"""
