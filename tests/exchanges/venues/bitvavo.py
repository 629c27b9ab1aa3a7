"""Bitvavo, by the generic rule: spot alone, each market asked by its symbol, triggers in the normal list."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, only, spot
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

OPEN, PAST, ONE, FILLS = "/v2/ordersOpen", "/v2/orders", "/v2/order", "/v2/trades"
T = 1764000000000
WANTED = frozenset({"BTC/EUR"})


def o(**values: Any) -> dict[str, Any]:
    """A row of ordersOpen: buys 0.5 BTC at 60,000."""
    return {
        "orderId": "bv-1", "market": "BTC-EUR", "created": T, "updated": T + 5, "status": "new", "side": "buy",
        "orderType": "limit", "amount": "0.5", "amountRemaining": "0.5", "price": "60000", "onHold": "30000",
        "onHoldCurrency": "EUR", "filledAmount": "0", "filledAmountQuote": "0", "feePaid": "0", "feeCurrency": "EUR",
        "fills": [], "selfTradePrevention": "decrementAndCancel", "visible": True, "timeInForce": "GTC",
        "postOnly": False,
    } | values  # fmt: skip


def stop(**values: Any) -> dict[str, Any]:
    """Sells at market once the price has fallen to 50,000."""
    return o(side="sell", orderType="stopLoss", status="awaitingTrigger", price=None, triggerPrice="50000",
             triggerAmount="50000", triggerType="price", triggerReference="lastTrade") | values  # fmt: skip


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders:spot", OPEN, rows, orders, wanted=WANTED, unreadable=unreadable)


def _ended(name: str, of: str, row: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, PAST, [row], outcomes, query={"market": "BTC-EUR"}, **more)


TRANSFERS = (
    transfer_case("deposits, one on its way", "deposits", "/v2/depositHistory", [
        {"timestamp": TIME, "symbol": "BTC", "amount": "0.25", "fee": "0", "status": state, "txId": tx}
        for state, tx in (("completed", "0xd1"), ("processed", "0xd2"))
    ], [transfer("deposit", "BTC", "0.25"), transfer("deposit", "BTC", "0.25", "pending")]),
    transfer_case("withdrawals", "withdrawals", "/v2/withdrawalHistory", [
        {"timestamp": TIME, "symbol": "BTC", "amount": "0.1", "address": "a", "paymentId": "", "txId": tx,
         "fee": "0.0001", "status": state}
        for state, tx in (("completed", "0xw1"), ("canceled", "0xw2"))
    ], [transfer("withdrawal", "BTC", "-0.1", fee="0.0001"), transfer("withdrawal", "BTC", "-0.1", "failed")]),
)  # fmt: skip


VENUE = Venue(
    exchange="bitvavo",
    transfers=TRANSFERS,
    markets=[spot("BTC/EUR", "BTC-EUR")],
    wrap=list,
    cases=[
        _case("limit", o(), orders=[{
            "key": "bv-1", "symbol": "BTC/EUR", "kind": "limit", "side": "buy", "amount": "0.5", "filled": "0",
            "limit_price": "60000", "trigger_price": None, "status": "open", "post_only": False, "created_at": T,
        }]),
        _case("partly filled", o(status="partiallyFilled", filledAmount="0.2", amountRemaining="0.3",
                                 filledAmountQuote="11990"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59950"}]),
        _case("stop at market", stop(), orders=[{
            "kind": "stop", "trigger_price": "50000", "limit_price": None, "trigger_direction": "falls",
            "side": "sell", "amount": "0.5",
        }]),
        _case("take profit with a limit", stop(orderType="takeProfitLimit", price="70100", triggerPrice="70000"),
              orders=[{"kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "70100",
                       "trigger_direction": "rises"}]),
        _case("several at once", o(), stop(orderId="bv-2"), orders=[{"key": "bv-1"}, {"key": "bv-2", "kind": "stop"}]),
        _case("a row without a side", o(side=""), o(orderId="bv-2"), orders=[{"key": "bv-2"}], unreadable=1),
    ],
    ended=[
        _ended("filled", "limit", o(status="filled", filledAmount="0.5", amountRemaining="0",
                                    filledAmountQuote="29950"),
               {"bv-1": {"ending": "filled", "filled": "0.5", "average_price": "59900"}}),
        _ended("cancelled after a part", "limit", o(status="canceled", filledAmount="0.1", filledAmountQuote="6000"),
               {"bv-1": {"ending": "cancelled", "filled": "0.1"}}),
        _ended("expired, which the library calls cancelled", "limit", o(status="expired"),
               {"bv-1": {"ending": "expired", "filled": "0"}}),
        _ended("rejected", "limit", o(status="rejected"), {"bv-1": {"ending": "rejected"}}),
        _ended("still in the book", "limit", o(status="partiallyFilled", filledAmount="0.1"), {}),
        EndedCase("by itself", "stop at market", ONE, [stop(status="canceled")],
                  {"bv-1": {"ending": "cancelled", "filled": "0"}}, asks="detail", wrap=only,
                  query={"orderId": "bv-1", "market": "BTC-EUR"}),
    ],
    fills=[
        Case("taker, its fee in euros", "fills:BTC/EUR", FILLS,
             [{"id": "t-1", "orderId": "bv-1", "timestamp": T + 500, "market": "BTC-EUR", "side": "buy",
               "amount": "0.5", "price": "59900", "taker": True, "fee": "74.87", "feeCurrency": "EUR",
               "settled": True}],
             [{"key": "BTC-EUR/t-1", "order_id": "bv-1", "side": "buy", "amount": "0.5", "price": "59900",
               "fee": "74.87", "fee_currency": "EUR", "is_maker": False, "at": T + 500}]),
    ],
)  # fmt: skip
