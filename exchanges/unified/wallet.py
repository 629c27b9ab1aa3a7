"""Wallets: the balances of one wallet, by the venue's declaration of its fields or as ccxt unifies them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from domain.balances import Balance
from domain.sources import Unreadable
from domain.valuation import StatedEquity
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.list_paths import check_list, rows_in
from exchanges.connection.payload_rows import read_each
from exchanges.venues._shared.account_calls import WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow

EARN = "earn"  # the wallet of balances that the exchange names as lent, staked or saved
_ZERO = Decimal(0)
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class AssetNames:
    """How a venue's names of assets become unified codes. `coin_of` turns names of earn balances into their coin."""

    code_of: Callable[[str], str]
    coin_of: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Wallet:
    """The balances of one wallet, its unreadable rows, and its stated equity."""

    balances: tuple[Balance, ...]
    unreadable: tuple[Unreadable, ...] = ()
    equities: tuple[StatedEquity, ...] = ()


def pages_of(call: WalletCall, request: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
    """The responses of all pages of a wallet. `request` sends the call with these parameters."""
    params = call.params
    responses = [request(params)]
    while call.next_page is not None and isinstance(responses[-1], Mapping):
        next_params = call.next_page(responses[-1])
        if (
            next_params is None or {**params, **next_params} == params
        ):  # the last page, or a cursor that does not move on
            break
        if len(responses) >= _MOST_PAGES:
            raise BadPayload(f"balances: the list does not end after {_MOST_PAGES} pages")
        params = {**params, **next_params}
        responses.append(request(params))
    return responses


def read_pages(
    responses: Iterable[Any],
    call: WalletCall,
    names: AssetNames,
    completed: Callable[[list[dict[str, Any]]], list[Any]] = list,
) -> Wallet:
    """The wallet in the responses of all its pages. Raises BadPayload for a response without its list.

    `completed` adds to the rows what another call states of them.
    """
    rows: list[dict[str, Any]] = []
    equities: tuple[StatedEquity, ...] = ()
    for response in responses:
        if call.fields is not None and call.fields.asset is not None and call.list_at is not None:
            check_list(response, call.list_at)
        keyed = call.rows(response) if call.rows is not None else rows_in(response, call.list_at or ())
        rows += ({"key": key, "info": row} for key, row in keyed)
        equities += _equities(response, call, names)
    rows = completed(rows)
    parse = partial(_declared_balance, call=call, names=names)
    if call.adds_up is None:
        balances, unreadable = read_each(rows, parse, lambda balance: balance.key)
        return Wallet(balances, unreadable, equities)
    products, repeated = _products(rows, call.adds_up)
    numbers = count()
    balances, unreadable = read_each(products, parse, lambda _: str(next(numbers)))
    return Wallet(_sums(balances), (*unreadable, *repeated), equities)


def _products(rows: Iterable[dict[str, Any]], id_field: str) -> tuple[list[dict[str, Any]], tuple[Unreadable, ...]]:
    """Each product once, and other rows of the same id. Rows without an id are products of their own."""
    products: dict[str, dict[str, Any]] = {}
    repeated: list[Unreadable] = []
    for index, row in enumerate(rows):
        first = products.setdefault(row["key"] or text(_fields_of(row), id_field) or f"row {index}", row)
        if first != row:
            repeated.append(Unreadable("another row has the same identity", _fields_of(row)))
    return list(products.values()), tuple(repeated)


def _sums(balances: Iterable[Balance]) -> tuple[Balance, ...]:
    """One balance for each wallet and asset. A part that one row does not state is unknown for the sum."""
    sums: dict[str, Balance] = {}
    for balance in balances:
        other = sums.get(balance.key)
        sums[balance.key] = balance if other is None else _sum(other, balance)
    return tuple(sums.values())


def _sum(balance: Balance, other: Balance) -> Balance:
    return replace(
        balance,
        total=EXACT.add(balance.total, other.total),
        free=None if balance.free is None or other.free is None else EXACT.add(balance.free, other.free),
        locked=None if balance.locked is None or other.locked is None else EXACT.add(balance.locked, other.locked),
        debt=EXACT.add(balance.debt or _ZERO, other.debt or _ZERO) or None,
        includes_open_profit=balance.includes_open_profit or other.includes_open_profit,
    )


def read_ccxt_wallet(payload: Any, wallet: str, with_profit: Collection[str] = ()) -> Wallet:
    """The assets in ccxt's fetch_balance, for exchanges without a declaration. Debts are deducted.

    Balances of the assets in `with_profit` include open profit.
    """
    totals = payload.get("total") if isinstance(payload, Mapping) else None
    if not isinstance(totals, Mapping):
        raise BadPayload("balances: the response holds no assets")
    rows = [{"asset": code, **_parts(payload, code)} for code in totals]
    balances, unreadable = read_each(rows, partial(_ccxt_balance, wallet=wallet), lambda balance: balance.key)
    marked = (replace(balance, includes_open_profit=balance.asset in with_profit) for balance in balances)
    return Wallet(tuple(marked), unreadable)


def _declared_balance(keyed: Mapping[str, Any], call: WalletCall, names: AssetNames) -> Balance | None:
    """The balance of one row. None: the row is no balance, or nothing is held and nothing is owed."""
    parse = call.row if call.row is not None else call.fields.row_of if call.fields is not None else None
    row = None if parse is None else parse(_fields_of(keyed), keyed["key"])
    if row is None:
        return None
    coin = row.asset if names.coin_of is None else names.coin_of(row.asset)
    wallet = row.wallet or call.wallet or call.name
    if coin != row.asset and row.wallet is None:
        wallet = f"{wallet}-{EARN}"
    total = EXACT.subtract(row.wallet_balance, row.debt)
    if not (total or row.debt or row.free or row.locked):
        return None  # exchanges list every coin that they know
    return Balance(
        asset=names.code_of(coin),
        total=total,
        free=row.free,
        locked=_locked(row),
        wallet=wallet,
        debt=row.debt or None,
        includes_open_profit=row.includes_open_profit,
    )


def _fields_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a row. A plain value has one, called "value"."""
    info = row["info"]
    return info if isinstance(info, Mapping) else {"value": info}


def _locked(row: BalanceRow) -> Decimal | None:
    """The amount locked in orders and positions. A negative figure is treated as unknown."""
    return None if row.locked is None or row.locked < 0 else row.locked


def _equities(response: Any, call: WalletCall, names: AssetNames) -> tuple[StatedEquity, ...]:
    if call.equity is None:
        return ()
    try:
        stated = tuple(call.equity(response))
    except (Garbled, BadPayload):  # the equity is only for comparison, so the balances stay valid
        return ()
    wallet = call.wallet or call.name
    return tuple(StatedEquity(row.wallet or wallet, names.code_of(row.currency), row.amount) for row in stated)


def _parts(payload: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    parts = payload.get(code)
    return parts if isinstance(parts, Mapping) else {}


def _ccxt_balance(row: Mapping[str, Any], wallet: str) -> Balance | None:
    asset, total, free, used = text(row, "asset"), amount(row, "total"), amount(row, "free"), amount(row, "used")
    debt = amount(row, "debt")
    if asset is None or (total is None and free is None and debt is None):
        raise Garbled("neither the total nor the free amount is stated")
    if total is None:
        total = free if free is not None else _ZERO
    if debt:
        total = EXACT.subtract(total, debt.copy_abs())
    if total == 0 and not free and not used and not debt:
        return None  # exchanges list every coin that they know
    locked = None if used is None or used < 0 else used
    return Balance(asset, total, free, locked, wallet, debt=debt.copy_abs() if debt else None)
