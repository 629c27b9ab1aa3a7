"""Backpack: balances, lending and borrowing, spot and linear perpetuals, all in one-way mode.

Field meanings come from docs.backpack.exchange: Get balances, Get collateral, Get borrow lend positions, Get open
positions, Get open orders, Execute order, Get tickers, Get all mark prices, and from the types of the exchange's own
client (github.com/backpack-exchange/bpx-api-client).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import (
    CREATED_AT,
    DOLLARS,
    ZERO,
    Account,
    Holding,
    Kind,
    MarketKind,
    Order,
    Position,
    Relation,
    Side,
)
from tests.exchanges.model.arithmetic import dollar_price, worth_of
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDC", "BTC_USDC", stock=False),
    spot("ETH/USDC", "ETH_USDC", stock=False),
    swap("BTC/USDC:USDC", "BTC_USDC_PERP", stock=False),
    swap("ETH/USDC:USDC", "ETH_USDC_PERP", stock=False),
]
LINEAR = MarketKind.LINEAR
ABILITIES = Abilities(
    wallets=(Wallet("capital", locks=True), Wallet("borrow lend", goes_negative=True)),
    books={
        MarketKind.SPOT: Book(PLAIN, attaches=True),
        LINEAR: Book(PLAIN, "capital", attaches=True, closes_position=True, isolated=False),
    },
)
MARGIN_FUNCTION = {"type": "sqrt", "base": "0.02", "factor": "0.00006"}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request, without an envelope."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else answer(account, request)


def _capital(account: Account, _: Request) -> Any:
    """The balance is available + locked + staked. It leaves out lent amounts."""
    return {holding.asset: _capital_row(holding) for holding in account.in_wallet("capital")}


def _capital_row(holding: Holding) -> dict[str, Any]:
    staked = ZERO if holding.asset in DOLLARS else (holding.free / 4).quantize(Decimal("0.001"))
    return {"available": plain(holding.free - staked), "locked": plain(holding.locked), "staked": plain(staked)}


def _borrow_lend(account: Account, _: Request) -> Any:
    """`netQuantity` is negative where coins are borrowed."""
    return [_borrow_lend_row(account, holding) for holding in account.in_wallet("borrow lend")]


def _account(_: Account, __: Request) -> Any:
    """The limit of leverage is that of the account."""
    return {
        "autoBorrowSettlements": True,
        "autoLend": False,
        "autoRealizePnl": False,
        "autoRepayBorrows": False,
        "borrowLimit": "1000000",
        "leverageLimit": "10",
        "liquidating": False,
        "positionLimit": "1000000",
        "limitOrders": 0,
        "triggerOrders": 0,
        "futuresMakerFee": "2",
        "futuresTakerFee": "5",
        "spotMakerFee": "8",
        "spotTakerFee": "10",
    }


def _borrow_lend_row(account: Account, holding: Holding) -> dict[str, Any]:
    price = dollar_price(account, holding.asset)
    return {
        "cumulativeInterest": "0",
        "id": f"bl{holding.asset}",
        "imf": "0.1",
        "imfFunction": MARGIN_FUNCTION,
        "netQuantity": plain(holding.amount),
        "markPrice": plain(price),
        "mmf": "0.05",
        "mmfFunction": MARGIN_FUNCTION,
        "netExposureQuantity": plain(min(holding.amount, ZERO)),
        "netExposureNotional": plain(abs(min(holding.amount, ZERO)) * price),
        "symbol": holding.asset,
        "estLiquidationPrice": "0",
    }


def _collateral(account: Account, _: Request) -> Any:
    """No haircuts, so that the equity is the worth of the account."""
    worth = worth_of(account)
    rows = [_collateral_row(account, asset) for asset in sorted({h.asset for h in account.holdings if h.amount > 0})]
    return {
        "assetsValue": plain(worth.gross),
        "borrowLiability": plain(worth.borrowed),
        "collateral": rows,
        "imf": "0",
        "unsettledEquity": "0",
        "liabilitiesValue": plain(worth.borrowed),
        "marginFraction": None,
        "mmf": "0",
        "netEquity": plain(worth.net_value),
        "netEquityAvailable": plain(worth.net_value),
        "netEquityLocked": "0",
        "netExposureFutures": "0",
        "pnlUnrealized": plain(worth.open_profit),
    }


def _collateral_row(account: Account, asset: str) -> dict[str, Any]:
    """`totalQuantity` is the balance with lent amounts."""
    amounts = {holding.wallet: holding for holding in account.holdings if holding.asset == asset}
    none = Holding("", asset, ZERO)
    here, lent = amounts.get("capital", none), max(amounts.get("borrow lend", none).amount, ZERO)
    value = (here.amount + lent) * dollar_price(account, asset)
    return {
        "symbol": asset,
        "assetMarkPrice": plain(dollar_price(account, asset)),
        "totalQuantity": plain(here.amount + lent),
        "balanceNotional": plain(value),
        "collateralWeight": "1",
        "collateralValue": plain(value),
        "openOrderQuantity": plain(here.locked),
        "lendQuantity": plain(lent),
        "availableQuantity": plain(here.free),
    }


def _positions(account: Account, request: Request) -> Any:
    rows = [_position(n, position) for n, position in enumerate(account.positions)]
    return [row for row in rows if first(request, "symbol") in ("", row["symbol"])]


def _position(position_number: int, position: Position) -> dict[str, Any]:
    """`netQuantity` is negative when short. Margin is shared, and a row has no leverage of its own."""
    signed = position.size * position.direction.sign
    return {
        "breakEvenPrice": plain(position.entry),
        "cumulativeFundingPayment": "0",
        "cumulativeInterest": "0",
        "entryPrice": plain(position.entry),
        "estLiquidationPrice": plain(position.liquidation or ZERO),
        "imf": "0.02",
        "imfFunction": MARGIN_FUNCTION,
        "markPrice": plain(position.mark),
        "mmf": "0.0125",
        "mmfFunction": MARGIN_FUNCTION,
        "netCost": plain(signed * position.entry),
        "netExposureNotional": plain(position.quote_value),
        "netExposureQuantity": plain(position.size),
        "netQuantity": plain(signed),
        "pnlRealized": "0",
        "pnlUnrealized": plain(position.profit),
        "positionId": str(5001 + position_number),
        "subaccountId": None,
        "symbol": position.market.exchange_symbol,
        "userId": 1,
    }


def _orders(account: Account, request: Request) -> Any:
    """For all markets, or for one type: SPOT or PERP."""
    kinds = {"SPOT": (MarketKind.SPOT,), "PERP": (LINEAR,)}.get(first(request, "marketType"), (MarketKind.SPOT, LINEAR))
    listed = [order for order in account.orders_in(*kinds) if order.relation is not Relation.ATTACHED]
    rows = [_order(account, order) for order in listed]
    return [row for row in rows if first(request, "symbol") in ("", row["symbol"])]


def _order(account: Account, order: Order) -> dict[str, Any]:
    """A trigger acts in whichever direction its price lies. `triggerQuantity` is an amount or a share of a position."""
    waits = order.kind.waits
    legs = {leg.kind: plain(leg.trigger or ZERO) for leg in account.legs(order)}
    waiting_for = "100%" if order.close_position else plain(order.size)
    row = {
        "id": order.id,
        "orderType": "Limit" if order.kind.has_limit else "Market",
        "clientId": None,
        "createdAt": CREATED_AT,
        "symbol": order.market.exchange_symbol,
        "side": "Bid" if order.side is Side.BUY else "Ask",
        "quantity": None if order.close_position else plain(order.size),
        "executedQuantity": plain(order.filled),
        "executedQuoteQuantity": plain(order.filled * (order.limit or ZERO)),
        "stopLossTriggerPrice": legs.get(Kind.STOP),
        "stopLossLimitPrice": None,
        "stopLossTriggerBy": "LastPrice" if legs else None,
        "takeProfitTriggerPrice": legs.get(Kind.TAKE_PROFIT),
        "takeProfitLimitPrice": None,
        "takeProfitTriggerBy": "LastPrice" if legs else None,
        "triggerBy": "LastPrice" if waits else None,
        "triggerPrice": plain(order.trigger) if order.trigger else None,
        "triggerQuantity": waiting_for if waits else None,
        "triggeredAt": None,
        "timeInForce": "GTC",
        "relatedOrderId": None,
        "strategyId": None,
        "selfTradePrevention": "RejectTaker",
        "reduceOnly": (order.reduce_only or order.close_position) if order.market.is_contract else None,
        "status": "TriggerPending" if waits else "PartiallyFilled" if order.filled else "New",
    }
    if order.kind.has_limit:
        return row | {"price": plain(order.limit or ZERO), "postOnly": False}
    return row | {"quoteQuantity": None}


def _tickers(account: Account, _: Request) -> Any:
    return [_ticker(account, row) for row in MARKETS]


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    names = ("firstPrice", "lastPrice", "high", "low")
    return {
        "symbol": row["id"],
        **dict.fromkeys(names, plain(account.prices[row["base"]].last)),
        "priceChange": "0",
        "priceChangePercent": "0",
        "quoteVolume": "10",
        "trades": "10",
        "volume": "10",
    }


def _mark_prices(account: Account, request: Request) -> Any:
    rows = [
        {
            "fundingRate": "0",
            "indexPrice": plain(account.prices[row["base"]].last),
            "markPrice": plain(account.prices[row["base"]].mark),
            "nextFundingTimestamp": CREATED_AT,
            "symbol": row["id"],
        }
        for row in MARKETS
        if row["swap"]
    ]
    return [row for row in rows if first(request, "symbol") in ("", row["symbol"])]


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v1/account": _account,
    "/api/v1/capital": _capital,
    "/api/v1/capital/collateral": _collateral,
    "/api/v1/borrowLend/positions": _borrow_lend,
    "/api/v1/position": _positions,
    "/api/v1/orders": _orders,
    "/api/v1/tickers": _tickers,
    "/api/v1/markPrices": _mark_prices,
}

CANNOT_STATE = {
    "position.leverage": "a position has no leverage of its own: the account has a limit",
    "position.margin_mode": "a position has no margin mode",
}

RENDERER = Renderer("backpack", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE)
