"""Kraken: one list of resting and waiting orders, each described in words, some with an order that closes them."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

PATH = "/0/private/OpenOrders"
T = 1764000000000


def o(own: str = "OAAAAA-BBBBB-CCCCCC", descr: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A row of OpenOrders, its key beside it: buys 0.5 BTC at 60,000."""
    said = {
        "pair": "XBTUSD", "aclass": "forex", "type": "buy", "ordertype": "limit", "price": "60000.0", "price2": "0",
        "leverage": "none", "order": "buy 0.50000000 XBTUSD @ limit 60000.0", "close": "",
    } | (descr or {})  # fmt: skip
    return {
        "key": own, "refid": None, "userref": 0, "cl_ord_id": "mine-1", "status": "open", "opentm": 1764000000.125,
        "starttm": 0, "expiretm": 0, "descr": said, "vol": "0.50000000", "vol_exec": "0.00000000", "cost": "0.00000",
        "fee": "0.00000", "price": "0.00000", "stopprice": "0.00000", "limitprice": "0.00000", "misc": "",
        "oflags": "fciq",
    } | values  # fmt: skip


def sells(word: str, price: str, price2: str = "0", **more: str) -> dict[str, Any]:
    text = f"sell 0.50000000 XBTUSD @ {word.replace('-', ' ')} {price}"
    return {"type": "sell", "ordertype": word, "price": price, "price2": price2, "order": text} | more


def _wrap(rows: Sequence[Any]) -> Any:
    return {"error": [], "result": {"open": {row["key"]: {k: row[k] for k in row if k != "key"} for row in rows}}}


def _wrap_trades(rows: Sequence[Any]) -> Any:
    trades = {row["key"]: {k: row[k] for k in row if k != "key"} for row in rows}
    return {"error": [], "result": {"count": len(rows), "trades": trades}}


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", PATH, rows, orders, method="POST", unreadable=unreadable)


def trade(**values: Any) -> dict[str, Any]:
    return {
        "key": "TAAAAA-BBBBB-CCCCCC", "ordertxid": "OAAAAA-BBBBB-CCCCCC", "pair": "XXBTZUSD", "time": 1764000000.5,
        "type": "buy", "ordertype": "limit", "price": "60000.00000", "cost": "30000.00000", "fee": "48.00000",
        "vol": "0.50000000", "margin": "0.00000", "misc": "", "maker": True, "trade_id": 9,
    } | values  # fmt: skip


BTC, ETH = spot("BTC/USD", "XXBTZUSD"), spot("ETH/USD", "XETHZUSD")


def _held(balance: str, hold: str = "0", **values: str) -> dict[str, str]:
    """A row of BalanceEx: available = balance + credit - credit_used - hold_trade."""
    return {"balance": balance, "hold_trade": hold, **values}


def _position(**values: Any) -> dict[str, Any]:
    """A row of OpenPositions, by market: 0.9 BTC bought for 54,000, a third of it closed, worth 36,600 now."""
    return {
        "pair": "XXBTZUSD", "positions": "2", "type": "buy", "leverage": "3.00000", "cost": "54000.0", "fee": "86.4",
        "vol": "0.90000000", "vol_closed": "0.30000000", "margin": "18000.0", "value": "36600.0", "net": "+600.0",
    } | values  # fmt: skip


