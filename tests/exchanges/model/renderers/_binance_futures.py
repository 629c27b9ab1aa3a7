"""Binance: accounts, balances, positions and settings of futures, as binance.py serves them.

The documented pages are named there.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import plain
from tests.exchanges.model.renderers._binance_orders import position_side
from tests.exchanges.payload_server import Request

LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE


def futures_account(wallet: str, kind: MarketKind) -> Callable[[Account, Request], Any]:
    """`marginBalance` is walletBalance + unrealizedProfit."""

    def answer(account: Account, _: Request) -> Any:
        positions = [_position_of_account(p) for p in account.positions_in(kind)]
        assets = [_futures_asset(account, h, kind) for h in account.in_wallet(wallet)]
        return {"assets": assets, "positions": positions, "canTrade": True, "updateTime": CREATED_AT}

    return answer


def _futures_asset(account: Account, holding: Holding, kind: MarketKind) -> dict[str, Any]:
    profit, margin = profit_in(account, holding.asset, kind), margin_in(account, holding.asset, kind)
    available = max(holding.amount + profit - margin, ZERO)
    return {
        "asset": holding.asset,
        "walletBalance": plain(holding.amount),
        "unrealizedProfit": plain(profit),
        "marginBalance": plain(holding.amount + profit),
        "maintMargin": "0.00000000",
        "initialMargin": plain(margin),
        "positionInitialMargin": plain(margin),
        "openOrderInitialMargin": "0.00000000",
        "crossWalletBalance": plain(holding.amount),
        "crossUnPnl": plain(profit),
        "availableBalance": plain(available),
        "maxWithdrawAmount": plain(available),
        "updateTime": CREATED_AT,
    }


def futures_balance(wallet: str, kind: MarketKind) -> Callable[[Account, Request], Any]:
    """`balance` is the wallet balance, `crossUnPnl` the open profit of crossed positions."""

    def answer(account: Account, _: Request) -> Any:
        return [
            {
                "accountAlias": "SgsR",
                "asset": h.asset,
                "balance": plain(h.amount),
                "crossWalletBalance": plain(h.amount),
                "crossUnPnl": plain(profit_in(account, h.asset, kind)),
                "availableBalance": plain(max(h.amount - margin_in(account, h.asset, kind), ZERO)),
                "updateTime": CREATED_AT,
            }
            for h in account.in_wallet(wallet)
        ]

    return answer


def _position_of_account(position: Position) -> dict[str, Any]:
    """The row of the account answers."""
    row = _position_risk(position)
    return row | {"unrealizedProfit": row["unRealizedProfit"], "isolated": position.is_isolated}


def _position_risk(position: Position) -> dict[str, Any]:
    """`positionAmt` is negative when short, and counts contracts on COIN-M. `liquidationPrice` 0 means none."""
    sign = position.direction.sign
    return {
        "symbol": position.market.exchange_symbol,
        "positionSide": position_side(position.direction if position.in_hedge_mode else None),
        "positionAmt": plain(position.market.contracts(position.size) * sign),
        "entryPrice": plain(position.entry),
        "breakEvenPrice": plain(position.entry),
        "markPrice": plain(position.mark),
        "unRealizedProfit": plain(position.profit),
        "liquidationPrice": plain(position.liquidation or ZERO),
        "isolatedMargin": plain(position.margin + position.profit if position.is_isolated else ZERO),
        "isolatedWallet": plain(position.margin if position.is_isolated else ZERO),
        "notional": plain(position.settled_value * sign),
        "notionalValue": plain(position.settled_value * sign),
        "marginAsset": position.market.settle,
        "initialMargin": plain(position.margin),
        "maintMargin": "0",
        "positionInitialMargin": plain(position.margin),
        "openOrderInitialMargin": "0",
        "updateTime": CREATED_AT,
    }


def positions(kind: MarketKind, states_settings: bool) -> Callable[[Account, Request], Any]:
    """USD-M's newest version leaves leverage and margin type to Symbol Configuration."""

    def answer(account: Account, _: Request) -> Any:
        settings = [
            {"leverage": str(p.leverage), "marginType": "isolated" if p.is_isolated else "cross"}
            if states_settings
            else {}
            for p in account.positions_in(kind)
        ]
        return [_position_risk(p) | more for p, more in zip(account.positions_in(kind), settings, strict=True)]

    return answer


def symbol_config(account: Account, _: Request) -> Any:
    by_symbol = {p.market.exchange_symbol: p for p in account.positions_in(LINEAR)}
    return [
        {
            "symbol": symbol,
            "marginType": "ISOLATED" if position.is_isolated else "CROSSED",
            "isAutoAddMargin": False,
            "leverage": position.leverage,
            "maxNotionalValue": "1000000",
        }
        for symbol, position in by_symbol.items()
    ]


def brackets(*symbols: str) -> Callable[[Account, Request], Any]:
    bracket = {"bracket": 1, "initialLeverage": 75, "maintMarginRatio": 0.0065, "cum": 0.0}
    caps = {"notionalCap": 100000000, "notionalFloor": 0, "qtyCap": 100000, "qtyFloor": 0}
    return lambda *_: [{"symbol": symbol, "notionalCoef": 1.5, "brackets": [bracket | caps]} for symbol in symbols]
