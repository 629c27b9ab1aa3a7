"""Wallets: rows that are added up, each product once."""

from decimal import Decimal
from typing import Any

from exchanges.unified.wallet import AssetNames, Wallet, read_pages
from exchanges.venues._shared.account_calls import WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields

SAVINGS = WalletCall("savings", {}, list_at=("data",), fields=BalanceFields("coin", ("amount",)), adds_up="id")


def savings_of(*rows: dict[str, Any]) -> Wallet:
    return read_pages([{"data": list(rows)}], SAVINGS, AssetNames(lambda code: code))


def row(product: str | None, amount: str) -> dict[str, Any]:
    return {"id": product, "coin": "USDT", "amount": amount}


def totals(wallet: Wallet) -> list[Decimal]:
    return [balance.total for balance in wallet.balances]


def test_two_products_of_one_coin_are_added_up() -> None:
    wallet = savings_of(row("a", "100"), row("b", "50"))
    assert (totals(wallet), len(wallet.unreadable)) == ([150], 0)


def test_a_repeated_row_counts_once() -> None:
    wallet = savings_of(row("a", "100"), row("a", "100"))
    assert (totals(wallet), len(wallet.unreadable)) == ([100], 0)


def test_two_rows_of_one_product_that_differ_leave_one_unreadable() -> None:
    wallet = savings_of(row("a", "100"), row("a", "50"))
    assert (totals(wallet), len(wallet.unreadable)) == ([100], 1)


def test_rows_without_an_id_are_products_of_their_own() -> None:
    wallet = savings_of(row(None, "100"), row(None, "100"))
    assert (totals(wallet), len(wallet.unreadable)) == ([200], 0)