BALANCES = [
    AccountCase(
        "held, lent to earn, bonded and on its way in",
        {
            "/0/private/BalanceEx": {
                "error": [],
                "result": {
                    "ZUSD": _held("25000.5", "8000.5"),
                    "USD.HOLD": _held("40"),
                    "XXBT": _held("1.2"),
                    "XBT.F": _held("0.3"),
                    "XBT.B": _held("0.2"),
                    "ETH.S": _held("2"),
                    "ETH2.S": _held("0.5"),
                    "DOT28.S": _held("70"),
                    "C98": _held("9"),
                    "C98.F": _held("5"),
                    "ZEUR": _held("1000", "100", credit="500", credit_used="200"),
                    "SOL": _held("0"),
                },
            }
        },
        {
            "main/USD": {"total": "25000.5", "free": "17000", "locked": "8000.5", "debt": None},
            "main-earn/USD": {"total": "40"},
            "main/BTC": {"total": "1.2"},
            "main-earn/BTC": {"total": "0.5"},
            "main-earn/ETH": {"total": "2.5"},
            "main-earn/DOT": {"total": "70"},
            "main/C98": {"total": "9"},
            "main-earn/C98": {"total": "5"},
            "main/EUR": {"total": "800", "free": "1200", "locked": "100", "debt": "200"},
        },
    ),
    AccountCase("nothing", {"/0/private/BalanceEx": {"error": [], "result": {}}}, {}),
]
POSITIONS = [
    AccountCase(
        "closed in part, a short and one closed",
        {
            "/0/private/OpenPositions": {
                "error": [],
                "result": [
                    _position(),
                    _position(
                        pair="XETHZUSD",
                        type="sell",
                        cost="30000",
                        vol="10",
                        vol_closed="0",
                        value="29000",
                        net="+1000",
                        leverage="2",
                    ),
                    _position(type="sell", vol_closed="0.90000000"),
                ],
            }
        },
        {
            "XXBTZUSD/long": {
                "amount": "0.6",
                "entry_price": "60000",
                "mark_price": "61000",
                "unrealised_pnl": "600",
                "leverage": "3",
                "contracts": None,
                "market_type": "margin",
            },
            "XETHZUSD/short": {"amount": "10", "entry_price": "3000", "mark_price": "2900", "unrealised_pnl": "1000"},
        },
    ),
    AccountCase("nothing", {"/0/private/OpenPositions": {"error": [], "result": []}}, {}),
]

CLOSED = "/0/private/ClosedOrders"


def _closed(name: str, of: str, *rows: Any, outcomes: Any, path: str = CLOSED, **more: Any) -> EndedCase:
    def wrap(said: Sequence[Any]) -> Any:
        listed = {row["key"]: {k: row[k] for k in row if k != "key"} for row in said}
        return {"error": [], "result": listed if path != CLOSED else {"closed": listed, "count": len(listed)}}

    return EndedCase(name, of, path, rows, outcomes, method="POST", wrap=wrap, **more)


OWN = "OAAAAA-BBBBB-CCCCCC"
OVER: dict[str, Any] = {"closetm": 1764000060.5, "reason": None}
ENDED = [
    _closed("filled", "limit", o(**OVER, status="closed", vol_exec="0.50000000", price="59990.0", cost="29995.0"),
            outcomes={OWN: {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60500}}),
    _closed("cancelled after a part", "partly filled, post only",
            o(status="canceled", closetm=1764000060.5, reason="User requested", vol_exec="0.20000000", price="59990.0",
              cost="11998.0"),
            outcomes={OWN: {"ending": "cancelled", "filled": "0.2", "average_price": "59990",
                            "reason": "User requested"}}),
    _closed("expired", "limit", o(**OVER, status="expired"), outcomes={OWN: {"ending": "expired", "filled": "0"}}),
    _closed("a stop keeps its id when it triggers", "stop at market by index",
            o(**OVER, status="closed", descr=sells("stop-loss", "55000.0"), trigger="index", vol_exec="0.50000000",
              price="54980.0", cost="27490.0"),
            outcomes={OWN: {"ending": "filled", "filled": "0.5", "average_price": "54980", "book_order_id": None}}),
    _closed("by itself", "trailing stop in per cent",
            o(**OVER, status="canceled", descr=sells("trailing-stop", "+5.0000%")), path="/0/private/QueryOrders",
            asks="detail", outcomes={OWN: {"ending": "cancelled", "filled": "0"}}),
    _closed("a status that nobody knows", "limit", o(**OVER, status="paused"), outcomes={}, unreadable=1),
]  # fmt: skip


def _kraken(rows: Sequence[Any]) -> Any:
    return {"error": [], "result": list(rows)}


