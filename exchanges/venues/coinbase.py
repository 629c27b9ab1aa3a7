"""Coinbase (Advanced Trade): accounts and vaults, the account of US futures, portfolios of perpetuals.

Documentation: docs.cdp.coinbase.com. Coinbase App, track APIs: Accounts (wallets, fiat accounts and vaults). Advanced
Trade: List Accounts, List Portfolios. Futures: Get US Derivatives Balance Summary, List US Derivatives Positions.
Perpetuals: Get Portfolios Balances, List Perpetuals Positions. The help page "Futures terms and definitions" states
that the dollars of the futures account hold no profit of futures. _coinbase_orders.py reads rows of orders.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount, required_amount, text
from exchanges.connection.gateway import Gateway
from exchanges.contracts import Permissions
from exchanges.venues import _coinbase_orders as rows
from exchanges.venues._shared.account_calls import EachWallet, FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import flag_at, object_in
from exchanges.venues._shared.order_call import ORDERS, OrderCall
from exchanges.venues._shared.order_rows import flag_in, word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import (
    MARGIN_WORDS,
    PositionFields,
    PositionRow,
    amount_or_unknown,
    price_or_unknown,
    side_of,
)
from exchanges.venues._shared.row_details import RowDetails
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import one_row


def _account(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A row of accounts. A vault is a wallet of its own."""
    money = row.get("balance")
    currency, balance = (
        (text(money, "currency"), _value(row, "balance")) if isinstance(money, Mapping) else (None, None)
    )
    if currency is None or balance is None:
        raise Garbled("the currency or the balance is missing")
    wallet = "vault" if word_in(row, "type") == "VAULT" else None
    return BalanceRow(currency, balance, _value(row, "available_balance"), _value(row, "hold"), wallet=wallet)


