"""Read the executions of orders, summed by order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, text

from db.fill_sums import OF_COINS

OrderId = tuple[int, str, str]  # account id, symbol, order id


@dataclass(frozen=True, slots=True)
class OrderResult:
    """The fills of one order. `realised` is in `currency`, None if nothing was closed at a known cost.

    `unknown` counts the fills that closed something at an unknown cost, or that are not worked out yet. `realised` is
    of the rest then. `unexplained` is the quantity of unknown cost.
    """

    fills: int
    amount: Decimal
    value: Decimal  # in the quote currency
    realised: Decimal | None
    unknown: int
    currency: str | None
    unexplained: Decimal | None = None

    @property
    def average_price(self) -> Decimal | None:
        """The mean price of the fills."""
        return self.value / self.amount if self.amount else None


def read_order_results(connection: Connection, orders: Collection[OrderId]) -> Mapping[OrderId, OrderResult]:
    """The fills of each of these orders, one index step per order. Orders without fills are left out."""
    columns = list(zip(*orders, strict=True)) or [(), (), ()]
    parameters = dict(zip(("accounts", "symbols", "order_ids"), map(list, columns), strict=True))
    rows = connection.execute(text(_RESULTS), parameters)
    return {(account, symbol, order_id): OrderResult(*row) for account, symbol, order_id, *row in rows}


_RESULTS = f"""
SELECT listed.account_id, listed.symbol, listed.order_id, count(*), sum(fill.amount), sum(fill.amount * fill.price),
       sum(coins.realised), count(*) FILTER (WHERE coins.unknown IS NOT NULL OR coins.moved = 0), max(books.currency),
       sum(coins.unexplained)
FROM unnest(CAST(:accounts AS integer[]), CAST(:symbols AS text[]), CAST(:order_ids AS text[]))
    AS listed (account_id, symbol, order_id)
JOIN fill
  ON fill.account_id = listed.account_id AND fill.order_id = listed.order_id AND fill.symbol = listed.symbol
LEFT JOIN coin_books_state AS books ON books.account_id = fill.account_id
{OF_COINS}
GROUP BY listed.account_id, listed.symbol, listed.order_id
"""  # noqa: S608 - statement from code