def _kraken_moved(own: str, status: str, **more: Any) -> dict[str, Any]:
    return {"method": "Bitcoin", "aclass": "currency", "asset": "XXBT", "refid": own, "txid": own, "info": "a",
            "amount": "0.72", "fee": "0.0005", "time": TIME // 1000, "status": status} | more  # fmt: skip


def _kraken_line(word: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"refid": "r", "time": TIME / 1000, "type": word, "subtype": "", "aclass": "currency", "asset": "ZUSD",
            "amount": amount, "fee": "0", "balance": "9"} | more  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/0/private/DepositStatus",
          [_kraken_moved("D1", "Success", fee="0"), _kraken_moved("D2", "Pending", fee="0")],
          [transfer("deposit", "BTC", "0.72"), transfer("deposit", "BTC", "0.72", "pending")], _kraken, "POST"),
    transfer_case("withdrawals", "withdrawals", "/0/private/WithdrawStatus",
          [_kraken_moved("W1", "Success"), _kraken_moved("W2", "Failure")],
          [transfer("withdrawal", "BTC", "-0.72", fee="0.0005"), transfer("withdrawal", "BTC", "-0.72", "failed")],
          _kraken, "POST"),
    transfer_case("its ledger", "ledger", "/0/private/Ledgers", [
        _kraken_line("trade", "-5"), _kraken_line("deposit", "5"), _kraken_line("rollover", "0", fee="0.02"),
        _kraken_line("staking", "0.3"), _kraken_line("earn", "-9", subtype="allocation"),
        _kraken_line("earn", "0.1", subtype="reward"), _kraken_line("transfer", "4"), _kraken_line("margin", "2"),
    ], [
        transfer("deposit", "USD", "4"), transfer("interest", "USD", "0", fee="0.02"), transfer("interest", "USD", "0.3", fee=None),
        transfer("interest", "USD", "0.1"), transfer("internal", "USD", "-9"),
        transfer("settlement", "USD", "2"),
    ], lambda rows: {"error": [], "result": {"ledger": {f"L{n}": row for n, row in enumerate(rows)}, "count": 1}},
        "POST"),
)  # fmt: skip


