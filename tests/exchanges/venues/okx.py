"""OKX: pending orders with attached orders, and each kind of algo order."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import TIME, data_rows, status_case, transfer, transfer_case
from tests.exchanges.venues._okx_account import BALANCES, POSITIONS

T = "1764000000000"
FUTURE = {"type": "future", "swap": False, "future": True}
OPTION = {"symbol": "BTC/USD:BTC-251226-100000-C", "type": "option", "swap": False, "option": True}


def o(**values: Any) -> dict[str, Any]:
    """A row of /api/v5/trade/orders-pending: buys 50 contracts of 0.01 BTC at 60,000."""
    return {
        "accFillSz": "0", "avgPx": "", "cTime": T, "category": "normal", "ccy": "", "clOrdId": "", "fee": "0",
        "feeCcy": "USDT", "fillPx": "", "fillSz": "0", "fillTime": "", "instId": "BTC-USDT-SWAP", "instType": "SWAP",
        "lever": "5", "ordId": "312000000000000001", "ordType": "limit", "pnl": "0", "posSide": "net", "px": "60000",
        "reduceOnly": "false", "side": "buy", "slOrdPx": "", "slTriggerPx": "", "slTriggerPxType": "", "state": "live",
        "sz": "50", "tag": "", "tdMode": "cross", "tgtCcy": "", "tpOrdPx": "", "tpTriggerPx": "",
        "tpTriggerPxType": "", "tradeId": "", "uTime": T, "attachAlgoOrds": [],
    } | values  # fmt: skip


def a(**values: Any) -> dict[str, Any]:
    """A row of /api/v5/trade/orders-algo-pending: sells 50 contracts at market when the last price falls to 55,000."""
    return {
        "actualPx": "", "actualSide": "", "actualSz": "0", "algoClOrdId": "", "algoId": "681000000000000001",
        "activePx": "", "attachAlgoOrds": [], "cTime": T, "callbackRatio": "", "callbackSpread": "", "ccy": "",
        "closeFraction": "", "instId": "BTC-USDT-SWAP", "instType": "SWAP", "lever": "5", "moveTriggerPx": "",
        "ordId": "", "ordPx": "", "ordType": "conditional", "posSide": "net", "pxLimit": "", "reduceOnly": "true",
        "side": "sell", "slOrdPx": "-1", "slTriggerPx": "55000", "slTriggerPxType": "last", "state": "live",
        "sz": "50", "tdMode": "cross", "tpOrdPx": "", "tpTriggerPx": "", "tpTriggerPxType": "", "triggerPx": "",
        "triggerPxType": "", "triggerTime": "", "uTime": T, "last": "61000",
    } | values  # fmt: skip


def x(**values: Any) -> dict[str, Any]:
    """A row of /api/v5/trade/fills-history: bought 50 contracts of 0.01 BTC at 60,000."""
    return {
        "side": "buy", "fillSz": "50", "fillPx": "60000", "fillPnl": "0", "fee": "-15", "ordId": "312000000000000001",
        "instType": "SWAP", "instId": "BTC-USDT-SWAP", "clOrdId": "", "posSide": "net", "billId": "317321390265368576",
        "tag": "", "execType": "T", "tradeId": "107601752", "feeCcy": "USDT", "ts": T, "fillTime": T,
    } | values  # fmt: skip


def _fills(name: str, part: str, *rows: Any, orders: Any) -> Case:
    return Case(name, f"fills:{part}", "/api/v5/trade/fills-history", rows, orders)


def _book(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", "/api/v5/trade/orders-pending", rows, orders, unreadable=unreadable)


def _algo(part: str, name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, f"triggers:{part}", "/api/v5/trade/orders-algo-pending", rows, orders)


HISTORY, ALGO_HISTORY = "/api/v5/trade/orders-history", "/api/v5/trade/orders-algo-history"
OCO = {"ordType": "oco", "tpTriggerPx": "70000", "tpOrdPx": "-1", "tpTriggerPxType": "last"}
OCO_TP, OCO_SL = "681000000000000001/tp", "681000000000000001/sl"
DONE = {"uTime": "1764000060000"}


def _ended(name: str, of: str, *rows: Any, outcomes: Any, path: str = HISTORY, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, **more)


ENDED = [
    _ended("filled", "limit of contracts",
           o(state="filled", accFillSz="50", avgPx="59990.5", **DONE), o(ordId="99", state="canceled"),
           query={"instType": "SWAP", "state": "filled"},
           outcomes={"312000000000000001": {"ending": "filled", "filled": "0.5", "average_price": "59990.5",
                                            "ended_at": 1764000060000, "book_order_id": None}}),
    _ended("cancelled after a part, and why", "limit of contracts",
           o(state="canceled", accFillSz="20", avgPx="60000", cancelSourceReason="Order canceled by user", **DONE),
           outcomes={"312000000000000001": {"ending": "cancelled", "filled": "0.2",
                                            "reason": "Order canceled by user"}}),
    _ended("a perpetual is not the spot order of the same id", "limit of contracts",
           o(state="filled", instId="BTC-USDT", instType="SPOT", accFillSz="50"), outcomes={}),
    _ended("a state that nobody knows", "limit of contracts", o(state="paused"), outcomes={}, unreadable=2),
    _ended("by itself", "spot, post only, partly filled",
           o(instId="BTC-USDT", instType="SPOT", ordType="post_only", sz="2", state="canceled", accFillSz="0.5"),
           asks="detail", path="/api/v5/trade/order",
           outcomes={"312000000000000001": {"ending": "cancelled", "filled": "0.5"}}),
    _ended("its take profit triggered", "OCO in one row",
           a(state="effective", ordId="312000000000000002", actualSide="tp", actualSz="50", **OCO, **DONE),
           path=ALGO_HISTORY,
           outcomes={OCO_TP: {"ending": "triggered", "book_order_id": "312000000000000002", "filled": None},
                     OCO_SL: {"ending": "cancelled", "filled": "0", "book_order_id": None,
                              "reason": f"its sibling {OCO_TP} triggered"}}),
    _ended("which of both triggered is not said", "OCO in one row",
           a(state="effective", ordId="312000000000000002", **OCO), path=ALGO_HISTORY, outcomes={}),
    _ended("both cancelled", "OCO in one row", a(state="canceled", **OCO), path=ALGO_HISTORY,
           outcomes={OCO_TP: {"ending": "cancelled", "reason": None}, OCO_SL: {"ending": "cancelled"}}),
    _ended("could not be placed", "by a ratio",
           a(ordType="move_order_stop", slTriggerPx="", slOrdPx="", state="order_failed", failCode="51008"),
           path="/api/v5/trade/order-algo", asks="detail", query={"algoId": "681000000000000001"},
           outcomes={"681000000000000001": {"ending": "rejected", "reason": "could not be placed (code 51008)"}}),
    _ended("trailed into the book", "by a ratio",
           a(ordType="move_order_stop", slTriggerPx="", slOrdPx="", state="effective", ordId="312000000000000003"),
           path=ALGO_HISTORY, query={"instType": "SWAP", "ordType": "move_order_stop", "state": "effective"},
           outcomes={"681000000000000001": {"ending": "triggered", "book_order_id": "312000000000000003",
                                            "filled": None}}),
]  # fmt: skip


def _okx_bill(word: str, change: str, n: int, **more: Any) -> dict[str, Any]:
    return {"bal": "8694", "balChg": change, "billId": f"62{n}", "ccy": "USDT", "fee": "0", "instId": "",
            "instType": "", "pnl": "0", "posBalChg": "0", "subType": "", "sz": change, "ts": str(TIME), "type": word,
            "from": "", "to": ""} | more  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/v5/asset/deposit-history", [
        {"amt": "3", "txId": "0x1", "ccy": "BTC", "chain": "BTC-Bitcoin", "from": "", "to": "a", "ts": str(TIME),
         "state": state, "depId": depid} for state, depid in (("2", "1"), ("0", "2"))
    ], [transfer("deposit", "BTC", "3"), transfer("deposit", "BTC", "3", "pending")], data_rows),
    transfer_case("withdrawals", "withdrawals", "/api/v5/asset/withdrawal-history", [
        {"amt": "0.09", "wdId": wdid, "fee": "0.0005", "txId": "0x2", "ccy": "BTC", "chain": "BTC-Bitcoin", "from": "",
         "to": "b", "ts": str(TIME), "state": state} for state, wdid in (("2", "1"), ("-1", "2"), ("-2", "3"))
    ], [transfer("withdrawal", "BTC", "-0.09", fee="0.0005"), transfer("withdrawal", "BTC", "-0.09", "failed"),
        transfer("withdrawal", "BTC", "-0.09", "failed")], data_rows),
    # Get deposit history and Get withdrawal history, state.
    status_case("deposits", "/api/v5/asset/deposit-history", lambda n, state: {
        "amt": "3", "txId": "0x1", "ccy": "BTC", "chain": "BTC-Bitcoin", "from": "", "to": "a", "ts": str(TIME),
        "state": state, "depId": str(n)}, {
        "1": "done", "8": "pending", "11": "pending", "12": "pending", "13": "pending", "14": "pending", "17": "pending",
    }, transfer("deposit", "BTC", "3"), data_rows),
    status_case("withdrawals", "/api/v5/asset/withdrawal-history", lambda n, state: {
        "amt": "0.09", "wdId": str(n), "fee": "0", "txId": "", "ccy": "BTC", "chain": "BTC-Bitcoin", "from": "",
        "to": "b", "ts": str(TIME), "state": state}, {"17": "pending", "19": "pending", "-3": "pending"},
        transfer("withdrawal", "BTC", "-0.09"), data_rows),
    transfer_case("funding", "funding", "/api/v5/account/bills-archive", [
        _okx_bill("8", "-1.25", 1, instId="BTC-USDT-SWAP", instType="SWAP"),
        _okx_bill("8", "0", 2, posBalChg="0.5", instId="BTC-USDT-SWAP", instType="SWAP"),
    ], [transfer("funding", "USDT", "-1.25", symbol="BTC/USDT:USDT"), transfer("funding", "USDT", "0.5")], data_rows),
    transfer_case("between wallets", "internal", "/api/v5/account/bills-archive",
          [_okx_bill("1", "-500", 3), _okx_bill("1", "20", 4)],
          [transfer("internal", "USDT", "-500"), transfer("internal", "USDT", "20")], data_rows),
    transfer_case("interest", "interest", "/api/v5/account/bills-archive", [_okx_bill("7", "-0.031", 5)],
          [transfer("interest", "USDT", "-0.031")], data_rows),
)  # fmt: skip


VENUE = Venue(
    exchange="okx",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[
        spot("BTC/USDT", "BTC-USDT"),
        swap("BTC/USDT:USDT", "BTC-USDT-SWAP", size="0.01"),
        swap("BTC/USD:BTC", "BTC-USD-SWAP", size="100"),
        swap("BTC/USDT:USDT", "BTC-USDT-251226", size="0.01") | FUTURE | {"symbol": "BTC/USDT:USDT-251226"},
        swap("BTC/USD:BTC", "BTC-USD-251226", size="100") | FUTURE | {"symbol": "BTC/USD:BTC-251226"},
        swap("BTC/USD:BTC", "BTC-USD-251226-100000-C", size="1", info={"ctVal": "1", "ctMult": "0.01"}) | OPTION,
    ],
    wrap=lambda rows: {"code": "0", "msg": "", "data": list(rows)},
    ended=ENDED,
    cases=[
        _book("limit of contracts", o(), orders=[{
            "key": "312000000000000001", "symbol": "BTC/USDT:USDT", "kind": "limit", "contracts": "50", "amount": "0.5",
            "remaining": "0.5", "limit_price": "60000", "status": "open", "position_side": None,
            "position_name": "cross", "reduce_only": False,
        }]),
        _book("spot, post only, partly filled",
              o(instId="BTC-USDT", instType="SPOT", ordType="post_only", sz="2", accFillSz="0.5", avgPx="59990",
                state="partially_filled"),
              orders=[{"symbol": "BTC/USDT", "post_only": True, "amount": "2", "filled": "0.5", "remaining": "1.5",
                       "status": "partially_filled", "average_price": "59990", "contracts": None}]),
        _book("with attached take profit and stop",
              o(attachAlgoOrds=[{"attachAlgoId": "1", "tpTriggerPx": "70000", "tpOrdPx": "-1", "tpTriggerPxType": "mark",
                                 "slTriggerPx": "55000", "slOrdPx": "54900", "slTriggerPxType": "last", "sz": ""}]),
              orders=[
                  {"key": "312000000000000001", "kind": "limit", "role": "entry"},
                  {"key": "312000000000000001/tp", "kind": "take_profit", "trigger_price": "70000", "side": "sell",
                   "limit_price": None, "trigger_kind": "mark", "amount": "0.5", "contingency": "attached"},
                  {"key": "312000000000000001/sl", "kind": "stop_limit", "trigger_price": "55000",
                   "limit_price": "54900", "trigger_kind": "last"},
              ]),
        _book("with an attached trailing stop",
              o(attachAlgoOrds=[{"attachAlgoId": "1", "callbackRatio": "0.05", "callbackSpread": "", "activePx": "66000",
                                 "tpTriggerPx": "", "tpOrdPx": "", "slTriggerPx": "", "slOrdPx": "", "sz": ""}]),
              orders=[
                  {"key": "312000000000000001", "kind": "limit", "role": "entry"},
                  {"key": "312000000000000001/trail", "kind": "trailing_stop", "role": "stop_loss", "side": "sell",
                   "trailing_distance": "5", "trailing_unit": "percent", "activation_price": "66000", "amount": "0.5",
                   "trigger_direction": "falls", "contingency": "attached"},
              ]),
        _book("reduce only in hedge mode", o(side="sell", posSide="long", reduceOnly="true"), orders=[{
            "reduce_only": True, "position_side": "long",
        }]),
        _book("inverse contracts", o(instId="BTC-USD-SWAP", sz="30", px="50000"), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "30", "amount": "0.06",
        }]),
        _book("no id at all", o(ordId="0"), o(ordId="2"), orders=[{"key": "2"}], unreadable=1),
        _algo("conditional", "stop at market", a(), orders=[{
            "key": "681000000000000001", "kind": "stop", "role": "stop_loss", "trigger_price": "55000",
            "limit_price": None, "trigger_kind": "last", "amount": "0.5", "contracts": "50", "reduce_only": True,
            "group_id": None, "leg_id": None, "status": "pending",
        }]),
        _algo("conditional", "take profit with a limit",
              a(slTriggerPx="", slOrdPx="", tpTriggerPx="70000", tpOrdPx="70100", tpTriggerPxType="index"),
              orders=[{"kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "70100",
                       "trigger_kind": "index", "trigger_direction": "rises"}]),
        _algo("conditional", "OCO in one row", a(ordType="oco", tpTriggerPx="70000", tpOrdPx="-1", tpTriggerPxType="last"),
              orders=[
                  {"key": "681000000000000001/tp", "order_id": "681000000000000001", "kind": "take_profit",
                   "group_id": "681000000000000001", "contingency": "OCO", "leg_id": "tp", "trigger_price": "70000"},
                  {"key": "681000000000000001/sl", "kind": "stop", "contingency": "OCO", "leg_id": "sl"},
              ]),
        _algo("conditional", "closes the position", a(closeFraction="1", sz=""), orders=[{
            "close_position": True, "close_fraction": "1", "amount": None, "filled": "0", "kind": "stop",
        }]),
        _algo("trigger", "plain trigger at market",
              a(ordType="trigger", slTriggerPx="", slOrdPx="", triggerPx="65000", triggerPxType="mark", ordPx="-1",
                side="buy", reduceOnly="false"),
              orders=[{"kind": "stop", "trigger_price": "65000", "limit_price": None, "trigger_kind": "mark",
                       "trigger_direction": "rises", "role": "unknown", "filled": "0", "remaining": "0.5"}]),
        _algo("trigger", "to sell above the price at which it was placed",
              a(ordType="trigger", slTriggerPx="", slOrdPx="", triggerPx="70000", triggerPxType="last", ordPx="69900"),
              orders=[{"kind": "take_profit_limit", "trigger_direction": "rises", "limit_price": "69900",
                       "remaining": "0.5"}]),
        _algo("trigger", "amended since, so that the price at its creation tells nothing",
              a(ordType="trigger", slTriggerPx="", slOrdPx="", triggerPx="70000", ordPx="-1", uTime="1764000005000"),
              orders=[{"trigger_direction": None, "role": "unknown"}]),
        _algo("trigger", "of spot, to buy for so much money",
              a(ordType="trigger", instId="BTC-USDT", instType="SPOT", posSide="", slTriggerPx="", slOrdPx="", side="buy",
                triggerPx="65000", ordPx="-1", sz="450", tgtCcy="quote_ccy", reduceOnly="false"),
              a(algoId="2", ordType="trigger", instId="BTC-USDT", instType="SPOT", posSide="", slTriggerPx="", slOrdPx="",
                side="buy", triggerPx="65000", ordPx="-1", sz="0.5", tgtCcy="base_ccy", reduceOnly="false"),
              a(algoId="3", ordType="trigger", instId="BTC-USDT", instType="SPOT", posSide="", slTriggerPx="", slOrdPx="",
                side="buy", triggerPx="65000", ordPx="64000", sz="0.5", tgtCcy="", reduceOnly="false"),
              orders=[{"amount": None, "remaining": None, "contracts": None, "kind": "stop"},
                      {"amount": "0.5", "remaining": "0.5"}, {"amount": "0.5", "remaining": "0.5"}]),
        _algo("trailing", "by a ratio",
              a(ordType="move_order_stop", slTriggerPx="", slOrdPx="", callbackRatio="0.05", activePx="66000",
                moveTriggerPx="60800"),
              orders=[{"kind": "trailing_stop", "trailing_distance": "5", "trailing_unit": "percent",
                       "activation_price": "66000", "is_armed": True, "trigger_price": "60800", "limit_price": None}]),
        # Place algo order, activePx: "After activation, the system starts calculating the actual trigger price."
        _algo("trailing", "not activated yet, as far as the row tells",
              a(ordType="move_order_stop", slTriggerPx="", slOrdPx="", callbackRatio="0.05", activePx="66000"),
              orders=[{"activation_price": "66000", "is_armed": None, "trigger_price": None}]),
        _algo("trailing", "by a distance",
              a(ordType="move_order_stop", slTriggerPx="", slOrdPx="", callbackSpread="500"),
              orders=[{"trailing_distance": "500", "trailing_unit": "price", "is_armed": True, "remaining": "0.5"}]),
        _algo("conditional", "triggered, with the id it got in the book", a(ordId="312000000000000001"), orders=[{
            "key": "681000000000000001", "book_order_id": "312000000000000001",
        }]),
    ],
    fills=[
        _fills("spot, its fee paid in the coin that was bought", "spot",
               x(instId="BTC-USDT", instType="SPOT", fillSz="0.5", fee="-0.0005", feeCcy="BTC"), orders=[{
            "key": "BTC-USDT/107601752", "order_id": "312000000000000001", "symbol": "BTC/USDT", "side": "buy",
            "amount": "0.5", "price": "60000", "fee": "0.0005", "fee_currency": "BTC", "is_maker": False,
            "contracts": None,
        }]),
        _fills("of contracts, with a rebate and what it realised", "swap",
               x(side="sell", fee="0.3", execType="M", fillPnl="-25.5"), orders=[{
            "symbol": "BTC/USDT:USDT", "side": "sell", "contracts": "50", "amount": "0.5", "fee": "-0.3",
            "fee_currency": "USDT", "is_maker": True, "realised_pnl": "-25.5",
        }]),
        _fills("an option", "option", x(instId="BTC-USD-251226-100000-C", instType="OPTION", fillSz="10",
                                        fillPx="0.012", fee="-0.00003", feeCcy="BTC"), orders=[{
            "symbol": "BTC/USD:BTC-251226-100000-C", "market_type": "option", "contracts": "10", "amount": "0.1",
            "price": "0.012", "fee": "0.00003", "fee_currency": "BTC",
        }]),
        _fills("an expired option, as large as the listed ones", "option",
               x(instId="BTC-USD-240628-50000-P", instType="OPTION", fillSz="10", fillPx="0.012", feeCcy="BTC"), orders=[{
                   "symbol": "BTC/USD:BTC-240628-50000-P", "market_type": "option", "contracts": "10", "amount": "0.1",
                   "quote": "BTC"}]),
        _fills("inverse", "swap", x(instId="BTC-USD-SWAP", fillSz="6", fee="-0.000005", feeCcy="BTC"), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "6", "amount": "0.01", "fee": "0.000005", "fee_currency": "BTC",
        }]),
    ],
)  # fmt: skip
