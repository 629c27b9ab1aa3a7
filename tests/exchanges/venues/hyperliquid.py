"""Hyperliquid: one list of resting and waiting orders, with the take profits and stops that hang on them."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

T = 1764000000000
PATH = "/info"


def o(**values: Any) -> dict[str, Any]:
    """A row of frontendOpenOrders: buys 0.5 BTC at 60,000."""
    return {
        "coin": "BTC", "side": "B", "limitPx": "60000.0", "sz": "0.5", "oid": 7001, "timestamp": T,
        "triggerCondition": "N/A", "isTrigger": False, "triggerPx": "0.0", "children": [], "isPositionTpsl": False,
        "reduceOnly": False, "orderType": "Limit", "origSz": "0.5", "tif": "Gtc", "cloid": None,
    } | values  # fmt: skip


def stop(**values: Any) -> dict[str, Any]:
    """Sells 0.5 BTC at market when the mark price falls to 55,000. ccxt takes its limit for the price."""
    return o(side="A", orderType="Stop Market", isTrigger=True, triggerPx="55000.0", limitPx="50600.0", tif=None,
             triggerCondition="Price below 55000", reduceOnly=True) | values  # fmt: skip


def profit(**values: Any) -> dict[str, Any]:
    return stop(orderType="Take Profit Market", triggerPx="70000.0", triggerCondition="Price above 70000",
                limitPx="64400.0") | values  # fmt: skip


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", PATH, rows, orders, method="POST", unreadable=unreadable)


def fill(**values: Any) -> dict[str, Any]:
    return {
        "closedPnl": "0.0", "coin": "BTC", "crossed": False, "dir": "Open Long", "fee": "-3.0", "feeToken": "USDC",
        "hash": "0x1", "oid": 7001, "px": "60000.0", "side": "B", "startPosition": "0.0", "sz": "0.5", "tid": 9001,
        "time": T + 500,
    } | values  # fmt: skip


def past(order: dict[str, Any], status: str) -> dict[str, Any]:
    return {"order": order, "status": status, "statusTimestamp": T + 60000}


def _ended(name: str, of: str, row: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, PATH, [row], outcomes, method="POST", **more)


ENDED = [
    _ended("filled", "limit", past(o(sz="0.0"), "filled"),
           {"7001": {"ending": "filled", "filled": "0.5", "average_price": None, "ended_at": T + 60000}}),
    _ended("cancelled after a part", "spot, partly filled, post only",
           past(o(coin="@107", sz="3.0", origSz="5.0"), "canceled"),
           {"7001": {"ending": "cancelled", "filled": "2", "reason": None}}),
    _ended("cancelled, and why", "limit", past(o(), "marginCanceled"),
           {"7001": {"ending": "cancelled", "reason": "marginCanceled"}}),
    _ended("cancelled at a time that was set", "limit", past(o(), "scheduledCancel"),
           {"7001": {"ending": "cancelled", "reason": "scheduledCancel"}}),
    _ended("a stop that filled under its own id", "stop at market", past(stop(sz="0.0"), "filled"),
           {"7001": {"ending": "filled", "filled": "0.5", "book_order_id": None}}),
    _ended("a stop that triggered", "stop at market", past(stop(), "triggered"),
           {"7001": {"ending": "triggered", "filled": None}}),
    _ended("could not be placed when it triggered", "stop at market", past(stop(), "minTradeNtlRejected"),
           {"7001": {"ending": "rejected", "reason": "minTradeNtlRejected"}}),
    _ended("by itself", "limit", past(o(), "canceled"), {"7001": {"ending": "cancelled", "filled": "0"}}, asks="detail",
           wrap=lambda rows: {"status": "order", "order": rows[0]}),
    _ended("not known there", "limit", past(o(), ""), {}, asks="detail", wrap=lambda _: {"status": "unknownOid"}),
    _ended("a word that nobody knows", "limit", past(o(), "levitates"), {}, unreadable=1),
]  # fmt: skip


PERPETUALS, SPOT = "/info?type=clearinghouseState", "/info?type=spotClearinghouseState"
APART = {"/info?type=userAbstraction": "disabled"}


def _position(coin: str = "BTC", **values: Any) -> dict[str, Any]:
    """A row of assetPositions: 0.5 BTC bought at 60,000, worth 30,500 at the mark price."""
    return {"type": "oneWay", "position": {
        "coin": coin, "szi": "0.5", "entryPx": "60000.0", "positionValue": "30500.0", "unrealizedPnl": "500.0",
        "leverage": {"type": "cross", "value": 10}, "liquidationPx": "41000.0", "marginUsed": "3050.0",
        "maxLeverage": 40, "returnOnEquity": "0.16", "cumFunding": {"allTime": "1", "sinceOpen": "1", "sinceChange": "1"},
    } | values}  # fmt: skip


ISOLATED = {"type": "isolated", "value": 5, "rawUsd": "9000.0"}


def _state(*positions: Any, value: str = "10300.0") -> dict[str, Any]:
    """accountValue holds the open profit of all positions. The cross summary leaves isolated ones out."""
    return {
        "marginSummary": {"accountValue": value, "totalNtlPos": "33400.0", "totalRawUsd": "-17300.0",
                          "totalMarginUsed": "3630.0"},
        "crossMarginSummary": {"accountValue": "9700.0", "totalNtlPos": "30500.0", "totalRawUsd": "-20800.0",
                               "totalMarginUsed": "3050.0"},
        "crossMaintenanceMarginUsed": "381.25", "withdrawable": "6650.0", "assetPositions": list(positions), "time": T,
    }  # fmt: skip


TWO = (_position(), _position("HYPE", szi="-100", entryPx="27", positionValue="2900.0", unrealizedPnl="-200.0",
                              leverage=ISOLATED, liquidationPx=None, marginUsed="580.0"))  # fmt: skip
BALANCES = [
    AccountCase(
        "perpetuals with a profit and a loss, and spot",
        {
            PERPETUALS: _state(*TWO),
            SPOT: {
                "balances": [
                    {"coin": "USDC", "token": 0, "hold": "50.0", "total": "1250.5", "entryNtl": "0.0"},
                    {"coin": "HYPE", "token": 150, "hold": "0.0", "total": "12.0", "entryNtl": "300.0"},
                    {"coin": "PURR", "token": 1, "hold": "0.0", "total": "0.0", "entryNtl": "0.0"},
                ]
            },
        },
        {
            "swap/USDC": {"total": "10000", "free": "6650", "locked": "3630", "includes_open_profit": False},
            "spot/USDC": {"total": "1250.5", "locked": "50", "free": "1200.5"},
            "spot/HYPE": {"total": "12"},
        },
        equities=[("swap", "USDC", "10300")],
    ),
    AccountCase(
        # Info endpoint, Retrieve a user's vault deposits and Query a user's staking summary: a deposit states its equity in
        # dollars, and the staking account holds what is delegated, what is not, and what is on its way to spot.
        "deposits in two vaults, and the staking account",
        {
            PERPETUALS: _state(value="0.0"),
            SPOT: {"balances": []},
            "/info?type=userVaultEquities&user=key": [
                {"vaultAddress": "0xa", "equity": "742.500000", "lockedUntilTimestamp": T},
                {"vaultAddress": "0xb", "equity": "7.5"},
            ],
            "/info?type=delegatorSummary&user=key": {
                "delegated": "120.5", "undelegated": "4.25", "totalPendingWithdrawal": "2.0", "nPendingWithdrawals": 1,
            },
        },
        {
            "swap/USDC": {"total": "0"},
            "vaults/USDC": {"total": "750", "includes_open_profit": False},
            "staking/HYPE": {"total": "126.75", "locked": "126.75", "free": "0"},
        },
    ),
    *(
        AccountCase(
            f"one balance for spot and perpetuals ({mode}), its open profit inside",
            {
                "/info?type=userAbstraction": mode,
                # Trading, Account abstraction modes: "Individual perp dex user states are not meaningful."
                PERPETUALS: _state(*TWO, value="3630.0"),
                SPOT: {"balances": [
                    {"coin": "USDC", "token": 0, "hold": "3630.0", "total": "10300.0", "entryNtl": "0.0"},
                    {"coin": "HYPE", "token": 150, "hold": "0.0", "total": "12.0", "entryNtl": "300.0"},
                ]},
            },
            {
                "spot/USDC": {"total": "10300", "locked": "3630", "free": "6670", "includes_open_profit": True},
                "spot/HYPE": {"total": "12", "includes_open_profit": False},
            },
        )
        for mode in ("unifiedAccount", "portfolioMargin")
    ),
]  # fmt: skip
POSITIONS = [
    AccountCase(
        "cross and isolated, one of them short",
        {PERPETUALS: _state(*TWO)},
        {
            "0/long": {
                "symbol": "BTC/USDC:USDC",
                "amount": "0.5",
                "entry_price": "60000",
                "mark_price": "61000",
                "unrealised_pnl": "500",
                "liquidation_price": "41000",
                "leverage": "10",
                "margin_mode": "cross",
            },
            "5/short/isolated": {
                "amount": "100",
                "mark_price": "29",
                "unrealised_pnl": "-200",
                "liquidation_price": None,
                "leverage": "5",
            },
        },
    ),
    AccountCase("nothing", {PERPETUALS: _state(value="0.0")}, {}),
]


def _delta(n: int, **delta: Any) -> dict[str, Any]:
    return {"time": TIME, "hash": f"0x{n}", "delta": delta}


TRANSFERS = (
    transfer_case("its ledger", "ledger", "/info", [
        _delta(1, type="deposit", usdc="100.0"), _delta(2, type="withdraw", usdc="9.0", nonce=1, fee="1.0"),
        _delta(3, type="accountClassTransfer", usdc="50.0", toPerp=False),
        _delta(4, type="internalTransfer", usdc="5.0", user="0xother", destination="key", fee="1.0"),
        _delta(5, type="spotTransfer", token="HYPE", amount="3.0", user="key", destination="0xother", fee="0.1"),
        _delta(6, type="rewardsClaim", amount="2.5"), _delta(7, type="vaultDeposit", vault="0xv", usdc="4.0"),
        _delta(8, type="cStakingTransfer", token="HYPE", amount="3.0", isDeposit=True),
    ], [
        transfer("deposit", "USDC", "100.0"), transfer("deposit", "USDC", "5.0", fee=None),
        transfer("rebate", "USDC", "2.5"), transfer("withdrawal", "USDC", "-9.0", fee="1.0"),
        transfer("withdrawal", "HYPE", "-3.0", fee="0.1", fee_currency="HYPE"),
    ], method="POST"),
    # Both sides are the account itself, so nothing enters or leaves it. A send to another address leaves it.
    transfer_case("sends between its own markets", "ledger", "/info", [
        _delta(1, type="send", user="key", destination="key", sourceDex="spot", destinationDex="", token="USDC",
               amount="500.0", usdcValue="500.0", fee="0.0", nonce=1),
        _delta(2, type="send", user="key", destination="key", sourceDex="", destinationDex="spot", token="USDC",
               amount="20.0", usdcValue="20.0", fee="0.0", nonce=2),
        _delta(3, type="send", user="key", destination="0xother", sourceDex="spot", destinationDex="spot", token="HYPE",
               amount="5.0", usdcValue="200.0", fee="0.0", nonce=3),
    ], [transfer("withdrawal", "HYPE", "-5.0")], method="POST"),
    transfer_case("funding", "funding", "/info", [
        {"time": TIME, "hash": "0x0", "delta": {"type": "funding", "coin": "BTC", "usdc": usdc, "szi": "1",
                                             "fundingRate": "0.00004", "nSamples": None}}
        for usdc in ("-3.625312", "1.5")
    ], [transfer("funding", "USDC", "-3.625312", symbol="BTC/USDC:USDC"), transfer("funding", "USDC", "1.5")], method="POST"),
)  # fmt: skip


VENUE = Venue(
    exchange="hyperliquid",
    transfers=TRANSFERS,
    markets=[swap("BTC/USDC:USDC", "0", baseName="BTC"), swap("HYPE/USDC:USDC", "5", baseName="HYPE"), spot("HYPE/USDC", "@107")],
    wrap=list,
    ended=ENDED,
    others=APART,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _case("limit", o(cloid="0xmine"), orders=[{
            "key": "7001", "symbol": "BTC/USDC:USDC", "market_type": "perpetual", "kind": "limit", "side": "buy",
            "amount": "0.5", "filled": "0", "remaining": "0.5", "limit_price": "60000", "trigger_price": None,
            "status": "open", "reduce_only": False, "client_order_id": "0xmine", "created_at": T, "group_id": None,
        }]),
        _case("spot, partly filled, post only", o(coin="@107", limitPx="40.5", sz="3.0", origSz="5.0", tif="Alo"),
              orders=[{"symbol": "HYPE/USDC", "market_type": "spot", "amount": "5", "filled": "2", "remaining": "3",
                       "status": "partially_filled", "post_only": True, "limit_price": "40.5"}]),
        _case("stop at market", stop(), orders=[{
            "kind": "stop", "trigger_price": "55000", "limit_price": None, "trigger_kind": "mark", "side": "sell",
            "trigger_direction": "falls", "status": "pending", "reduce_only": True, "role": "unknown",
        }]),
        _case("stop limit that buys a breakout",
              o(orderType="Stop Limit", isTrigger=True, triggerPx="65000.0", limitPx="65100.0", tif=None,
                triggerCondition="Price above 65000"),
              orders=[{"kind": "stop_limit", "trigger_price": "65000", "limit_price": "65100",
                       "trigger_direction": "rises", "reduce_only": False}]),
        _case("take profit at market", profit(), orders=[{
            "kind": "take_profit", "role": "take_profit", "trigger_price": "70000", "limit_price": None,
            "trigger_direction": "rises",
        }]),
        _case("take profit limit", profit(orderType="Take Profit Limit", limitPx="69900.0"), orders=[{
            "kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "69900",
        }]),
        _case("the position's take profit and stop", profit(oid=1, sz="0.0", origSz="0.0", isPositionTpsl=True),
              stop(oid=2, sz="0.0", origSz="0.0", isPositionTpsl=True),
              orders=[
                  {"key": "1", "close_position": True, "amount": None, "remaining": None, "role": "take_profit"},
                  {"key": "2", "close_position": True, "amount": None, "role": "stop_loss", "kind": "stop"},
              ]),
        _case("with children", o(children=[profit(oid=7002), stop(oid=7003)]), orders=[
            {"key": "7001", "kind": "limit", "role": "entry", "group_id": "7001", "reduce_only": False},
            {"key": "7002", "kind": "take_profit", "role": "take_profit", "side": "sell", "trigger_price": "70000",
             "limit_price": None, "amount": "0.5", "contingency": "attached", "group_id": "7001", "status": "pending",
             "reduce_only": True, "trigger_kind": "mark"},
            {"key": "7003", "kind": "stop", "role": "stop_loss", "trigger_price": "55000", "group_id": "7001",
             "trigger_direction": "falls"},
        ]),
        _case("an unlisted coin", o(coin="NEW"), orders=[{"symbol": "NEW/USDC:USDC", "amount": "0.5"}]),
        _case("no id", o(oid=None), o(oid=5), orders=[{"key": "5"}], unreadable=1),
    ],
    fills=[
        Case("a rebate to the maker, a fee of the taker that holds the builder's already", "fills:all", PATH,
             [fill(), fill(tid=9002, side="A", crossed=True, fee="12.5", builderFee="0.5", time=T + 900,
                           closedPnl="150.25")],
             [{"key": "0/9001", "symbol": "BTC/USDC:USDC", "side": "buy", "price": "60000", "amount": "0.5",
               "fee": "-3", "fee_currency": "USDC", "is_maker": True, "order_id": "7001", "at": T + 500},
              {"side": "sell", "is_maker": False, "fee": "12.5", "realised_pnl": "150.25"}],
             method="POST"),
    ],
)  # fmt: skip
