"""Backpack: one list of resting and trigger orders, spot and perpetuals."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap

T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of /api/v1/orders: buys 0.5 BTC at 60,000."""
    return {
        "clientId": 123456789, "createdAt": T, "executedQuantity": "0", "executedQuoteQuantity": "0",
        "id": "4228978331", "orderType": "Limit", "postOnly": False, "price": "60000", "quantity": "0.5",
        "reduceOnly": None, "relatedOrderId": None, "selfTradePrevention": "RejectTaker", "side": "Bid",
        "status": "New", "stopLossLimitPrice": None, "stopLossTriggerBy": None, "stopLossTriggerPrice": None,
        "strategyId": None, "symbol": "BTC_USDC", "systemOrderType": None, "takeProfitLimitPrice": None,
        "takeProfitTriggerBy": None, "takeProfitTriggerPrice": None, "timeInForce": "GTC", "triggerBy": None,
        "triggerPrice": None, "triggerQuantity": None, "triggeredAt": None,
    } | values  # fmt: skip


def waits(**values: Any) -> dict[str, Any]:
    """A trigger order of the perpetual: sells 2 BTC at market once the mark price is 55,000."""
    return o(**{"symbol": "BTC_USDC_PERP", "status": "TriggerPending", "orderType": "Market", "price": None,
                "quantity": None, "triggerQuantity": "2", "triggerPrice": "55000", "triggerBy": "MarkPrice",
                "side": "Ask", "reduceOnly": True} | values)  # fmt: skip


