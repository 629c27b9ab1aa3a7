"""Woo: the book of spot and perpetuals, and algo orders."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap

T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of /v3/trade/orders: buys 0.5 BTC at 60,000."""
    return {
        "orderId": 60780315704, "clientOrderId": 0, "symbol": "SPOT_BTC_USDT", "orderTag": "default", "side": "BUY",
        "quantity": 0.5, "amount": None, "type": "LIMIT", "status": "NEW", "price": 60000, "executed": 0, "visible": 0.5,
        "averageExecutedPrice": 0, "totalFee": 0, "feeAsset": "BTC", "reduceOnly": False,
        "createdTime": "1764000000.000", "positionSide": "BOTH", "bidAskLevel": None,
    } | values  # fmt: skip


def a(**values: Any) -> dict[str, Any]:
    """A row of /v3/trade/algoOrders: sells 2 BTC of the perpetual at market once the mark price falls to 55,000."""
    return {
        "algoOrderId": 10399260, "clientAlgoOrderId": 0, "rootAlgoOrderId": 10399260, "parentAlgoOrderId": 0,
        "symbol": "PERP_BTC_USDT", "algoOrderTag": "default", "algoType": "STOP_LOSS", "side": "SELL", "quantity": 2,
        "isTriggered": False, "triggerPrice": 55000, "triggerStatus": "USELESS", "type": "MARKET",
        "rootAlgoStatus": "NEW", "algoStatus": "NEW", "triggerPriceType": "MARK_PRICE", "price": None,
        "triggerTime": "0", "totalExecutedQuantity": 0, "averageExecutedPrice": 0, "reduceOnly": True,
        "createdTime": "1764000000.000", "updatedTime": "1764000000.000", "positionSide": "BOTH",
    } | values  # fmt: skip


def child(kind: str, trigger: int, **values: Any) -> dict[str, Any]:
    """A take profit or stop below another algo order."""
    return {"algoOrderId": trigger, "algoType": kind, "side": "SELL", "type": "CLOSE_POSITION", "triggerPrice": trigger,
            "triggerPriceType": "MARK_PRICE", "reduceOnly": True} | values  # fmt: skip


