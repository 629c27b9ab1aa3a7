"""Bitget: spot book, plan and take-profit/stop-loss orders, futures book orders and each type of plan."""

from collections.abc import Sequence
from typing import Any

from domain.positions import PositionSide
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._bitget_account import BALANCES, POSITIONS, TRANSFERS

T = "1764000000000"
SPOT, SPOT_PLAN = "/api/v2/spot/trade/unfilled-orders", "/api/v2/spot/trade/current-plan-order"
MIX, MIX_PLAN = "/api/v2/mix/order/orders-pending", "/api/v2/mix/order/orders-plan-pending"


def s(**values: Any) -> dict[str, Any]:
    """A row of the spot book: buys 0.5 BTC at 60,000. The limit stands in `priceAvg` there."""
    return {
        "userId": "71", "symbol": "BTCUSDT", "orderId": "910001", "clientOid": "mine-1", "priceAvg": "60000",
        "size": "0.5", "orderType": "limit", "side": "buy", "status": "live", "basePrice": "0", "baseVolume": "0",
        "quoteVolume": "0", "enterPointSource": "API", "orderSource": "normal", "presetTakeProfitPrice": "",
        "executeTakeProfitPrice": "", "presetStopLossPrice": "", "executeStopLossPrice": "", "cTime": T, "uTime": T,
    } | values  # fmt: skip


def sp(**values: Any) -> dict[str, Any]:
    """A spot plan: sells 0.5 BTC at 54,900 once the last price is 55,000."""
    return {
        "orderId": "920001", "clientOid": "plan-1", "symbol": "BTCUSDT", "size": "0.5", "executePrice": "54900",
        "triggerPrice": "55000", "status": "not_trigger", "orderType": "limit", "side": "sell", "planType": "amount",
        "triggerType": "fill_price", "enterPointSource": "API", "cTime": T, "uTime": T,
    } | values  # fmt: skip


def m(**values: Any) -> dict[str, Any]:
    """A row of the futures book: opens a long position of 2 BTC at 60,000."""
    return {
        "symbol": "BTCUSDT", "size": "2", "orderId": "930001", "clientOid": "mine-2", "baseVolume": "0", "fee": "",
        "price": "60000", "priceAvg": "", "status": "live", "side": "buy", "force": "gtc", "totalProfits": "0",
        "posSide": "long", "marginCoin": "USDT", "quoteVolume": "0", "leverage": "5", "marginMode": "crossed",
        "enterPointSource": "api", "tradeSide": "open", "posMode": "hedge_mode", "orderType": "limit",
        "orderSource": "normal", "reduceOnly": "NO", "presetStopSurplusPrice": "", "presetStopSurplusType": "",
        "presetStopSurplusExecutePrice": "", "presetStopLossPrice": "", "presetStopLossType": "",
        "presetStopLossExecutePrice": "", "cTime": T, "uTime": T,
    } | values  # fmt: skip


def p(**values: Any) -> dict[str, Any]:
    """A futures plan in one-way mode: sells 2 BTC at market once the mark price is 55,000."""
    return {
        "planType": "normal_plan", "symbol": "BTCUSDT", "size": "2", "orderId": "940001", "clientOid": "plan-2",
        "price": "0", "executePrice": "0", "callbackRatio": "", "triggerPrice": "55000", "triggerType": "mark_price",
        "planStatus": "live", "side": "sell", "posSide": "net", "marginCoin": "USDT", "marginMode": "crossed",
        "enterPointSource": "api", "tradeSide": "sell_single", "posMode": "one_way_mode", "orderType": "market",
        "stopSurplusTriggerPrice": "", "stopSurplusExecutePrice": "", "stopSurplusTriggerType": "fill_price",
        "stopLossTriggerPrice": "", "stopLossExecutePrice": "", "stopLossTriggerType": "fill_price", "cTime": T,
        "uTime": "",
    } | values  # fmt: skip


def cm(**values: Any) -> dict[str, Any]:
    """A row of a margin book: sells 0.5 BTC at 70,000, 0.2 of them are sold. `size` is what is filled."""
    return {
        "symbol": "BTCUSDT", "orderType": "limit", "enterPointSource": "API", "orderId": "970001", "clientOid": "mine-7",
        "loanType": "autoLoan", "price": "70000", "side": "sell", "status": "partially_filled", "baseSize": "0.5",
        "quoteSize": "35000", "priceAvg": "70000", "size": "0.2", "amount": "14000", "force": "gtc", "cTime": T, "uTime": T,
    } | values  # fmt: skip


