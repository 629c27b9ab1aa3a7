"""Bitfinex: rows without names, of the exchange wallet, of margin and of derivatives."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

T = 1764000000000
PATH = "/v2/auth/r/orders"
PLACES = {
    "id": 0, "gid": 1, "cid": 2, "symbol": 3, "left": 6, "whole": 7, "type": 8, "flags": 12, "status": 13, "price": 16,
    "average": 17, "trailing": 18, "limit": 19, "placed": 25,
}  # fmt: skip
POST_ONLY, REDUCE_ONLY, OCO, CLOSE = 4096, 1024, 16384, 512


def o(**values: Any) -> list[Any]:
    """A row of auth/r/orders: buys 0.5 BTC at 60,000 in the exchange wallet."""
    row: list[Any] = [
        95001, None, 1764000000001, "tBTCUSD", T, T + 5, 0.5, 0.5, "EXCHANGE LIMIT", None, None, None, 0, "ACTIVE",
        None, None, 60000, 0, 0, 0, None, None, None, 0, 0, None, None, None, "API>BFX", None, None, {"$F7": 0},
    ]  # fmt: skip
    for name, value in values.items():
        row[PLACES[name]] = value
    return row


def sells(**values: Any) -> list[Any]:
    return o(**{"left": -0.5, "whole": -0.5} | values)


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", PATH, rows, orders, method="POST", unreadable=unreadable)


def fill(own: int, amount: float, maker: int, fee: float) -> list[Any]:
    return [own, "tBTCUSD", T + own, 95001, amount, 60000, "EXCHANGE LIMIT", 60000, maker, fee, "USD", 1764000000001]


def _ended(name: str, of: str, row: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, f"{PATH}/hist", [row], outcomes, method="POST", **more)


OWN = "95001"
ENDED = [
    _ended("filled", "limit", o(left=0, status="EXECUTED @ 59990.0(0.5)", average=59990),
           {OWN: {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 5}}),
    _ended("cancelled after a part", "partly filled, post only",
           o(left=0.3, status="CANCELED was: PARTIALLY FILLED @ 59990.0(0.2)", average=59990),
           {OWN: {"ending": "cancelled", "filled": "0.2", "average_price": "59990", "reason": None}}),
    _ended("would have taken", "partly filled, post only", o(flags=POST_ONLY, status="POSTONLY CANCELED"),
           {OWN: {"ending": "cancelled", "filled": "0", "reason": "POSTONLY CANCELED"}}),
    _ended("cancelled for want of money", "limit", o(status="INSUFFICIENT BALANCE (U1) was: ACTIVE"),
           {OWN: {"ending": "cancelled", "reason": "INSUFFICIENT BALANCE (U1)"}}),
    _ended("too little", "limit", o(status="RSN_DUST"), {OWN: {"ending": "rejected", "reason": "RSN_DUST"}}),
    _ended("a stop keeps its id when it triggers", "stop at market",
           sells(left=0, type="EXCHANGE STOP", price=55000, status="EXECUTED @ 54980.0(-0.5)", average=54980),
           {OWN: {"ending": "filled", "filled": "0.5", "average_price": "54980", "book_order_id": None}}),
    _ended("a status that nobody knows", "limit", o(status="LEVITATES"), {}, unreadable=1),
]  # fmt: skip


def _position(symbol: str, amount: float, kind: int, **values: Any) -> list[Any]:
    """A row of positions. Index 15 is 1 for a derivative and 0 for margin."""
    named = {"status": "ACTIVE", "price": 60000, "profit": 250, "liquidation": 41000, "leverage": 4} | values
    return [
        symbol, named["status"], amount, named["price"], 1.5, 0, named["profit"], 0.8, named["liquidation"],
        named["leverage"], None, 9001, T, T, None, kind, None, 2200, 150, {"reason": "TRADE", "order_id": 1},
    ]  # fmt: skip


WALLETS, HELD = "/v2/auth/r/wallets", "/v2/auth/r/positions"
BALANCES = [
    AccountCase(
        "of exchange, margin, funding and derivatives, with what is owed",
        {
            WALLETS: [
                ["exchange", "BTC", 0.6, 0, 0.5, "Exchange 0.1 BTC", None],
                ["exchange", "UST", 900, 0, 900, None, None],
                ["margin", "USD", -75, 0, -75, None, None],
                ["margin", "USTF0", 2500, 0, 2300, None, None],
                ["funding", "USD", 1300, 0.4, None, None, None],
                ["exchange", "ETH", 0, 0, 0, None, None],
            ]
        },
        {
            "main/BTC": {"total": "0.6", "free": "0.5", "locked": "0.1"},
            "main/USDT": {"total": "900"},
            "margin/USD": {"total": "-75", "locked": None},
            "marginF0/USDT": {"total": "2500", "free": "2300", "locked": "200"},
            "funding/USD": {"total": "1300", "free": None, "locked": None},
        },
    ),
    AccountCase("nothing", {WALLETS: []}, {}),
]
POSITIONS = [
    AccountCase(
        "of a derivative, of margin, and one closed",
        {
            HELD: [
                _position("tBTCF0:USTF0", -0.4, 1),
                _position("tBTCUSD", 0.5, 0, profit=-80, leverage=None, liquidation=None),
                _position("tBTCUSD", 0.5, 0, status="CLOSED"),
            ]
        },
        {
            "tBTCF0:USTF0/short/isolated": {
                "amount": "0.4",
                "entry_price": "60000",
                "unrealised_pnl": "250",
                "liquidation_price": "41000",
                "leverage": "4",
                "contracts": None,
            },
            "tBTCUSD/long": {"amount": "0.5", "unrealised_pnl": "-80", "market_type": "margin", "leverage": None},
        },
    ),
    AccountCase("nothing", {HELD: []}, {}),
]


def _movement(n: int, status: str, amount: float, fee: float) -> list[Any]:
    return [n, "BTC", "BITCOIN", None, None, TIME, TIME, None, None, status, None, None, amount, fee, None, None, "a", None,
            None, None, f"tx{n}", None]  # fmt: skip


def _bitfinex_line(n: int, amount: float, words: str) -> list[Any]:
    return [n, "USD", None, TIME, None, amount, 900.5, None, words]


TRANSFERS = (
    transfer_case("deposits and withdrawals", "movements", "/v2/auth/r/movements/hist", [
        _movement(1, "COMPLETED", 1.25, 0), _movement(2, "PENDING", 1.25, 0), _movement(3, "COMPLETED", -0.5, -0.0004),
        _movement(4, "CANCELED", -0.5, -0.0004),
    ], [
        transfer("deposit", "BTC", "1.25"), transfer("deposit", "BTC", "1.25", "pending"),
        transfer("withdrawal", "BTC", "-0.5", fee="0.0004"), transfer("withdrawal", "BTC", "-0.5", "failed"),
    ], method="POST"),
    transfer_case("its ledger", "ledger", "/v2/auth/r/ledgers/hist", [
        _bitfinex_line(1, -0.2, "Trading fees for 0.1 BTC (BTCUSD) @ 60000 on BFX (0.2%) on wallet exchange"),
        _bitfinex_line(2, -6000, "Exchange 0.1 BTC for USD @ 60000.0 on wallet exchange"),
        _bitfinex_line(3, -0.75, "Position #7 funding cost on wallet margin"),
        _bitfinex_line(4, 0.4, "Margin Funding Payment on wallet funding"),
        _bitfinex_line(5, -0.3, "Used Margin Funding Charge on wallet margin"),
        _bitfinex_line(6, 25, "Transfer of 25.0 USD from wallet Exchange to Trading on wallet margin"),
        _bitfinex_line(7, 100, "Deposit (BANK) #9 on wallet exchange"),
        _bitfinex_line(8, 0.05, "Affiliate Rebate (BTCUSD) on wallet exchange"),
    ], [
        transfer("funding", "USD", "-0.75"), transfer("interest", "USD", "0.4"), transfer("interest", "USD", "-0.3"),
        transfer("internal", "USD", "25"), transfer("rebate", "USD", "0.05"),
    ], method="POST"),
)  # fmt: skip


VENUE = Venue(
    exchange="bitfinex",
    transfers=TRANSFERS,
    markets=[spot("BTC/USD", "tBTCUSD"), swap("BTC/USDT:USDT", "tBTCF0:USTF0")],
    wrap=list,
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _case("limit", o(), orders=[{
            "key": "95001", "symbol": "BTC/USD", "kind": "limit", "side": "buy", "amount": "0.5", "filled": "0",
            "remaining": "0.5", "limit_price": "60000", "trigger_price": None, "status": "open",
            "client_order_id": "1764000000001", "created_at": T, "group_id": None, "post_only": False,
            "reduce_only": False, "average_price": None,
        }]),
        _case("partly filled, post only",
              o(left=0.3, status="PARTIALLY FILLED @ 59990.0(0.2)", average=59990, flags=POST_ONLY),
              orders=[{"filled": "0.2", "remaining": "0.3", "amount": "0.5", "status": "partially_filled",
                       "post_only": True, "average_price": "59990"}]),
        _case("stop at market", sells(type="EXCHANGE STOP", price=55000), orders=[{
            "kind": "stop", "trigger_price": "55000", "limit_price": None, "trigger_kind": "last", "side": "sell",
            "trigger_direction": "falls", "status": "pending",
        }]),
        _case("stop limit of margin", sells(type="STOP LIMIT", price=55000, limit=54900), orders=[{
            "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900",
        }]),
        _case("trailing stop", sells(type="EXCHANGE TRAILING STOP", price=59500, trailing=500), orders=[{
            "kind": "trailing_stop", "trailing_distance": "500", "trailing_unit": "price", "trigger_price": "59500",
            "limit_price": None,
        }]),
        _case("derivative, reduce only and post only",
              sells(symbol="tBTCF0:USTF0", type="LIMIT", flags=REDUCE_ONLY + POST_ONLY),
              orders=[{"symbol": "BTC/USDT:USDT", "kind": "limit", "reduce_only": True, "post_only": True,
                       "amount": "0.5", "close_position": None}]),
        _case("stop of a derivative that closes the position",
              sells(symbol="tBTCF0:USTF0", type="STOP", price=55000, flags=CLOSE + REDUCE_ONLY),
              orders=[{"kind": "stop", "trigger_price": "55000", "limit_price": None, "close_position": True}]),
        _case("one cancels the other", sells(id=1, price=70000, flags=OCO),
              sells(id=2, type="EXCHANGE STOP", price=55000, flags=OCO, placed=1),
              orders=[
                  {"key": "1", "group_id": "1", "contingency": "OCO", "kind": "limit", "limit_price": "70000"},
                  {"key": "2", "group_id": "1", "contingency": "OCO", "kind": "stop", "trigger_price": "55000"},
              ]),
        _case("market order that has not found all it wants",
              o(type="EXCHANGE MARKET", left=0.2, price=0, average=60010, status="PARTIALLY FILLED @ 60010.0(0.3)"),
              orders=[{"kind": "market", "limit_price": None, "trigger_price": None, "filled": "0.3", "amount": "0.5",
                       "remaining": "0.2", "status": "partially_filled", "average_price": "60010"}]),
        _case("immediate or cancel", sells(type="EXCHANGE IOC"), orders=[{"kind": "limit", "limit_price": "60000"}]),
        _case("grouped by the account's own number", o(gid=77), orders=[{"group_id": "77", "contingency": "unknown"}]),
        _case("rows cut short and without a market", [1, None], o(symbol=None), o(id=9), orders=[{"key": "9"}],
              unreadable=2),
    ],
    fills=[
        Case("maker and taker", "fills:all", "/v2/auth/r/trades/hist",
             [fill(100, 0.5, 1, -30.0), fill(200, -0.5, -1, -60.0)],
             [{"key": "tBTCUSD/100", "side": "buy", "price": "60000", "amount": "0.5", "fee": "30",
               "fee_currency": "USD", "is_maker": True, "order_id": "95001", "at": T + 100},
              {"side": "sell", "amount": "0.5", "fee": "60", "is_maker": False}],
             method="POST"),
        Case("of a derivative, with a rebate", "fills:all", "/v2/auth/r/trades/hist",
             [[7, "tBTCF0:USTF0", T + 7, 95002, -2, 61000, "LIMIT", 61000, 1, 2.5, "USTF0", None]],
             [{"key": "tBTCF0:USTF0/7", "symbol": "BTC/USDT:USDT", "side": "sell", "amount": "2", "fee": "-2.5",
               "is_maker": True, "contracts": None}],
             method="POST"),
    ],
)  # fmt: skip