def _book(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders", "/v3/trade/orders", rows, orders, **more)


def _algo(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "triggers:algo", "/v3/trade/algoOrders", rows, orders, **more)


BOTH = [child("TAKE_PROFIT", 70000), child("STOP_LOSS", 55000)]

BOOK, ALGO = "/v3/trade/orders", "/v3/trade/algoOrders"
OVER = {"updatedTime": "1764000060.000"}
ENDED = [
    EndedCase("filled", "limit", BOOK, [o(**OVER, status="FILLED", executed=0.5, averageExecutedPrice=59990)],
              {"60780315704": {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}}),
    EndedCase("cancelled after a part", "partly filled", BOOK,
              [o(**OVER, status="CANCELLED", executed=0.2, averageExecutedPrice=60000)],
              {"60780315704": {"ending": "cancelled", "filled": "0.2", "average_price": "60000"}}),
    EndedCase("rejected, by itself", "limit", "/v3/trade/order", [o(**OVER, status="REJECTED")],
              {"60780315704": {"ending": "rejected", "filled": "0"}}, asks="detail",
              wrap=lambda rows: {"success": True, "data": rows[0]}),
    EndedCase("being cancelled is not cancelled", "limit", BOOK, [o(**OVER, status="CANCEL_SENT")], {}),
    EndedCase("a stop that executed", "stop loss at market", ALGO,
              [a(**OVER, algoStatus="FILLED", isTriggered=True, totalExecutedQuantity=2, averageExecutedPrice=54980)],
              {"10399260": {"ending": "filled", "filled": "2", "average_price": "54980"}}),
    EndedCase("a stop that triggered, of which no execution is told", "stop loss at market", "/v3/trade/algoOrder",
              [a(**OVER, algoStatus="FILLED", isTriggered=True)], {"10399260": {"ending": "triggered", "filled": "0"}},
              asks="detail", wrap=lambda rows: {"success": True, "data": rows[0]}),
    EndedCase("cancelled", "trailing by a share", ALGO,
              [a(**OVER, algoType="TRAILING_STOP", algoStatus="CANCELLED")], {"10399260": {"ending": "cancelled"}}),
    EndedCase("the take profit of the position acted", "take profit and stop of the whole position", ALGO,
              [a(**OVER, algoType="POSITIONAL_TP_SL", side=None, quantity=0, algoStatus="FILLED",
                 childOrders=[child("TAKE_PROFIT", 70000, isTriggered=True), child("STOP_LOSS", 55000)])],
              {"10399260/tp": {"ending": "triggered"}, "10399260/sl": {"ending": "cancelled"}}),
    EndedCase("which of both acted is not said", "take profit and stop of the whole position", ALGO,
              [a(**OVER, algoType="POSITIONAL_TP_SL", side=None, quantity=0, algoStatus="FILLED", childOrders=BOTH)], {}),
]  # fmt: skip


BALANCE_PATH, POSITION_PATH = "/v3/asset/balances", "/v3/futures/positions"


def holding(token: str, amount: str, **values: str) -> dict[str, Any]:
    """A token in the trading wallet and in those of savings."""
    return {
        "token": token, "holding": amount, "frozen": "0", "staked": "0", "unbonding": "0", "vault": "0",
        "launchpadVault": "0", "earn": "0", "interest": "0", "pendingShortQty": "0", "pendingLongQty": "0",
        "availableBalance": amount, "averageOpenPrice": "59000", "markPrice": "60000", "pnl24H": "0", "fee24H": "0",
    } | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A position of 0.5 BTC bought at 59,000, at a mark of 60,000."""
    return {
        "symbol": "PERP_BTC_USDT", "holding": "0.5", "positionSide": "BOTH", "pendingLongQty": "0",
        "pendingShortQty": "0", "settlePrice": "59000", "averageOpenPrice": "59000", "pnl24H": "77", "fee24H": "1",
        "markPrice": "60000", "estLiqPrice": "41000", "adlQuantile": 1, "marginMode": "CROSS", "leverage": 10,
    } | values  # fmt: skip


def _data(name: str, *rows: Any) -> dict[str, Any]:
    return {"success": True, "data": {name: list(rows)}, "timestamp": T}


BALANCES = [AccountCase("trading, with a coin that is owed, and savings", {BALANCE_PATH: _data(
    "holding", holding("USDT", "1000", frozen="200", availableBalance="800"), holding("BTC", "-0.1", availableBalance="0"),
    holding("ETH", "0", staked="2", unbonding="0.5", vault="3", earn="1.5", availableBalance="0"),
)}, {
    "main/USDT": {"total": "1000", "free": "800", "locked": "200"}, "main/BTC": {"total": "-0.1", "free": "0"},
    "staked/ETH": {"total": "2"}, "unbonding/ETH": {"total": "0.5"}, "vault/ETH": {"total": "3"},
    "earn/ETH": {"total": "1.5"},
})]  # fmt: skip
POSITIONS = [
    AccountCase("one-way, its profit by both prices", {POSITION_PATH: _data("positions", pos(), pos(symbol="PERP_ETH_USDT", holding="0"))}, {
        "PERP_BTC_USDT/long": {
            "amount": "0.5", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "500", "leverage": "10",
            "liquidation_price": "41000", "margin_mode": "cross",
        },
    }),
    AccountCase("both sides in hedge mode", {POSITION_PATH: _data(
        "positions", pos(positionSide="LONG"),
        pos(positionSide="SHORT", holding="-0.2", marginMode="ISOLATED", estLiqPrice="0", averageOpenPrice="0"),
    )}, {
        "PERP_BTC_USDT/long": {"unrealised_pnl": "500"},
        "PERP_BTC_USDT/short/isolated": {"amount": "0.2", "unrealised_pnl": None, "liquidation_price": None},
    }),
    # A short position loses 1,000 a coin if the price rises from 59,000 to 60,000, whatever the sign of its holding.
    *(AccountCase(f"a short position of {size} in hedge mode",
                  {POSITION_PATH: _data("positions", pos(positionSide="SHORT", holding=size))},
                  {"PERP_BTC_USDT/short": {"amount": "0.5", "unrealised_pnl": "-500.0"}}) for size in ("0.5", "-0.5")),
]  # fmt: skip


VENUE = Venue(
    exchange="woo",
    markets=[spot("BTC/USDT", "SPOT_BTC_USDT"), swap("BTC/USDT:USDT", "PERP_BTC_USDT")],
    wrap=lambda rows: {"success": True, "data": {"rows": list(rows), "meta": {"total": len(rows)}}, "timestamp": T},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _book("limit", o(), orders=[{
            "key": "60780315704", "symbol": "BTC/USDT", "kind": "limit", "side": "buy", "amount": "0.5",
            "remaining": "0.5", "limit_price": "60000", "status": "open", "created_at": T, "client_order_id": None,
        }]),
        _book("partly filled", o(status="PARTIAL_FILLED", executed=0.2, averageExecutedPrice=60000), orders=[{
            "filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "60000",
        }]),
        _book("post only, reduces a long position",
              o(symbol="PERP_BTC_USDT", type="POST_ONLY", side="SELL", reduceOnly=True, positionSide="LONG"),
              orders=[{"kind": "limit", "post_only": True, "reduce_only": True, "position_side": "long",
                       "market_type": "perpetual"}]),
        _book("one row of nonsense", o(side="HOLD"), o(orderId=2), orders=[{"key": "2"}], unreadable=1),
        _algo("stop loss at market", a(), orders=[{
            "key": "10399260", "kind": "stop", "role": "stop_loss", "role_origin": "stated", "trigger_price": "55000",
            "trigger_kind": "mark", "trigger_direction": "falls", "limit_price": None, "amount": "2",
            "reduce_only": True, "status": "pending", "group_id": None,
        }]),
        _algo("take profit with a limit",
              a(algoType="TAKE_PROFIT", type="LIMIT", triggerPrice=70000, price=70100, triggerPriceType="MARKET_PRICE"),
              orders=[{"kind": "take_profit_limit", "role": "take_profit", "trigger_price": "70000",
                       "limit_price": "70100", "trigger_kind": "last", "trigger_direction": "rises"}]),
        _algo("plain stop entry", a(algoType="STOP", side="BUY", triggerPrice=65000, reduceOnly=False), orders=[{
            "kind": "stop", "role": "unknown", "trigger_price": "65000", "trigger_direction": None,
        }]),
        _algo("trailing by a share",
              a(algoType="TRAILING_STOP", triggerPrice=None, callbackRate=0.05, activatedPrice=66000, isActivated=False),
              orders=[{"kind": "trailing_stop", "trailing_distance": "5", "trailing_unit": "percent",
                       "activation_price": "66000", "is_active": False, "trigger_price": None, "limit_price": None}]),
        _algo("trailing by a distance", a(algoType="TRAILING_STOP", triggerPrice=None, callbackValue=500), orders=[{
            "trailing_distance": "500", "trailing_unit": "price",
        }]),
        _algo("take profit and stop of the whole position",
              a(algoType="POSITIONAL_TP_SL", side=None, quantity=0, triggerPrice=None, childOrders=BOTH),
              orders=[
                  {"key": "10399260/tp", "kind": "take_profit", "side": "sell", "trigger_price": "70000",
                   "contingency": "OCO", "group_id": "10399260", "close_position": True, "amount": None},
                  {"key": "10399260/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "55000"},
              ]),
        _algo("bracket: an entry and what hangs on it",
              a(algoType="BRACKET", side="BUY", type="LIMIT", price=60000, triggerPrice=None, reduceOnly=False,
                childOrders=[{"algoType": "POSITIONAL_TP_SL", "childOrders": BOTH}]),
              orders=[
                  {"key": "10399260", "kind": "limit", "role": "entry", "limit_price": "60000",
                   "contingency": "attached"},
                  {"kind": "take_profit", "side": "sell", "contingency": "attached", "group_id": "10399260"},
                  {"kind": "stop", "side": "sell", "trigger_price": "55000", "status": "pending"},
              ]),
    ],
    fills=[
        Case("spot and contracts, maker and taker", "fills:all", "/v3/trade/transactionHistory",
             [{"id": 1734947821, "symbol": "SPOT_BTC_USDT", "orderId": 60780383217, "executedPrice": 60000,
               "executedQuantity": 0.5, "fee": 0.0001, "realizedPnl": None, "feeAsset": "BTC", "orderTag": "default",
               "side": "BUY", "executedTimestamp": f"{T // 1000}.630", "isMaker": 1},
              {"id": 1734947822, "symbol": "PERP_BTC_USDT", "orderId": 60780383218, "executedPrice": 61000,
               "executedQuantity": 2, "fee": 36.6, "realizedPnl": 12.5, "feeAsset": "USDT", "orderTag": "default",
               "side": "SELL", "executedTimestamp": f"{T // 1000 + 1}.000", "isMaker": 0}],
             [{"key": "SPOT_BTC_USDT/1734947821", "order_id": "60780383217", "symbol": "BTC/USDT", "side": "buy",
               "amount": "0.5", "price": "60000", "fee": "0.0001", "fee_currency": "BTC", "is_maker": True,
               "at": T + 630},
              {"symbol": "BTC/USDT:USDT", "side": "sell", "amount": "2", "fee": "36.6", "fee_currency": "USDT",
               "is_maker": False, "realised_pnl": "12.5", "contracts": None}]),
    ],
)  # fmt: skip
