"""Wallet rows: the position of a wallet's rows and equities in a response."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.list_paths import ListPath, check_list, list_in, rows_in
from exchanges.venues._shared.account_calls import EquityParser, WalletRows
from exchanges.venues._shared.balance_rows import EquityRow


def one_row(path: ListPath) -> WalletRows:
    """The object at a path as the only row of the wallet."""

    def rows(response: Any) -> list[tuple[str | None, Any]]:
        row = list_in(response, path)
        return [(None, row)] if isinstance(row, Mapping) and row else []

    return rows


def plain_list(response: Any) -> list[tuple[str | None, Any]]:
    """The rows of a list response. A response object raises BadPayload."""
    check_list(response, ())
    return rows_in(response, ())


def rows_by_asset(*fields: str) -> WalletRows:
    """The rows of a response object keyed by asset. Raises BadPayload if none of its rows has these fields.

    An odd row among others is left to its parser.
    """

    def rows(response: Any) -> list[tuple[str | None, Any]]:
        keyed_rows = rows_in(response, ())
        if keyed_rows and not any(isinstance(row, Mapping) and row.keys() >= set(fields) for _, row in keyed_rows):
            raise BadPayload("the response holds no balances by asset")
        return keyed_rows

    return rows


def equity_of_one_row(path: ListPath, currency: str, field: str) -> EquityParser:
    """The equity that the object at a path states in its own currency."""
    return _equities(one_row(path), currency, field)


def equity_of_rows(path: ListPath, currency: str, *fields: str) -> EquityParser:
    """The equity that each row of a list states in its own currency: the sum of these fields."""
    return _equities(lambda response: rows_in(response, path), currency, *fields)


def _equities(rows: WalletRows, currency: str, *fields: str) -> EquityParser:
    def equities(response: Any) -> list[EquityRow]:
        stated: list[EquityRow] = []
        for _, row in rows(response):
            name = text(row, currency) if isinstance(row, Mapping) else None
            amounts = [value for field in fields if (value := amount(row, field)) is not None] if name else []
            if name is not None and any(amounts):
                stated.append(EquityRow(name, _sum(amounts)))
        return stated

    return equities


def _sum(amounts: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in amounts:
        total = EXACT.add(total, value)
    return total


def summed_rows(path: ListPath, asset: str, *fields: str) -> WalletRows:
    """The rows of a list, added up by asset: a list of holdings names an asset once for each of them."""

    def rows(response: Any) -> list[tuple[str | None, Any]]:
        sums: dict[str, dict[str, Any]] = {}
        odd: list[tuple[str | None, Any]] = []
        for key, row in rows_in(response, path):
            try:
                name = text(row, asset) if isinstance(row, Mapping) else None
                amounts = {field: amount(row, field) for field in fields} if name else {}
            except Garbled:
                name = None
            if name is None:
                odd.append((key, row))
                continue
            total = sums.setdefault(name, {asset: name})
            for field, value in amounts.items():
                if value is not None:
                    total[field] = str(EXACT.add(Decimal(total.get(field, 0)), value))
        return [*((None, row) for row in sums.values()), *odd]

    return rows