VENUE = Venue(
    exchange="kraken",
    transfers=TRANSFERS,
    markets=[BTC, ETH],
    balances=BALANCES,
    positions=POSITIONS,
    options={"marketsByAltname": {"XBTUSD": BTC, "ETHUSD": ETH}},  # loaded with the markets
    wrap=_wrap,
    ended=ENDED,
    cases=[
        _case("limit", o(), orders=[{
            "key": "OAAAAA-BBBBB-CCCCCC", "symbol": "BTC/USD", "kind": "limit", "side": "buy", "amount": "0.5",
            "filled": "0", "remaining": "0.5", "limit_price": "60000", "trigger_price": None, "status": "open",
            "client_order_id": "mine-1", "group_id": None, "post_only": False, "created_at": T + 125,
        }]),
        _case("partly filled, post only", o(vol_exec="0.20000000", price="59990.0", cost="11998.0", oflags="fciq,post"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59990",
                       "post_only": True}]),
        _case("stop at market by index", o(descr=sells("stop-loss", "55000.0"), trigger="index"), orders=[{
            "kind": "stop", "role": "stop_loss", "trigger_price": "55000", "limit_price": None,
            "trigger_kind": "index", "trigger_direction": "falls", "status": "pending", "side": "sell",
        }]),
        _case("stop limit", o(descr=sells("stop-loss-limit", "55000.0", "54900.0")), orders=[{
            "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_kind": "last",
        }]),
        _case("stop limit, told as offsets",
              o(descr=sells("stop-loss-limit", "-5.0%", "-100.0"), stopprice="57000.0", limitprice="56900.0"),
              orders=[{"trigger_price": "57000", "limit_price": "56900"}]),
        _case("stop limit, whose limit is an offset from a trigger not yet pulled",
              o(descr=sells("stop-loss-limit", "55000.0", "-100.0")),
              orders=[{"kind": "stop_limit", "trigger_price": "55000", "limit_price": None}]),
        _case("take profit at market", o(descr=sells("take-profit", "70000.0")), orders=[{
            "kind": "take_profit", "role": "take_profit", "trigger_price": "70000", "limit_price": None,
            "trigger_direction": "rises",
        }]),
        _case("take profit limit", o(descr=sells("take-profit-limit", "70000.0", "70100.0")), orders=[{
            "kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "70100",
        }]),
        _case("trailing stop in per cent",
              o(descr=sells("trailing-stop", "+5.0000%"), stopprice="57000.0", limitprice="60000.0"),
              orders=[{"kind": "trailing_stop", "trailing_distance": "5", "trailing_unit": "percent",
                       "trigger_price": "57000", "limit_price": None, "status": "pending"}]),
        _case("trailing stop by a distance, with a limit",
              o(descr=sells("trailing-stop-limit", "+250.0", "-10.0"), stopprice="59750.0", limitprice="59740.0"),
              orders=[{"trailing_distance": "250", "trailing_unit": "price", "limit_price": "59740"}]),
        _case("closed by a stop, partly filled",
              o(descr={"close": "close position @ stop loss 55000.0 -> limit 54900.0"}, vol_exec="0.1", price="60000.0"),
              orders=[
                  {"key": "OAAAAA-BBBBB-CCCCCC", "kind": "limit", "role": "entry", "contingency": "attached"},
                  {"key": "OAAAAA-BBBBB-CCCCCC/close", "kind": "stop_limit", "role": "stop_loss", "side": "sell",
                   "trigger_price": "55000", "limit_price": "54900", "amount": "0.4", "status": "pending",
                   "group_id": "OAAAAA-BBBBB-CCCCCC", "contingency": "attached"},
              ]),
        _case("closed by a limit", o(descr={"close": "close position @ limit 70000.0"}), orders=[
            {"kind": "limit"},
            {"kind": "limit", "role": "exit", "side": "sell", "limit_price": "70000", "trigger_price": None,
             "amount": "0.5"},
        ]),
        _case("closed by a trailing stop", o(descr={"close": "close position @ trailing stop -3.0%"}), orders=[
            {"kind": "limit"},
            {"kind": "trailing_stop", "trailing_distance": "3", "trailing_unit": "percent", "limit_price": None},
        ]),
        _case("placed by a fill of another, reduce only",
              o(descr=sells("stop-loss", "55000.0"), refid="OPPPPP-QQQQQ-RRRRRR", reduce_only=True),
              orders=[{"group_id": "OPPPPP-QQQQQ-RRRRRR", "contingency": "attached", "reduce_only": True}]),
        _case("stop on margin, which may open a short, and one that only reduces",
              o(descr=sells("stop-loss", "55000.0", leverage="3:1")),
              o("OZ", descr=sells("stop-loss", "55000.0", leverage="3:1"), reduce_only=True),
              orders=[{"kind": "stop", "role": "unknown", "market_type": "margin"},
                      {"kind": "stop", "role": "stop_loss", "market_type": "margin", "reduce_only": True}]),
        _case("volume in the quote currency", o(oflags="viqc", vol="5000.0"), orders=[{
            "amount": None, "filled": None, "remaining": None,
        }]),
        _case("a row of nonsense", o(descr={"type": "hold"}), o("OZ", cl_ord_id=None), orders=[{
            "key": "OZ", "client_order_id": None,
        }], unreadable=1),
    ],
    fills=[
        Case("maker and taker", "fills:all", "/0/private/TradesHistory",
             [trade(), trade(key="T2", type="sell", maker=False, time=1764000001.0)],
             [{"key": "XXBTZUSD/TAAAAA-BBBBB-CCCCCC", "side": "buy", "price": "60000", "amount": "0.5", "fee": "48",
               "fee_currency": "USD", "is_maker": True, "order_id": "OAAAAA-BBBBB-CCCCCC", "at": T + 500},
              {"side": "sell", "is_maker": False}],
             method="POST", wrap=_wrap_trades),
    ],
)  # fmt: skip
