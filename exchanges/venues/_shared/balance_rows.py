"""Balance rows: what a venue states of one asset in one wallet, and how its fields are declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.list_paths import ListPath, check_list, list_in, rows_in

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One asset in one wallet, in units of the asset. `asset` is the exchange's own name of it.

    `wallet_balance` holds no open profit. `debt` is owed and not yet deducted from it. `wallet` names a wallet inside
    the response, where one response holds several. `includes_open_profit` marks a balance that cannot be separated
    from the open profit of its positions: their profit is not added again.
    """

    asset: str
    wallet_balance: Decimal
    free: Decimal | None = None
    locked: Decimal | None = None
    debt: Decimal = ZERO
    wallet: str | None = None
    includes_open_profit: bool = False


@dataclass(frozen=True, slots=True)
class EquityRow:
    """A stated equity of a wallet. `wallet` names one inside a response that holds several."""

    currency: str
    amount: Decimal
    wallet: str | None = None


@dataclass(frozen=True, slots=True)
class BalanceFields:
    """The meaning of a row's fields by the exchange's documentation. Several names of one kind are added up.

    Declare `wallet_balance`, or `equity` with `open_profit`: the wallet balance is then their difference. Equity alone
    means a balance that includes the open profit. `besides` are balances that the equity does not contain, if stated.
    `debt` fields are owed and not yet deducted. `deducted` ones are debts that the balance or equity has lost already.
    Both count as positive with either sign. A row without one of its balances or debts is unreadable, but `optional`
    ones may be absent, meaning zero. With `asset` None the row's key in an object names the asset.
    """

    asset: str | None
    wallet_balance: tuple[str, ...] = ()
    equity: str | None = None
    open_profit: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    free: str | None = None
    locked: tuple[str, ...] = ()
    debt: tuple[str, ...] = ()
    deducted: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def row_of(self, row: Mapping[str, Any], key: str | None = None) -> BalanceRow:
        """The row as declared. Raises Garbled where the asset or the balance is missing."""
        asset = key if self.asset is None else text(row, self.asset)
        if asset is None:
            raise Garbled("the row names no asset")
        balance, includes_open_profit = self._wallet_balance(row)
        deducted = _owed(row, self.deducted)
        return BalanceRow(
            asset=asset,
            wallet_balance=EXACT.add(balance, deducted),
            free=None if self.free is None else amount(row, self.free),
            locked=_sum_of(row, self.locked),
            debt=EXACT.add(self._debt(row), deducted),
            includes_open_profit=includes_open_profit,
        )

    def _wallet_balance(self, row: Mapping[str, Any]) -> tuple[Decimal, bool]:
        if self.wallet_balance:
            balance = _sum_of(row, self.wallet_balance)
            missing = self._missing(row, self.wallet_balance) if balance is not None else self.wallet_balance
            if balance is None or missing:
                raise Garbled(f"{' and '.join(missing)}: the wallet balance is missing")
            return balance, False
        equity = None if self.equity is None else amount(row, self.equity)
        if equity is None:
            raise Garbled(f"{self.equity}: the equity is missing")
        equity = EXACT.add(equity, _sum_of(row, self.besides) or ZERO)
        profit = _sum_of(row, self.open_profit)
        return (equity, True) if profit is None else (EXACT.subtract(equity, profit), False)

    def _debt(self, row: Mapping[str, Any]) -> Decimal:
        if missing := self._missing(row, self.debt):
            raise Garbled(f"{' and '.join(missing)}: the debt is missing")
        return _owed(row, self.debt)

    def _missing(self, row: Mapping[str, Any], fields: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(field for field in fields if row.get(field) is None and field not in self.optional)


def stated_equity(currency: str, *path: str | int) -> Callable[[Any], list[EquityRow]]:
    """A parser for the equity at a path of the response, in a currency."""

    def read(response: Any) -> list[EquityRow]:
        holder = list_in(response, path[:-1])
        stated = amount(holder, str(path[-1])) if isinstance(holder, Mapping) else None
        return [] if stated is None else [EquityRow(currency, stated)]

    return read


def only_row(*fields: str) -> Callable[[Any], list[tuple[str | None, Any]]]:
    """A parser for a response with a single row: the response itself. Raises BadPayload without one of the fields."""

    def read(response: Any) -> list[tuple[str | None, Any]]:
        if not isinstance(response, Mapping) or any(field not in response for field in fields):
            raise BadPayload(f"the response holds no balance ({' and '.join(fields)} missing)")
        return [(None, response)]

    return read


def rows_of_pairs(list_at: ListPath, market: str, *sides: str) -> Callable[[Any], list[tuple[str | None, Any]]]:
    """A reader of isolated margin: each row names its market, and holds a balance under each of the sides."""

    def read(response: Any) -> list[tuple[str | None, Any]]:
        check_list(response, list_at)
        rows = [row if isinstance(row, Mapping) else {} for _, row in rows_in(response, list_at)]
        return [(text(row, market), row.get(side)) for row in rows for side in sides]

    return read


def wallet_of_each(fields: "BalanceFields", prefix: str) -> Callable[[Mapping[str, Any], str | None], BalanceRow]:
    """A parser of rows whose key names a market that has a wallet of its own."""

    def parse(row: Mapping[str, Any], market: str | None) -> BalanceRow:
        if market is None:
            raise Garbled("the row names no market")
        return replace(fields.row_of(row), wallet=f"{prefix}{market}")

    return parse


def _owed(row: Mapping[str, Any], fields: tuple[str, ...]) -> Decimal:
    return sum((owed.copy_abs() for field in fields if (owed := amount(row, field)) is not None), ZERO)


def _sum_of(row: Mapping[str, Any], fields: tuple[str, ...]) -> Decimal | None:
    """The sum of the fields that the row has. None: it has none of them."""
    values = [value for field in fields if (value := amount(row, field)) is not None]
    return sum(values[1:], values[0]) if values else None