def _case(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders", "/api/v1/orders", rows, orders, **more)


HISTORY = "/wapi/v1/history/orders"
OWN = "4228978331"


def _ended(name: str, of: str, row: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, HISTORY, [row], outcomes, **more)


WHEN = {"createdAt": "2025-11-24T16:00:00.000"}
ENDED = [
    _ended("filled", "limit", o(**WHEN, status="Filled", executedQuantity="0.5", executedQuoteQuantity="29995"),
           {OWN: {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": None}}),
    _ended("cancelled after a part", "partly filled",
           o(**WHEN, status="Cancelled", executedQuantity="0.2", executedQuoteQuantity="12000"),
           {OWN: {"ending": "cancelled", "filled": "0.2", "average_price": "60000"}}),
    _ended("expired, and why", "limit", o(**WHEN, status="Expired", expiryReason="PostOnlyTaker"),
           {OWN: {"ending": "expired", "filled": "0", "reason": "PostOnlyTaker"}}),
    _ended("a trigger order keeps its id in the book", "trigger at market",
           waits(**WHEN, status="Filled", quantity="2", executedQuantity="2", executedQuoteQuantity="109960",
                 triggeredAt=T),
           {OWN: {"ending": "filled", "filled": "2", "average_price": "54980", "book_order_id": None}}),
    _ended("could not be placed when it triggered, by itself", "trigger at market", waits(**WHEN, status="TriggerFailed"),
           {OWN: {"ending": "rejected", "filled": "0"}}, asks="detail"),
    _ended("a status that nobody knows", "limit", o(**WHEN, status="Levitates"), {}, unreadable=1),
]  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A position of 0.5 BTC bought at 59,000, at a mark of 60,000."""
    return {
        "breakEvenPrice": "59010", "cumulativeFundingPayment": "1", "cumulativeInterest": "0", "entryPrice": "59000",
        "estLiquidationPrice": "41000", "imf": "0.02", "markPrice": "60000", "mmf": "0.0125", "netCost": "29500",
        "netExposureNotional": "30000", "netExposureQuantity": "0.5", "netQuantity": "0.5", "pnlRealized": "-7",
        "pnlUnrealized": "500", "positionId": "1", "subaccountId": None, "symbol": "BTC_USDC_PERP", "userId": 1,
    } | values  # fmt: skip


def lent(symbol: str, net: str) -> dict[str, Any]:
    return {"cumulativeInterest": "0", "id": "1", "imf": "0.1", "netQuantity": net, "markPrice": "1", "mmf": "0.05",
            "netExposureQuantity": net, "netExposureNotional": "1", "symbol": symbol}  # fmt: skip


BALANCES = [AccountCase("what is here, lent and owed", {
    "/api/v1/capital": {"USDC": {"available": "700", "locked": "200", "staked": "100"},
                        "BTC": {"available": "0.4", "locked": "0", "staked": "0"}},
    "/api/v1/borrowLend/positions": [lent("USDC", "300"), lent("BTC", "-0.1")],
}, {
    "main/USDC": {"total": "1000", "free": "700", "locked": "200", "debt": None}, "main/BTC": {"total": "0.4"},
    "borrow-lend/USDC": {"total": "300", "debt": None}, "borrow-lend/BTC": {"total": "-0.1", "debt": "0.1"},
})]  # fmt: skip
POSITIONS = [AccountCase("long, and a closed one", {"/api/v1/position": [pos(), pos(symbol="ETH_USDC_PERP", netQuantity="0")]}, {
    "BTC_USDC_PERP/long": {
        "amount": "0.5", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "500", "realised_pnl": "-7",
        "liquidation_price": "41000", "leverage": None, "margin_mode": None,
    },
}), AccountCase("short", {"/api/v1/position": [pos(netQuantity="-0.2", pnlUnrealized="-200", estLiquidationPrice="0")]}, {
    "BTC_USDC_PERP/short": {"amount": "0.2", "unrealised_pnl": "-200", "liquidation_price": None},
})]  # fmt: skip


VENUE = Venue(
    exchange="backpack",
    markets=[spot("BTC/USDC", "BTC_USDC"), swap("BTC/USDC:USDC", "BTC_USDC_PERP")],
    wrap=list,
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _case("limit", o(), orders=[{
            "key": "4228978331", "symbol": "BTC/USDC", "kind": "limit", "side": "buy", "amount": "0.5",
            "limit_price": "60000", "status": "open", "client_order_id": "123456789", "created_at": T,
            "trigger_price": None, "group_id": None,
        }]),
        _case("partly filled", o(status="PartiallyFilled", executedQuantity="0.2", executedQuoteQuantity="12000"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "60000"}]),
        _case("post only", o(postOnly=True), orders=[{"post_only": True}]),
        _case("trigger at market", waits(), orders=[{
            "kind": "stop", "symbol": "BTC/USDC:USDC", "side": "sell", "amount": "2", "trigger_price": "55000",
            "trigger_kind": "mark", "trigger_direction": None, "limit_price": None, "reduce_only": True,
            "status": "pending", "role": "unknown",
        }]),
        _case("trigger with a limit by the last price",
              waits(orderType="Limit", price="54900", triggerBy="LastPrice"),
              orders=[{"kind": "stop_limit", "limit_price": "54900", "trigger_kind": "last"}]),
        _case("closes the whole position", waits(triggerQuantity="100%"), orders=[{
            "close_position": True, "close_fraction": "1", "amount": None, "reduce_only": True, "trigger_price": "55000",
        }]),
        _case("closes a quarter of the position", waits(triggerQuantity="25%"), orders=[{
            "close_position": None, "close_fraction": "0.25", "amount": None,
        }]),
        _case("trigger by the index", waits(triggerBy="IndexPrice"), orders=[{"trigger_kind": "index"}]),
        _case("triggered, and in the book since",
              waits(status="New", orderType="Limit", price="54900", triggeredAt=T, quantity="2"),
              orders=[{"kind": "limit", "status": "open", "trigger_price": None, "limit_price": "54900"}]),
        _case("attached take profit and stop",
              o(symbol="BTC_USDC_PERP", takeProfitTriggerPrice="70000", takeProfitTriggerBy="LastPrice",
                stopLossTriggerPrice="55000", stopLossLimitPrice="54900", stopLossTriggerBy="MarkPrice"),
              orders=[
                  {"key": "4228978331", "kind": "limit", "role": "entry", "contingency": "attached"},
                  {"kind": "take_profit", "side": "sell", "trigger_price": "70000", "trigger_kind": "last"},
                  {"kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_kind": "mark"},
              ]),
        _case("attached take profit with a limit", o(takeProfitTriggerPrice="70000", takeProfitLimitPrice="69900",
                                                     takeProfitTriggerBy="IndexPrice"), orders=[
            {"kind": "limit", "group_id": "4228978331"},
            {"kind": "take_profit_limit", "role": "take_profit", "side": "sell", "trigger_price": "70000",
             "limit_price": "69900", "trigger_kind": "index", "amount": "0.5", "trigger_direction": "rises"},
        ]),
        _case("one row of nonsense", o(side="Hold"), o(id="2"), orders=[{"key": "2"}], unreadable=1),
    ],
    fills=[
        Case("spot and contracts, maker and taker", "fills:all", "/wapi/v1/history/fills",
             [{"clientId": None, "fee": "0.0004", "feeSymbol": "BTC", "isMaker": True, "orderId": "4228978331",
               "price": "60000", "quantity": "0.5", "side": "Bid", "symbol": "BTC_USDC", "systemOrderType": None,
               "timestamp": "2025-11-24T16:00:00.092", "tradeId": 8801},
              {"clientId": None, "fee": "-1.5", "feeSymbol": "USDC", "isMaker": False, "orderId": "4228978332",
               "price": "61000", "quantity": "2", "side": "Ask", "symbol": "BTC_USDC_PERP", "systemOrderType": None,
               "timestamp": "2025-11-24T16:00:01", "tradeId": 8801}],
             [{"key": "BTC_USDC/8801", "symbol": "BTC/USDC", "side": "buy", "amount": "0.5", "price": "60000",
               "fee": "0.0004", "fee_currency": "BTC", "is_maker": True, "order_id": "4228978331", "at": T + 92},
              {"key": "BTC_USDC_PERP/8801", "symbol": "BTC/USDC:USDC", "side": "sell", "amount": "2", "fee": "-1.5",
               "fee_currency": "USDC", "is_maker": False, "contracts": None}]),
    ],
)  # fmt: skip