def _futures(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """The summary of US futures. `total_usd_balance` would count the dollars of the spot account once more."""
    balance = _value(row, "cfm_usd_balance")
    if balance is None:
        raise Garbled("cfm_usd_balance is missing")
    return BalanceRow("USD", balance, locked=_value(row, "initial_margin"))


def _perpetual_portfolio(row: Mapping[str, Any]) -> str | None:
    """The name of the wallet of a portfolio, where it is one of perpetual futures."""
    return "perpetuals" if word_in(row, "type") == "INTX" and not flag_in(row, "deleted") else None


def _perpetuals(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """Parse a balance of a perpetuals portfolio. `quantity` includes holds but no open profit."""
    asset, quantity, debt = row.get("asset"), amount(row, "quantity"), amount(row, "loan")
    name = text(asset, "asset_name") if isinstance(asset, Mapping) else None
    if name is None or quantity is None or debt is None:
        raise Garbled("the asset, the quantity or the loan is missing")
    return BalanceRow(name, quantity, amount(row, "max_withdraw_amount"), amount(row, "hold"), debt)


def _value(row: Mapping[str, Any], field: str) -> Decimal | None:
    """A money amount, given as an object of amount and currency."""
    money = row.get(field)
    return amount(money, "amount" if "amount" in money else "value") if isinstance(money, Mapping) else None


def _next_page(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The accounts after the last of this page. The cursor is missing or null on the last page."""
    pagination = response.get("pagination")
    after = text(pagination, "next_starting_after") if isinstance(pagination, Mapping) else None
    return None if after is None else {"starting_after": after}


_POSITION = PositionFields(
    size="number_of_contracts", side="side", entry=("avg_entry_price",), mark=("current_price",),
    profit=("unrealized_pnl",),
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A position of US futures, in contracts, or of perpetuals: their profit is settled into the balance with each
    funding. `aggregated_pnl` runs since the opening, `unrealized_pnl` since the last settlement.

    `position_side` states the side of perpetuals (POSITION_SIDE_LONG or _SHORT). No documentation says if `net_size`
    has a sign, so without a side only a negative size is read. Orders state CROSS or ISOLATED as margin type
    (Create Order), positions MARGIN_TYPE_CROSS or MARGIN_TYPE_ISOLATED. Any other word is unknown. The page says that
    the portfolios of perpetuals (INTX) end on 2026-09-09.
    """
    if "net_size" not in row:
        return _POSITION.row_of(row)
    size = required_amount(row, "net_size")
    money = {name: _money_or_unknown(row, name) for name in _MONEY}
    return PositionRow(
        size=size.copy_abs(),
        side=_side_of_perpetual(row, size),
        entry_price=money["entry_vwap"] or None,
        mark_price=money["mark_price"] or None,
        open_profit=money["aggregated_pnl"],
        session_profit=money["unrealized_pnl"],
        liquidation_price=money["liquidation_price"] or None,
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=MARGIN_WORDS.get(word_in(row, "margin_type").removeprefix("MARGIN_TYPE_").lower()),
    )


def _side_of_perpetual(row: Mapping[str, Any], size: Decimal) -> PositionSide:
    return side_of(
        {"position_side": word_in(row, "position_side").removeprefix("POSITION_SIDE_")}, "position_side", size
    )


_MONEY = ("entry_vwap", "mark_price", "aggregated_pnl", "unrealized_pnl", "liquidation_price")


def _money_or_unknown(row: Mapping[str, Any], field: str) -> Decimal | None:
    money = row.get(field)
    return amount_or_unknown(money, "value") if isinstance(money, Mapping) else None


_SUMMARY, _PORTFOLIOS, _TRADED = "brokerage/cfm/balance_summary", "brokerage/portfolios", "brokerage/accounts"
_PORTFOLIO_BALANCES = "brokerage/intx/balances/{portfolio_uuid}"
_PORTFOLIO_POSITIONS = "brokerage/intx/positions/{portfolio_uuid}"
_EACH = EachWallet(_PORTFOLIOS, ("portfolios",), "uuid", "portfolio_uuid", _perpetual_portfolio)
# The list of all accounts, vaults too, states no holds. The list of those that can be traded does.
_HOLDS = RowDetails(
    _TRADED,
    ("id",),
    ("available_balance", "hold"),
    {"limit": 250},
    ("accounts",),
    join_there=("uuid",),
)


def asset_name(asset: str) -> str:
    """Staked ether is ether."""
    return "ETH" if asset == "ETH2" else asset


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    permissions = object_in(gateway.request("brokerage/key_permissions"))
    view, trade, transfer = (flag_at(permissions, name) for name in ("can_view", "can_trade", "can_transfer"))
    return Permissions(view, trade, transfer, "")


def _open_orders(list_name: str | None, **params: Any) -> OrderCall:
    """The orders of some statuses. ccxt puts the cursor into the first row. Its own paging requires a start time."""
    paging = Paging(100, "cursor", "cursor", first=True)
    return OrderCall(ORDERS, list_name, params, limit=100, paging=paging, list_at=("orders",))


VENUE = Venue(
    # List Orders: open orders cannot be requested together with those of other statuses.
    open_orders=(_open_orders(None), _open_orders("queued", order_status=["PENDING", "QUEUED"])),
    wallets=(
        WalletCall(
            "main",
            {"limit": 250},
            path="accounts",
            list_at=("data",),
            row=_account,
            next_page=_next_page,
            adds_up="id",
            details=_HOLDS,
        ),
        WalletCall(
            "futures", path=_SUMMARY, rows=one_row(("balance_summary",)), row=_futures, unless="data", market="swap"
        ),
        WalletCall(
            "perpetuals",
            path=_PORTFOLIO_BALANCES,
            list_at=("portfolio_balances", 0, "balances"),
            row=_perpetuals,
            wallet_list=_EACH,
            market="swap",
        ),
    ),
    positions=(
        PositionsCall("main", list_at=("positions",), market="swap", may_be_refused=True),
        PositionsCall(
            "perpetuals",
            path=_PORTFOLIO_POSITIONS,
            list_at=("positions",),
            wallet_list=_EACH,
            market="swap",
            may_be_refused=True,
        ),
    ),
    position_row=position_row,
    order_names=PositionNames("margin_type"),
    asset_name=asset_name,
    fills=(FillsCall("all", rows=100, keeps=Keeps.NEWEST, list_at=("fills",)),),
    ended_orders=(newest_first("all", "fetch_orders", list_at=("orders",)),),
    transfers=(),
    order_row=rows.order_row,
    ended_row=rows.ended_row,
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "brokerage/key_permissions", ("v3", "private"), 1),
        *(Call("GET", path, ("v3", "private"), 1) for path in (_SUMMARY, _PORTFOLIOS, _TRADED)),
        *(Call("GET", path, ("v3", "private"), 1) for path in (_PORTFOLIO_BALANCES, _PORTFOLIO_POSITIONS)),
        Call("GET", "accounts", ("v2", "private"), 10.6),
    ),
    get_reads=(r"/api/v3/brokerage/orders/historical/batch",),
    triggers_among_orders=True,
)
