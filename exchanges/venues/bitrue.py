"""Bitrue: spot and contract wallets, and the positions that the contract accounts list. ccxt reads none.

Documentation: bitrue.com/api-docs, Account Information V2 of futures and delivery ("full" is cross).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.list_paths import rows_in
from exchanges.venues._shared.account_calls import SPOT_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow, EquityRow
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_rows import PositionFields, PositionRow, amount_or_unknown
from exchanges.venues._shared.venue import Venue

_ACCOUNTS = ("data", "account")
_LOCKED = ("accountLock", "totalPositionNormal", "partPositionNormal")


def _equity_of(row: Mapping[str, Any]) -> Decimal | None:
    """The equity of cross positions and that of isolated ones."""
    cross = amount(row, "totalEquity")
    isolated = amount(row, "partEquity")
    return None if cross is None or isolated is None else EXACT.add(cross, isolated)


def _contract(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """Parse one margin coin. totalEquity and partEquity include the unsettled profit, unrealizedAmount."""
    coin, equity = text(row, "marginCoin"), _equity_of(row)
    if coin is None or equity is None:
        raise Garbled("marginCoin, totalEquity or partEquity is missing")
    locked = [value for field in _LOCKED if (value := amount(row, field)) is not None]
    profit = amount(row, "unrealizedAmount")
    balance = equity if profit is None else EXACT.subtract(equity, profit)
    return BalanceRow(
        coin, balance, locked=sum(locked, Decimal(0)) if locked else None, includes_open_profit=profit is None
    )


def _equities(response: Any) -> Iterator[EquityRow]:
    for _, row in rows_in(response, _ACCOUNTS):
        coin, equity = text(row, "marginCoin"), _equity_of(row)
        if coin is not None and equity:
            yield EquityRow(coin, equity)


def _positions_in(account: Any) -> Iterator[Any]:
    """The positions of all contracts of one margin coin, each with its contract's name."""
    for contract in account.get("positionVos") or () if isinstance(account, Mapping) else ():
        for position in contract.get("positions") or ():
            yield {"symbol": contract.get("contractName"), **position}


_POSITION = PositionFields(
    size="volume", side="side", entry=("openPrice",), mark=("indexPrice",), profit=("openRealizedAmount",),
    realised=("realizedAmount",), liquidation=("reducePrice",), leverage=("leverageLevel",), mode="positionType",
    modes={"1": "cross", "2": "isolated"},
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A position. Its profit since it was opened is openRealizedAmount. Settlement moves it into the balance and leaves
    unRealizedAmount."""
    return replace(_POSITION.row_of(row), session_profit=amount_or_unknown(row, "unRealizedAmount"))


def _positions(name: str) -> PositionsCall:
    return PositionsCall(name, path=f"{name} account", list_at=_ACCOUNTS, positions_in=_positions_in, market=name)


_SPOT = BalanceFields(asset="asset", wallet_balance=("free", "locked"), free="free", locked=("locked",))

VENUE = Venue(
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=("balances",), fields=_SPOT),
        WalletCall("linear", LINEAR, list_at=_ACCOUNTS, row=_contract, equity=_equities),
        WalletCall("inverse", INVERSE, list_at=_ACCOUNTS, row=_contract, equity=_equities),
    ),
    positions=(_positions("linear"), _positions("inverse")),
    position_row=position_row,
    # Linear and inverse contracts have the same path on two hosts.
    calls=tuple(
        Call("GET", "account", (host, "v2", "private"), 5, name=f"{market} account")
        for host, market in (("fapi", "linear"), ("dapi", "inverse"))
    ),
    unread_wallets=("earn", "copy trading"),
)
