"""Bybit: book, conditional and take-profit/stop-loss orders of spot, linear and inverse."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import TIME, status_case, transfer, transfer_case
from tests.exchanges.venues._bybit_account import BALANCES, POSITIONS
from tests.exchanges.venues._bybit_fills import FILLS, T

PATH = "/v5/order/realtime"
OPTION = {"symbol": "BTC/USDT:USDT-251226-100000-C", "type": "option", "swap": False, "option": True}


def o(**values: Any) -> dict[str, Any]:
    """A row of /v5/order/realtime, linear: buys 2 BTC at 60,000."""
    return {
        "symbol": "BTCUSDT", "orderType": "Limit", "orderLinkId": "", "orderId": "e1-f2", "avgPrice": "0",
        "stopOrderType": "", "triggerPrice": "", "takeProfit": "", "stopLoss": "", "triggerBy": "", "tpTriggerBy": "",
        "slTriggerBy": "", "price": "60000", "qty": "2", "leavesQty": "2", "cumExecQty": "0", "cumExecValue": "0",
        "orderStatus": "New", "side": "Buy", "timeInForce": "GTC", "positionIdx": 0, "reduceOnly": False,
        "closeOnTrigger": False, "triggerDirection": 0, "tpslMode": "", "createdTime": T, "updatedTime": T,
        "marketUnit": "",
    } | values  # fmt: skip


def stop(**values: Any) -> dict[str, Any]:
    """A conditional order: sells 2 BTC at market when the last price falls to 55,000."""
    return o(orderStatus="Untriggered", orderType="Market", side="Sell", price="0", triggerPrice="55000",
             triggerBy="LastPrice", triggerDirection=2, stopOrderType="Stop") | values  # fmt: skip


def spot_row(**values: Any) -> dict[str, Any]:
    row = o(**values)
    del row["tpslMode"]
    return row


def _case(name: str, source: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, source, PATH, rows, orders, unreadable=unreadable)


def _one(**result: Any) -> dict[str, Any]:
    return {"retCode": 0, "retMsg": "OK", "result": result, "time": 1}


HISTORY = "/v5/order/history"
DONE = {"updatedTime": "1764000060000"}


def _ended(name: str, of: str, *rows: Any, outcomes: Any, path: str = HISTORY, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, **more)


ENDED = [
    _ended("filled", "limit", o(orderStatus="Filled", cumExecQty="2", leavesQty="0", avgPrice="59990", **DONE),
           query={"category": "linear", "limit": "50"},
           outcomes={"e1-f2": {"ending": "filled", "filled": "2", "average_price": "59990",
                               "ended_at": 1764000060000}}),
    _ended("cancelled, and why", "limit", o(orderStatus="Cancelled", cancelType="CancelByUser", leavesQty="0"),
           outcomes={"e1-f2": {"ending": "cancelled", "filled": "0", "reason": "CancelByUser"}}),
    _ended("cancelled at once, and why", "post only, reduce only, hedge mode",
           o(orderStatus="Cancelled", cancelType="UNKNOWN", rejectReason="EC_PostOnlyWillTakeLiquidity", leavesQty="0"),
           outcomes={"e1-f2": {"ending": "cancelled", "reason": "EC_PostOnlyWillTakeLiquidity"}}),
    _ended("cancelled after a part", "limit",
           o(orderStatus="PartiallyFilledCanceled", cumExecQty="0.5", leavesQty="0", avgPrice="60000"),
           outcomes={"e1-f2": {"ending": "cancelled", "filled": "0.5"}}),
    _ended("rejected, and why", "limit", o(orderStatus="Rejected", rejectReason="EC_PostOnlyWillTakeLiquidity"),
           outcomes={"e1-f2": {"ending": "rejected", "reason": "EC_PostOnlyWillTakeLiquidity"}}),
    _ended("spot is not the perpetual of the same name", "spot limit",
           spot_row(orderStatus="Filled", cumExecQty="2", leavesQty="0", avgPrice="60000"),
           outcomes={"e1-f2": {"ending": "filled"}}),
    _ended("a conditional order keeps its id when it triggers", "position's partial take profit",
           stop(stopOrderType="PartialTakeProfit", orderType="Limit", price="70000", triggerPrice="70000",
                orderStatus="Filled", cumExecQty="2", leavesQty="0", avgPrice="70010", **DONE),
           outcomes={"e1-f2": {"ending": "filled", "filled": "2", "average_price": "70010", "book_order_id": None}}),
    _ended("cancelled before it triggered", "trailing stop", stop(orderStatus="Deactivated", cancelType="CancelByUser"),
           outcomes={"e1-f2": {"ending": "cancelled", "reason": "CancelByUser"}}),
    _ended("triggered and refused", "conditional limit by index",
           stop(orderStatus="Rejected", rejectReason="EC_NoEnoughQtyToFill"),
           outcomes={"e1-f2": {"ending": "rejected", "reason": "EC_NoEnoughQtyToFill"}}),
    _ended("a status that nobody knows", "limit", o(orderStatus="Frozen"), outcomes={}, unreadable=1),
    _ended("of inverse contracts", "inverse contracts",
           o(symbol="BTCUSD", qty="1200", leavesQty="0", cumExecQty="1200", avgPrice="50000", orderStatus="Filled"),
           query={"category": "inverse"},
           outcomes={"e1-f2": {"ending": "filled", "filled": "0.024", "average_price": "50000"}}),
    _ended("with what hung on it: it never filled", "with attached take profit and stop",
           o(orderStatus="Cancelled", takeProfit="70000", stopLoss="55000"),
           outcomes={"e1-f2": {"ending": "cancelled", "filled": "0"},
                     "e1-f2/tp": {"ending": "cancelled", "evidence": "group", "reason": "its entry e1-f2 was cancelled"},
                     "e1-f2/sl": {"ending": "cancelled", "evidence": "group"}}),
    _ended("with what hung on it: it filled", "with attached take profit and stop",
           o(orderStatus="Filled", cumExecQty="2", leavesQty="0", avgPrice="60000", takeProfit="70000"),
           outcomes={"e1-f2": {"ending": "filled"}}),
    _ended("the stop of a spot OCO acted", "take profit and stop of spot in one row (OcoOrder)",
           spot_row(orderStatus="Filled", side="Sell", stopOrderType="OcoOrder", takeProfit="70000", stopLoss="55000",
                    ocoTriggerBy="OcoTriggerBySl", cumExecQty="2", leavesQty="0", avgPrice="54990", **DONE),
           outcomes={"e1-f2/sl": {"ending": "filled", "average_price": "54990"}, "e1-f2/tp": {"ending": "cancelled"}}),
    _ended("by itself", "limit", o(orderStatus="Filled", cumExecQty="2", leavesQty="0", avgPrice="59990"),
           asks="detail", path=PATH, query={"orderId": "e1-f2", "category": "linear"}, outcomes={"e1-f2": {"ending": "filled", "average_price": "59990"}}),
]  # fmt: skip


def _bybit(rows: Sequence[Any]) -> Any:
    return {"retCode": 0, "retMsg": "OK", "result": {"list": list(rows), "nextPageCursor": ""}, "time": 1}


def _bybit_rows(rows: Sequence[Any]) -> Any:
    return {"retCode": 0, "retMsg": "OK", "result": {"rows": list(rows), "nextPageCursor": ""}, "time": 1}


def _bybit_line(word: str, change: str, n: int, **more: Any) -> dict[str, Any]:
    return {"id": f"b{n}", "symbol": "", "category": "linear", "side": "None", "transactionTime": str(TIME), "type": word,
            "qty": "0", "size": "0", "currency": "USDT", "tradePrice": "0", "funding": "", "fee": "0", "cashFlow": "0",
            "change": change, "cashBalance": "5000", "orderId": "", "orderLinkId": "",
            "tradeId": ""} | more  # fmt: skip


def _bybit_moved(**more: Any) -> dict[str, Any]:
    return {"coin": "USDT", "chain": "SOL", "amount": "951", "txID": "5x", "toAddress": "a", "tag": ""} | more


def _bybit_internal(**more: Any) -> dict[str, Any]:
    """A row of the documented example: 0.1 ETH from another user of the exchange."""
    return {
        "id": "1103", "amount": "0.1", "type": 1, "coin": "ETH", "address": "xxxx***@gmail.com", "status": 2,
        "createdTime": str(TIME // 1000), "fromMemberId": "118027304", "txID": "77c37e5c-d9fa-41e5-bd13-c9b59d95",
    } | more  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/v5/asset/deposit/query-record", [
        _bybit_moved(id="7", status=3, depositFee="", successAt=str(TIME)),
        _bybit_moved(id="8", status=1, depositFee="", successAt=str(TIME)),
    ], [transfer("deposit", "USDT", "951"), transfer("deposit", "USDT", "951", "pending")], _bybit_rows),
    # Enums, depositStatus: 7 and 70013 are rollbacks that still have no outcome.
    status_case("deposits", "/v5/asset/deposit/query-record",
          lambda n, word: _bybit_moved(id=str(n), status=int(word), depositFee="", successAt=str(TIME)),
          {"10011": "pending", "10012": "done", "70011": "failed", "70012": "done", "7": "unknown", "70013": "unknown"},
          transfer("deposit", "USDT", "951"), _bybit_rows),
    status_case("withdrawals-all", "/v5/asset/withdraw/query-record",
          lambda n, word: _bybit_moved(withdrawId=str(n), status=word, withdrawFee="1", createTime=str(TIME)),
          {"MoreInformationRequired": "pending", "CancelByUser": "failed", "Unknown": "unknown"},
          transfer("withdrawal", "USDT", "-951"), _bybit_rows),
    # Get Internal Deposit Records: its time is in seconds, and its statuses are 1, 2 and 3.
    transfer_case("deposits off chain", "deposits-internal", "/v5/asset/deposit/query-internal-record", [
        _bybit_internal(), _bybit_internal(id="1104", status=1), _bybit_internal(id="1105", status=3),
        _bybit_internal(id="1106", createdTime=str(TIME)), _bybit_internal(id="1107", status=9),
        _bybit_internal(id="", coin="BTC"), _bybit_internal(id="1108", amount=None),
    ], [
        transfer("deposit", "ETH", "0.1", key="deposit/internal-1103", tx_id="77c37e5c-d9fa-41e5-bd13-c9b59d95"),
        transfer("deposit", "ETH", "0.1", "pending"), transfer("deposit", "ETH", "0.1", "failed"),
        transfer("deposit", "ETH", "0.1"), transfer("deposit", "ETH", "0.1", "unknown"),
    ], _bybit_rows, unreadable=2),
    transfer_case("withdrawals", "withdrawals-all", "/v5/asset/withdraw/query-record", [
        _bybit_moved(withdrawId="9", status="success", withdrawFee="1", createTime=str(TIME)),
        _bybit_moved(withdrawId="10", status="Fail", withdrawFee="1", createTime=str(TIME)),
        _bybit_moved(withdrawId="11", status="Reject", withdrawFee="1", createTime=str(TIME)),
    ], [transfer("withdrawal", "USDT", "-951", "failed"), transfer("withdrawal", "USDT", "-951", "failed"),
        transfer("withdrawal", "USDT", "-951", fee="1", fee_currency="USDT")], _bybit_rows),
    transfer_case("its ledger", "ledger", "/v5/account/transaction-log", [
        _bybit_line("SETTLEMENT", "-0.003676", 1, symbol="XRPUSDT", funding="-0.003676"),
        _bybit_line("SETTLEMENT", "12", 2, symbol="BTCPERP", cashFlow="12", currency="USDC"),
        _bybit_line("TRADE", "-0.01", 3, fee="0.01"),
        _bybit_line("INTEREST", "-0.4", 4), _bybit_line("TRANSFER_IN", "100", 5),
        _bybit_line("FEE_REFUND", "0.02", 6), _bybit_line("BONUS", "5", 7),
    ], [
        transfer("funding", "USDT", "-0.003676"), transfer("interest", "USDT", "-0.4"), transfer("internal", "USDT", "100"),
        transfer("other", "USDT", "5"), transfer("rebate", "USDT", "0.02", fee=None), transfer("settlement", "USDC", "12"),
    ], _bybit),
    # Enums, type(uta-translog), "Currency convert": 100 USDT are given for 90 USDC.
    transfer_case("a conversion in its ledger", "ledger", "/v5/account/transaction-log", [
        _bybit_line("CURRENCY_SELL", "-100", 1), _bybit_line("CURRENCY_BUY", "90", 2, currency="USDC"),
    ], [transfer("other", "USDT", "-100"), transfer("other", "USDC", "90")], _bybit),
    # Enums, type(uta-translog): borrowed amounts, repaid principal, its interest, and a stake that comes back.
    transfer_case("a loan and refunds in its ledger", "ledger", "/v5/account/transaction-log", [
        _bybit_line("LOANS_BORROW_FUNDS", "1000", 1), _bybit_line("BORROWED_AMOUNT_INS_LOAN", "500", 2),
        _bybit_line("PRINCIPLE_REPAYMENT_INS_LOAN", "-400", 3), _bybit_line("INTEREST_REPAYMENT_INS_LOAN", "-3", 4),
        _bybit_line("ONCHAINEARN_REFUND", "50", 5), _bybit_line("FLEXIBLE_STAKING_REFUND", "60", 6),
    ], [
        transfer("interest", "USDT", "-3"), transfer("loan", "USDT", "1000"), transfer("loan", "USDT", "500"),
        transfer("loan", "USDT", "-400"), transfer("other", "USDT", "50"), transfer("other", "USDT", "60"),
    ], _bybit),
)  # fmt: skip


VENUE = Venue(
    exchange="bybit",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT"), swap("BTC/USD:BTC", "BTCUSD"),
             swap("BTC/USDT:USDT", "BTC-26DEC25-100000-C-USDT") | OPTION],
    wrap=lambda rows: {"retCode": 0, "retMsg": "OK", "result": {"list": list(rows), "nextPageCursor": ""}, "time": 1},
    ended=ENDED,
    others={"/v5/user/query-api": _one(unified=1, uta=1), "/v5/account/info": _one(unifiedMarginStatus=5)},
    cases=[
        # Get Open & Closed Orders: spot states the last price at creation in basePrice, others in lastPriceOnCreated.
        _case("spot stop that sells above the price at its creation", "triggers:spot",
              spot_row(orderStatus="Untriggered", orderType="Market", side="Sell", price="0", triggerPrice="66000",
                       stopOrderType="Stop", marketUnit="baseCoin", basePrice="60000",
                       lastPriceOnCreated=""),
              orders=[{"kind": "take_profit", "trigger_direction": "rises", "amount": "2", "remaining": "2"}]),
        _case("spot stop that buys for money", "triggers:spot-tpsl",
              spot_row(orderStatus="Untriggered", orderType="Market", price="0", triggerPrice="62000", qty="500",
                       stopOrderType="tpslOrder", marketUnit="quoteCoin", basePrice="60000",
                       lastPriceOnCreated=""),
              orders=[{"kind": "stop", "trigger_direction": "rises", "amount": None, "remaining": None}]),
        _case("stop of the whole position", "triggers:linear-usdt",
              stop(stopOrderType="StopLoss", tpslMode="Full", reduceOnly=True, closeOnTrigger=True, positionIdx=1),
              orders=[{"kind": "stop", "role": "stop_loss", "close_position": True, "position_side": "long"}]),
        _case("limit", "orders:linear-usdt", o(), orders=[{
            "key": "e1-f2", "symbol": "BTC/USDT:USDT", "kind": "limit", "amount": "2", "limit_price": "60000",
            "client_order_id": None, "status": "open", "position_side": None, "trigger_price": None,
        }]),
        _case("partly filled", "orders:linear-usdt",
              o(cumExecQty="0.5", leavesQty="1.5", orderStatus="PartiallyFilled", avgPrice="59990", cumExecValue="29995"),
              orders=[{"filled": "0.5", "remaining": "1.5", "status": "partially_filled", "average_price": "59990"}]),
        _case("with attached take profit and stop", "orders:linear-usdt",
              o(takeProfit="70000", stopLoss="55000", tpTriggerBy="MarkPrice", slTriggerBy="LastPrice",
                tpLimitPrice="69900", slLimitPrice="0"),
              orders=[
                  {"key": "e1-f2", "kind": "limit", "role": "entry", "role_origin": "inferred", "group_id": "e1-f2"},
                  {"key": "e1-f2/tp", "kind": "take_profit_limit", "role": "take_profit", "side": "sell",
                   "trigger_price": "70000", "limit_price": "69900", "trigger_kind": "mark", "amount": "2",
                   "contingency": "attached", "group_id": "e1-f2", "trigger_direction": "rises"},
                  {"key": "e1-f2/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "55000",
                   "limit_price": None, "trigger_kind": "last", "trigger_direction": "falls", "status": "pending"},
              ]),
        _case("post only, reduce only, hedge mode", "orders:linear-usdt",
              o(timeInForce="PostOnly", reduceOnly=True, positionIdx=2, side="Buy"),
              orders=[{"post_only": True, "reduce_only": True, "position_side": "short"}]),
        _case("a row without a side", "orders:linear-usdt", o(side=""), o(orderId="ok"), orders=[{"key": "ok"}],
              unreadable=1),
        _case("conditional at market, with the worst price it may take", "triggers:linear-usdt", stop(price="52000"), orders=[{
            "kind": "stop", "trigger_price": "55000", "limit_price": None, "trigger_kind": "last",
            "trigger_direction": "falls", "status": "pending", "role": "unknown",
        }]),
        _case("conditional limit by index", "triggers:linear-usdt",
              stop(orderType="Limit", price="54900", triggerBy="IndexPrice"),
              orders=[{"kind": "stop_limit", "limit_price": "54900", "trigger_kind": "index"}]),
        _case("position's stop loss", "triggers:linear-usdt",
              stop(stopOrderType="StopLoss", reduceOnly=True, closeOnTrigger=True, qty="0", leavesQty="0", positionIdx=1),
              orders=[{"kind": "stop", "role": "stop_loss", "close_position": True, "amount": None,
                       "reduce_only": True, "position_side": "long"}]),
        _case("position's partial take profit", "triggers:linear-usdt",
              stop(stopOrderType="PartialTakeProfit", triggerDirection=1, triggerPrice="70000", reduceOnly=True,
                   orderType="Limit", price="70000"),
              orders=[{"kind": "take_profit_limit", "role": "take_profit", "trigger_direction": "rises"}]),
        _case("trailing stop", "triggers:linear-usdt",
              stop(stopOrderType="TrailingStop", trailingStop="500", activationPrice="66000", reduceOnly=True),
              orders=[{"kind": "trailing_stop", "trailing_distance": "500", "trailing_unit": "price",
                       "activation_price": "66000", "role": "stop_loss", "limit_price": None}]),
        # Get Open & Closed Orders, triggerPrice: the activation price of a trailing stop.
        _case("trailing stop that waits for a rise, one that trails, one that names no direction", "triggers:linear-usdt",
              stop(stopOrderType="TrailingStop", trailingStop="500", triggerPrice="66000", triggerDirection=1),
              stop(orderId="e3", stopOrderType="TrailingStop", trailingStop="500", triggerPrice="59500"),
              stop(orderId="e4", stopOrderType="TrailingStop", trailingStop="500", triggerPrice="66000", triggerDirection=0),
              orders=[
                  {"kind": "trailing_stop", "activation_price": "66000", "is_active": False, "trigger_direction": "falls",
                   "is_armed": False},
                  {"activation_price": None, "is_active": None, "is_armed": True, "trigger_direction": "falls"},
                  {"activation_price": "66000", "is_active": None, "is_armed": None},
              ]),
        _case("trailing stop whose row has the price at its creation", "triggers:linear-usdt",
              stop(stopOrderType="TrailingStop", trailingStop="500", triggerPrice="59500", basePrice="60000",
                   lastPriceOnCreated="60000"),
              orders=[{"kind": "trailing_stop", "activation_price": None}]),
        _case("entry on a fall", "triggers:linear-usdt", stop(side="Buy", triggerDirection=2), orders=[{
            "kind": "take_profit", "trigger_direction": "falls",
        }]),
        _case("inverse contracts", "orders:inverse", o(symbol="BTCUSD", qty="1200", leavesQty="1200"), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "1200", "amount": "0.02", "remaining": "0.02",
        }]),
        _case("spot limit", "orders:spot", spot_row(), orders=[{"symbol": "BTC/USDT", "kind": "limit"}]),
        # Get Open & Closed Orders, orderFilter: OcoOrder and BidirectionalTpslOrder are lists of their own.
        *(
            _case(f"take profit and stop of spot in one row ({word})", source,
                  spot_row(orderStatus="Untriggered", side="Sell", price="0", orderType="Market", stopOrderType=word,
                           takeProfit="70000", tpLimitPrice="70100", stopLoss="55000", ocoTriggerBy="OcoTriggerByUnknown"),
                  orders=[
                      {"key": "e1-f2/tp", "symbol": "BTC/USDT", "market_type": "spot", "kind": "take_profit_limit",
                       "role": "take_profit", "trigger_price": "70000", "limit_price": "70100", "amount": "2",
                       "trigger_direction": "rises", "group_id": "e1-f2", "contingency": "OCO"},
                      {"key": "e1-f2/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "55000", "amount": "2",
                       "remaining": "2", "limit_price": None, "trigger_direction": "falls", "status": "pending",
                       "side": "sell", "group_id": "e1-f2", "contingency": "OCO"},
                  ])
            for source, word in (("triggers:spot-oco", "OcoOrder"), ("triggers:spot-bidirectional", "BidirectionalTpslOrder"))
        ),
        _case("spot take-profit/stop-loss order", "triggers:spot-tpsl",
              spot_row(orderStatus="Untriggered", orderType="Market", side="Sell", price="0", triggerPrice="55000",
                       stopOrderType="tpslOrder"),
              orders=[{"symbol": "BTC/USDT", "kind": "stop", "trigger_price": "55000", "limit_price": None}]),
    ],
    fills=FILLS,
)  # fmt: skip