def plain(rows: Sequence[Any]) -> Any:
    return {"code": "00000", "msg": "success", "requestTime": 1, "data": list(rows)}


def planned(rows: Sequence[Any]) -> Any:
    return plain([]) | {"data": {"nextFlag": False, "idLessThan": "1", "orderList": list(rows)}}


def entrusted(rows: Sequence[Any]) -> Any:
    return plain([]) | {"data": {"entrustedList": list(rows) or None, "endId": "1"}}


def filled(rows: Sequence[Any]) -> Any:
    return plain([]) | {"data": {"fillList": list(rows), "endId": "1"}}


def _spot(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:spot", SPOT, rows, orders, **more)


def _mix(name: str, *rows: Any, orders: Any, source: str = "orders:usdt", **more: Any) -> Case:
    path = MIX if source.startswith("orders") else MIX_PLAN
    return Case(name, source, path, rows, orders, wrap=entrusted, **more)


SPOT_PAST, SPOT_PLAN_PAST = "/api/v2/spot/trade/history-orders", "/api/v2/spot/trade/history-plan-order"
MIX_PAST, MIX_PLAN_PAST = "/api/v2/mix/order/orders-history", "/api/v2/mix/order/orders-plan-history"
DONE = {"uTime": "1764000060000"}
# A row of the past of spot says the limit as `price` and what it filled at as `priceAvg`.
SOLD = {"price": "60000", "feeDetail": '{"newFees": {"t": 0}}', "cancelReason": ""}


def past(**values: Any) -> dict[str, Any]:
    row = s(**SOLD) | values
    del row["basePrice"]
    return row


def _ended(name: str, of: str, path: str, *rows: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, **more)


ENDED = [
    _ended("filled", "orders:spot limit", SPOT_PAST,
           past(status="filled", baseVolume="0.5", quoteVolume="29995", priceAvg="59990", **DONE),
           outcomes={"910001": {"ending": "filled", "filled": "0.5", "average_price": "59990",
                                "ended_at": 1764000060000}}),
    _ended("cancelled", "orders:spot limit", SPOT_PAST,
           past(status="cancelled", priceAvg="0", cancelReason="normal_cancel", **DONE),
           outcomes={"910001": {"ending": "cancelled", "filled": "0", "reason": "normal_cancel"}}),
    _ended("a status that nobody knows", "orders:spot limit", SPOT_PAST, past(status="frozen"), outcomes={},
           unreadable=1),
    _ended("plan executed", "plan with a limit", SPOT_PLAN_PAST, sp(status="executed", executeOrderId="910009", **DONE),
           wrap=planned, outcomes={"920001": {"ending": "triggered", "book_order_id": "910009", "filled": None}}),
    _ended("plan that could not be placed", "plan with a limit", SPOT_PLAN_PAST, sp(status="fail_trigger", **DONE),
           query={"endTime": "1764003600000", "symbol": "BTCUSDT"},
           wrap=planned, outcomes={"920001": {"ending": "rejected"}}),
    _ended("plan cancelled", "plan with a limit", SPOT_PLAN_PAST, sp(status="cancelled"), wrap=planned,
           outcomes={"920001": {"ending": "cancelled", "book_order_id": None}}),
    _ended("filled, of contracts", "limit that opens a long position", MIX_PAST,
           m(status="filled", baseVolume="2", priceAvg="59980", **DONE), wrap=entrusted,
           outcomes={"930001": {"ending": "filled", "filled": "2", "average_price": "59980"}}),
    _ended("cancelled after a part", "limit that opens a long position", MIX_PAST,
           m(status="canceled", baseVolume="0.5", priceAvg="60000"), wrap=entrusted,
           outcomes={"930001": {"ending": "cancelled", "filled": "0.5"}}),
    _ended("plan of contracts executed", "plan at market", MIX_PLAN_PAST,
           p(planStatus="executed", executeOrderId="930009", **DONE), wrap=entrusted,
           query={"productType": "USDT-FUTURES", "planType": "normal_plan"},
           outcomes={"940001": {"ending": "triggered", "book_order_id": "930009", "filled": None}}),
    _ended("take profit of a position executed", "take profit of a position", MIX_PLAN_PAST,
           p(planType="pos_profit", size="", posMode="hedge_mode", posSide="long", side="buy", tradeSide="close",
             triggerPrice="70000", planStatus="executed", executeOrderId="930010"), wrap=entrusted,
           query={"planType": "profit_loss"},
           outcomes={"940001": {"ending": "triggered", "book_order_id": "930010"}}),
    _ended("trailing cancelled", "trailing", MIX_PLAN_PAST,
           p(planType="track_plan", callbackRatio="2.5", triggerPrice="66000", planStatus="cancelled"), wrap=entrusted,
           query={"planType": "track_plan"},
           outcomes={"940001": {"ending": "cancelled"}}),
    _ended("plan of contracts that failed", "plan at market", MIX_PLAN_PAST, p(planStatus="fail_execute"),
           wrap=entrusted, outcomes={"940001": {"ending": "rejected"}}),
    _ended("by itself", "limit that opens a long position", "/api/v2/mix/order/detail",
           m(status="canceled", baseVolume="0"), asks="detail", wrap=lambda rows: plain([]) | {"data": rows[0]},
           outcomes={"930001": {"ending": "cancelled", "filled": "0"}}),
    _ended("spot by itself", "orders:spot limit", "/api/v2/spot/trade/orderInfo",
           past(status="filled", baseVolume="0.5", quoteVolume="29995", priceAvg="59990"), asks="detail",
           outcomes={"910001": {"ending": "filled", "average_price": "59990"}}),
]  # fmt: skip

VENUE = Venue(
    exchange="bitget",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[
        spot("BTC/USDT", "BTCUSDT"),
        swap("BTC/USDT:USDT", "BTCUSDT"),
        swap("BTC/USDC:USDC", "BTCPERP"),
        swap("BTC/USD:BTC", "BTCUSD"),
    ],
    wrap=plain,
    others={"/api/v3/account/settings": {"code": "40084", "msg": "classic account", "data": None}},
    ended=ENDED,
    cases=[
        _spot("limit", s(), orders=[{
            "key": "910001", "symbol": "BTC/USDT", "market_type": "spot", "kind": "limit", "side": "buy",
            "amount": "0.5", "limit_price": "60000", "client_order_id": "mine-1", "status": "open", "created_at": 1764000000000,
        }]),
        _spot("partly filled", s(status="partially_filled", baseVolume="0.2", basePrice="59990", quoteVolume="11998"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59990",
                       "limit_price": "60000"}]),
        _spot("with take profit and stop", s(presetTakeProfitPrice="70000", executeTakeProfitPrice="69900",
                                             presetStopLossPrice="55000"),
              orders=[
                  {"key": "910001", "kind": "limit", "role": "entry"},
                  {"key": "910001/tp", "kind": "take_profit_limit", "limit_price": "69900", "trigger_price": "70000"},
                  {"key": "910001/sl", "kind": "stop", "trigger_price": "55000", "amount": "0.5", "side": "sell"},
              ]),
        _spot("one row without an id and one good", s(orderId="", clientOid=""), s(orderId="2"), orders=[{"key": "2"}],
              unreadable=1),
        Case("plan with a limit", "triggers:spot", SPOT_PLAN, [sp()], [{
            "key": "920001", "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "amount": "0.5",
            "trigger_kind": "last", "status": "pending", "trigger_direction": None,
        }], wrap=planned),
        Case("plan to buy for so much money", "triggers:spot", SPOT_PLAN,
             [sp(side="buy", orderType="market", executePrice="", planType="total", size="1000")],
             [{"kind": "stop", "amount": None, "remaining": None, "limit_price": None}], wrap=planned),
        Case("plan to buy so much of the base asset", "triggers:spot", SPOT_PLAN,
             [sp(side="buy", orderType="market", executePrice="", planType="amount", size="0.4")],
             [{"kind": "stop", "amount": "0.4", "remaining": "0.4"}], wrap=planned),
        Case("take-profit/stop-loss order", "triggers:spot-tpsl", SPOT,
             [s(triggerPrice="55000", tpslType="tpsl", side="sell", orderType="market", priceAvg="0")],
             [{"kind": "stop", "trigger_price": "55000", "limit_price": None, "amount": "0.5"}]),
        *(Case(f"on {mode} margin, while its wallet holds something", f"orders:{mode}",
               f"/api/v2/margin/{path}/open-orders", [cm()],
               [{"key": "970001", "symbol": "BTC/USDT", "kind": "limit", "side": "sell", "amount": "0.5",
                 "filled": "0.2", "remaining": "0.3", "limit_price": "70000", "status": "partially_filled"}],
               wanted=frozenset({"BTCUSDT"}), wrap=planned, balances=BALANCES[0])
          for mode, path in (("cross", "crossed"), ("isolated", "isolated"))),
        _mix("limit that opens a long position", m(), orders=[{
            "key": "930001", "symbol": "BTC/USDT:USDT", "kind": "limit", "side": "buy", "position_side": "long",
            "amount": "2", "limit_price": "60000", "reduce_only": False, "post_only": False,
        }]),
        _mix("closes a long position, in hedge mode", m(tradeSide="close", reduceOnly="YES", force="post_only"), orders=[{
            "side": "sell", "position_side": "long", "reduce_only": True, "post_only": True,
        }]),
        _mix("with attached take profit and stop",
             m(presetStopSurplusPrice="70000", presetStopSurplusType="mark_price", presetStopLossPrice="55000",
               presetStopLossExecutePrice="54900", presetStopLossType="fill_price"),
             orders=[
                 {"key": "930001", "role": "entry", "group_id": "930001"},
                 {"key": "930001/tp", "kind": "take_profit", "trigger_price": "70000", "trigger_kind": "mark",
                  "side": "sell", "limit_price": None, "contingency": "attached"},
                 {"key": "930001/sl", "kind": "stop_limit", "limit_price": "54900", "trigger_kind": "last"},
             ]),
        _mix("partly filled", m(status="partially_filled", baseVolume="0.5", priceAvg="59990"), orders=[{
            "filled": "0.5", "remaining": "1.5", "status": "partially_filled", "average_price": "59990",
        }]),
        _mix("plan at market", p(), source="triggers:usdt-plan", orders=[{
            "key": "940001", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "limit_price": None,
            "side": "sell", "position_side": None, "status": "pending",
        }]),
        _mix("plan with a limit, and what hangs on it",
             p(orderType="limit", price="54900", executePrice="54900", stopSurplusTriggerPrice="50000",
               stopLossTriggerPrice="57000", stopLossExecutePrice="57100"),
             source="triggers:usdt-plan",
             orders=[
                 {"kind": "stop_limit", "limit_price": "54900", "role": "entry"},
                 {"key": "940001/tp", "kind": "take_profit", "side": "buy", "trigger_price": "50000"},
                 {"key": "940001/sl", "kind": "stop_limit", "side": "buy", "limit_price": "57100"},
             ]),
        _mix("take profit of a position",
             p(planType="pos_profit", size="", posMode="hedge_mode", posSide="long", side="buy", tradeSide="close",
               triggerPrice="70000"),
             source="triggers:usdt-tpsl",
             orders=[{"kind": "take_profit", "role": "take_profit", "side": "sell", "position_side": "long",
                      "amount": None, "close_position": True, "reduce_only": True, "trigger_price": "70000",
                      "trigger_direction": "rises"}]),
        _mix("stop of a part of a short position, with a limit",
             p(planType="loss_plan", size="1", posMode="hedge_mode", posSide="short", side="sell", tradeSide="close",
               triggerPrice="65000", executePrice="65100", orderType="limit", triggerType="fill_price"),
             source="triggers:usdt-tpsl",
             orders=[{"kind": "stop_limit", "role": "stop_loss", "side": "buy", "amount": "1", "limit_price": "65100",
                      "trigger_kind": "last", "close_position": None}]),
        _mix("trailing", p(planType="track_plan", callbackRatio="2.5", triggerPrice="66000"),
             source="triggers:usdt-trailing",
             orders=[{"kind": "trailing_stop", "trailing_distance": "2.5", "trailing_unit": "percent",
                      "activation_price": "66000", "trigger_price": None, "limit_price": None}]),
        _mix("trailing stop that is set on a short position, in one-way mode",
             p(planType="moving_plan", side="buy", tradeSide="buy_single", callbackRatio="1", triggerPrice="50000"),
             source="triggers:usdt-tpsl",
             orders=[{"kind": "trailing_stop", "side": "buy", "reduce_only": True, "activation_price": "50000"}]),
        _mix("trailing order of which nothing states that it only reduces",
             p(planType="track_plan", side="buy", tradeSide="buy_single", callbackRatio="1", triggerPrice="50000"),
             source="triggers:usdt-trailing",
             orders=[{"kind": "trailing_stop", "side": "buy", "reduce_only": None, "role": "unknown"}]),
        _mix("coin-margined contracts are counted in coins",
             m(symbol="BTCUSD", marginCoin="BTC", size="0.25", baseVolume="0.1", status="partially_filled", priceAvg="59000"),
             source="orders:coin", orders=[{"amount": "0.25", "filled": "0.1", "remaining": "0.15", "contracts": None}]),
        *(_mix(f"{source} is a call of its own", row | {"symbol": symbol, "marginCoin": symbol[3:]}, source=source,
               orders=[{"symbol": unified}])
          for part, symbol, unified in (("usdc", "BTCPERP", "BTC/USDC:USDC"), ("coin", "BTCUSD", "BTC/USD:BTC"))
          for source, row in ((f"orders:{part}", m()), (f"triggers:{part}-plan", p()),
                              (f"triggers:{part}-tpsl", p(planType="profit_plan")),
                              (f"triggers:{part}-trailing", p(planType="track_plan", callbackRatio="1")))),
    ],
    fills=[
        Case("spot, its fee paid in the base asset", "fills:BTC/USDT", "/api/v2/spot/trade/fills",
             [{"userId": "71", "symbol": "BTCUSDT", "orderId": "910001", "tradeId": "810001", "orderType": "limit",
               "side": "buy", "priceAvg": "60000", "size": "0.5", "amount": "30000", "tradeScope": "maker",
               "feeDetail": {"deduction": "no", "feeCoin": "BTC", "totalDeductionFee": "", "totalFee": "-0.0005"},
               "cTime": T, "uTime": T}],
             [{"key": "BTCUSDT/810001", "order_id": "910001", "side": "buy", "price": "60000", "amount": "0.5",
               "fee": "0.0005", "fee_currency": "BTC", "is_maker": True}]),
        Case("of contracts, with what it realised", "fills:BTC/USDT:USDT", "/api/v2/mix/order/fills",
             [{"tradeId": "830001", "symbol": "BTCUSDT", "orderId": "930001", "price": "61000", "baseVolume": "2",
               "feeDetail": [{"deduction": "no", "feeCoin": "USDT", "totalDeductionFee": None, "totalFee": "-73.2"}],
               "side": "sell", "quoteVolume": "122000", "profit": "150.5", "enterPointSource": "api",
               "tradeSide": "sell_single", "posMode": "one_way_mode", "tradeScope": "taker", "cTime": T}],
             [{"key": "BTCUSDT/830001", "amount": "2", "fee": "73.2", "fee_currency": "USDT", "is_maker": False,
               "realised_pnl": "150.5", "position_side": None}], wrap=filled),
        Case("of contracts, two positions: `side` names the one that is closed", "fills:BTC/USDT:USDT",
             "/api/v2/mix/order/fills",
             [{"tradeId": "83000" + n, "symbol": "BTCUSDT", "orderId": "930002", "price": "61000", "baseVolume": "2",
               "feeDetail": [{"deduction": "no", "feeCoin": "USDT", "totalDeductionFee": None, "totalFee": "-73.2"}],
               "side": side, "quoteVolume": "122000", "profit": "0", "enterPointSource": "api", "tradeSide": does,
               "posMode": "hedge_mode", "tradeScope": "taker", "cTime": T}
              for n, side, does in (("2", "buy", "close"), ("3", "sell", "open"), ("4", "sell", "burst_close_short"))],
             [{"key": "BTCUSDT/830002", "side": "sell", "position_side": PositionSide.LONG},
              {"key": "BTCUSDT/830003", "side": "sell", "position_side": PositionSide.SHORT},
              {"key": "BTCUSDT/830004", "side": "buy", "position_side": PositionSide.SHORT}], wrap=filled),
    ],
)  # fmt: skip
