"""Read pages of fills with their realised profit, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import Connection, text

from db.fill_sums import OF_COINS
from db.history_records import FILL_COLUMNS, fill_from
from db.reads.fill_filter import FillFilter
from db.reads.page_cursor import Cursor, cursor_parameters
from domain.fills import Fill
from domain.lots import EXACT
from domain.markets import Side
from domain.movements import may_go_short, movement_of
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class CoinGain:
    """The gain of a fill over all coins that it moved, in the base currency of the account at its moment.

    `realised` is of the explained part, None where nothing that it closed is explained or a fee is unknown. `unknown`
    names the coins with a part of unknown gain. `held_after`, `known_after` and `cost_after` are of the fill's own coin
    over all markets, None for a contract: `cost_after` is of the quantity of known cost.
    """

    currency: str
    realised: Decimal | None
    realised_before_fees: Decimal | None
    unexplained: Decimal  # of the fill's own coin or contract, closed at an unknown cost
    unknown: tuple[str, ...]
    is_assumed: bool  # a dollar coin counted as one dollar
    held_after: Decimal | None
    known_after: Decimal | None
    cost_after: Decimal | None


@dataclass(frozen=True, slots=True)
class FillRow:
    """One execution and its effect on its books. None is unknown or not worked out yet.

    `*_by_market` counts the fills of its market alone, in its quote currency. `realised`, `realised_before_fees` and
    `unexplained` count all coins that it moved, in `realised_currency`. If a fill closed more than earlier events
    explain, profits cover only the explained quantity. `coin` is None until the coin books are worked out so far.
    Only `read_fill` reads the payload.
    """

    fill: Fill
    account_id: int
    realised_by_market: Decimal | None  # in the quote currency, after fees
    realised_before_fees_by_market: Decimal | None
    fee_value: Decimal | None  # in the quote currency, at the time of the fill
    held_after: Decimal | None
    cost_after: Decimal | None
    unexplained_by_market: Decimal | None
    coin: CoinGain | None = None

    @property
    def realised(self) -> Decimal | None:
        """Realised profit over all coins of the fill after fees, for the explained quantity, in the base currency."""
        return None if self.coin is None else self.coin.realised

    @property
    def realised_currency(self) -> str | None:
        """The base currency of the account, in which `realised` is."""
        return None if self.coin is None else self.coin.currency

    @property
    def realised_before_fees(self) -> Decimal | None:
        """Realised profit before fees. Known even if a fee is unknown."""
        return None if self.coin is None else self.coin.realised_before_fees

    @property
    def unexplained(self) -> Decimal | None:
        """The quantity closed at an unknown cost. None until worked out."""
        return None if self.coin is None else self.coin.unexplained

    @property
    def only_opens(self) -> bool:
        """True if the fill closed nothing, so that it has no profit at all: neither zero nor unknown.

        A purchase that was paid with a coin closed a part of what was held of that coin.
        """
        if not may_go_short(self.fill):
            is_closing = self.coin is not None and bool(self.coin.realised_before_fees or self.coin.unknown)
            return self.fill.side is Side.BUY and not is_closing
        if self.held_after is None or self.unexplained_by_market or self.realised_before_fees_by_market is None:
            return False  # not worked out yet, or the book does not know the position
        with localcontext(EXACT):
            moved = movement_of(self.fill, None).quantity
            return abs(self.held_after) >= abs(moved) and self.held_after * moved > 0

    @property
    def cursor(self) -> Cursor:
        """The cursor to pass as `before` for the next page."""
        return Cursor(self.fill.at, self.fill.key, self.account_id)


def read_fills(
    connection: Connection,
    accounts: Sequence[Account],
    filters: FillFilter,
    limit: int,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> tuple[FillRow, ...]:
    """At most `limit` fills that match, newest first. Ids of one moment count as numbers, as in the books.

    `before` is the cursor of the last row of the previous page. `after` pages back: it returns the nearest newer rows.

    The filter runs before paging. Each combination of account, symbol, side and liquidity is read from the end of an
    index, so the cost depends on the page size, not on the length of the history.
    """
    direction = "DESC" if after is None else "ASC"
    # The tighter of filter and cursor is enough, and the index scan starts there.
    if before is not None and filters.until is not None:
        filters, before = (filters, None) if before.at >= filters.until else (replace(filters, until=None), before)
    if after is not None and filters.since is not None:
        filters, after = (filters, None) if after.at < filters.since else (replace(filters, since=None), after)
    beyond = _beyond("<", before) + _beyond(">", after)
    statement = _PAGE.format(hits=_hits(filters, beyond, direction), columns=_COLUMNS, direction=direction)
    parameters = _parameters(accounts, filters, limit, after or before)
    return tuple(_rows(connection.execute(text(statement), parameters), accounts))


def read_fill(connection: Connection, account: Account, key: str) -> FillRow | None:
    """One fill with its payload. None without one."""
    statement = _PAGE.format(hits=_BY_KEY, columns=_COLUMNS.replace("NULL AS raw", "fill.raw"), direction="DESC")
    rows = connection.execute(text(statement), {"account": account.id, "fill": key, "limit": 1})
    return next(_rows(rows, [account]), None)


def read_fill_symbols(connection: Connection, accounts: Sequence[Account]) -> tuple[str, ...]:
    """All symbols ever traded, with one index step per symbol."""
    rows = connection.execute(text(_SYMBOLS), {"accounts": [account.id for account in accounts]})
    return tuple(rows.scalars())


def _hits(filters: FillFilter, beyond: str, direction: str) -> str:
    """SQL for the newest cursors of each combination of leading index columns."""
    lists = ["unnest(CAST(:accounts AS integer[])) AS part_account (account_id)"]
    joins = ["fill.account_id = part_account.account_id"]
    if filters.order_id is not None:
        return _HITS.format(lists=lists[0], joins=joins[0] + filters.conditions() + beyond, direction=direction)
    if filters.symbols is not None:
        lists.append("unnest(CAST(:symbols AS text[])) AS part_symbol (symbol)")
        joins.append("fill.symbol = part_symbol.symbol")
    if filters.symbols is not None or filters.sides is not None or filters.liquidities is not None:
        lists.append("unnest(CAST(:sides AS text[])) AS part_side (side)")
        lists.append("unnest(CAST(:liquidities AS text[])) AS part_liquidity (liquidity)")
        joins += ["fill.side = part_side.side", "fill.liquidity = part_liquidity.liquidity"]
    time_condition = f" AND {filters.within()}" if filters.within() else ""
    return _HITS.format(
        lists=" CROSS JOIN ".join(lists), joins=" AND ".join(joins) + time_condition + beyond, direction=direction
    )


def _beyond(sign: str, cursor: Cursor | None) -> str:
    """The condition of a cursor. Only the first comparison finds the begin of the scan in an index."""
    if cursor is None:
        return ""
    position = "(fill.at, length(fill.key), fill.key, fill.account_id)"
    return f" AND fill.at {sign}= :at AND {position} {sign} (:at, length(CAST(:key AS text)), :key, :account_id)"


def _parameters(
    accounts: Sequence[Account], filters: FillFilter, limit: int, cursor: Cursor | None
) -> dict[str, object]:
    return {
        **filters.parameters(),
        "accounts": filters.accounts_among(tuple(account.id for account in accounts)),
        "limit": limit,
        **cursor_parameters(cursor),
    }


def _rows(rows: Iterable[Any], accounts: Sequence[Account]) -> Iterator[FillRow]:
    accounts_by_id = {account.id: account for account in accounts}
    width = len(FILL_COLUMNS)
    for account_id, *values in rows:
        account = accounts_by_id[account_id]
        fill = fill_from(values[:width], account.name, account.exchange)
        book, coin = values[width : -len(_COIN_COLUMNS)], values[-len(_COIN_COLUMNS) :]
        gain = _coin_gain(*coin)
        yield FillRow(fill, account_id, *book, *(() if gain is None else (gain,)))


def _coin_gain(moved: int, currency: str | None, unknown: Sequence[str] | None, *values: Any) -> CoinGain | None:
    if not moved or currency is None:
        return None
    realised, before_fees, unexplained, is_assumed, *after = values
    return CoinGain(
        currency, realised, before_fees, unexplained, tuple(sorted(set(unknown or ()))), bool(is_assumed), *after
    )


_COIN_COLUMNS = (
    "coins.moved", "books.currency", "coins.unknown", "coins.realised", "coins.realised_before_fees",
    "coalesce(coins.unexplained, 0)", "coins.is_assumed", "coins.held_after", "coins.known_after", "coins.cost_after",
)  # fmt: skip

# Without payloads, because pages do not show them.
_COLUMNS = ", ".join(
    (
        "fill.account_id",
        *(f"fill.{column}" if column != "raw" else "NULL AS raw" for column in FILL_COLUMNS),
        *(f"profit.{column}" for column in ("realised", "realised_before_fees", "fee_value")),
        *(f"profit.{column}" for column in ("held_after", "cost_after", "sold_unexplained")),
        *_COIN_COLUMNS,
    )
)

_HITS = """
SELECT hit.account_id, hit.at, hit.key
FROM {lists}
CROSS JOIN LATERAL (
    SELECT account_id, at, key
    FROM fill
    WHERE {joins}
    ORDER BY at {direction}, length(key) {direction}, key {direction}
    LIMIT :limit
) AS hit
"""

_BY_KEY = """
SELECT hit.account_id, hit.at, hit.key FROM fill AS hit WHERE hit.account_id = :account AND hit.key = :fill
"""

_PAGE = f"""
SELECT {{columns}}
FROM (
    {{hits}}
    ORDER BY hit.at {{direction}}, length(hit.key) {{direction}}, hit.key {{direction}}, hit.account_id {{direction}}
    LIMIT :limit
) AS page
JOIN fill ON fill.account_id = page.account_id AND fill.key = page.key
LEFT JOIN fill_profit AS profit ON profit.account_id = page.account_id AND profit.key = page.key
LEFT JOIN coin_books_state AS books ON books.account_id = page.account_id
{OF_COINS}
ORDER BY fill.at DESC, length(fill.key) DESC, fill.key DESC, fill.account_id DESC
"""  # noqa: S608 - statement from code

_SYMBOLS = """
WITH RECURSIVE step AS (
    SELECT account_id, (SELECT min(symbol) FROM fill WHERE fill.account_id = listed.account_id) AS symbol
    FROM unnest(CAST(:accounts AS integer[])) AS listed (account_id)
    UNION ALL
    SELECT account_id, (
        SELECT min(symbol) FROM fill WHERE fill.account_id = step.account_id AND fill.symbol > step.symbol
    )
    FROM step
    WHERE symbol IS NOT NULL
)
SELECT DISTINCT symbol FROM step WHERE symbol IS NOT NULL ORDER BY symbol
"""
