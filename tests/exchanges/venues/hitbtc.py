"""HitBTC, by the generic rule: spot and perpetuals apart, orders known by the client's id, which it gives itself."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import ISO_TIME, transfer, transfer_case

API = "/api/3"
SPOT, SWAP = f"{API}/spot/order", f"{API}/futures/order"
SPOT_PAST, SWAP_PAST = f"{API}/spot/history/order", f"{API}/futures/history/order"
T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of spot/order: buys 0.5 BTC at 60,000."""
    return {
        "id": 488953123149, "client_order_id": "hb-1", "symbol": "BTCUSDT", "side": "buy", "status": "new",
        "type": "limit", "time_in_force": "GTC", "quantity": "0.5", "quantity_cumulative": "0", "price": "60000",
        "post_only": False, "created_at": "2025-11-24T16:00:00.000Z", "updated_at": "2025-11-24T16:01:00.000Z",
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """A row of futures/order."""
    return o(symbol="BTCUSDT_PERP", reduce_only=False) | values


def _case(name: str, source: str, *rows: Any, orders: Any) -> Case:
    return Case(name, source, SPOT if source.endswith("spot") else SWAP, rows, orders)


def held(currency: str, available: str, reserved: str = "0", margin: str = "0") -> dict[str, str]:
    return {"currency": currency, "available": available, "reserved": reserved, "reserved_margin": margin}


def margin_account(symbol: str, kind: str, *positions: dict[str, Any]) -> dict[str, Any]:
    """A row of futures/account."""
    return {
        "symbol": symbol, "type": kind, "leverage": "10.00", "created_at": "2025-11-24T16:00:00.000Z",
        "currencies": [{"code": "USDT", "margin_balance": "300", "reserved_orders": "0", "reserved_positions": "240"}],
        "positions": list(positions) or None,
    }  # fmt: skip


def pos(own: int, quantity: str, symbol: str = "BTCUSDT_PERP", liquidation: str = "0") -> dict[str, Any]:
    return {"id": own, "symbol": symbol, "quantity": quantity, "price_entry": "59900", "price_margin_call": "0",
            "price_liquidation": liquidation, "pnl": "0"}  # fmt: skip


BALANCES = [AccountCase("three wallets", {
    f"{API}/spot/balance": [held("BTC", "0.3", "0.2"), held("USDT", "100", "0", "50"), held("ADA", "0")],
    f"{API}/wallet/balance": [{"currency": "BTC", "available": "1.5", "reserved": "0"}],
    f"{API}/futures/balance": [held("USDT", "700", "10", "300")],
}, {
    "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
    "main/USDT": {"total": "150", "free": "100", "locked": "50"},
    "wallet/BTC": {"total": "1.5"},
    "swap/USDT": {"total": "1010", "free": "700", "locked": "310"},
})]  # fmt: skip
POSITIONS = [AccountCase("both positions of a cross account, one isolated, and an account without any", {
    f"{API}/futures/account": [
        margin_account("USDT", "cross", pos(1, "0.4"), pos(2, "-2", "ETHUSDT_PERP", "3500")),
        margin_account("BTCUSDT_PERP", "isolated", pos(3, "-0.1")), margin_account("ETHUSDT_PERP", "isolated"),
    ],
}, {
    "BTCUSDT_PERP/long": {"amount": "0.4", "entry_price": "59900", "leverage": "10", "margin_mode": "cross",
                          "liquidation_price": None, "unrealised_pnl": None},
    "ETHUSDT_PERP/short": {"amount": "2", "liquidation_price": "3500"},
    "BTCUSDT_PERP/short/isolated": {"amount": "0.1"},
})]  # fmt: skip


def _hitbtc(kind: str, n: int, state: str, **more: Any) -> dict[str, Any]:
    native = {"tx_id": f"t{n}", "index": str(n), "currency": "BTC", "amount": "0.25", "hash": f"0x{n}", "address": "a",
              "confirmations": "20"}  # fmt: skip
    return {"id": n, "created_at": ISO_TIME, "updated_at": ISO_TIME, "status": state, "type": kind, "subtype": "BLOCKCHAIN",
            "native": native | more}  # fmt: skip


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/3/wallet/transactions",
          [_hitbtc("DEPOSIT", 1, "SUCCESS"), _hitbtc("DEPOSIT", 2, "PENDING")],
          [transfer("deposit", "BTC", "0.25"), transfer("deposit", "BTC", "0.25", "pending")]),
    transfer_case("withdrawals", "withdrawals", "/api/3/wallet/transactions",
          [_hitbtc("WITHDRAW", 3, "SUCCESS", fee="0.0002"), _hitbtc("WITHDRAW", 4, "ROLLED_BACK", fee="0.0002")],
          [transfer("withdrawal", "BTC", "-0.25", fee="0.0002", fee_currency="BTC"),
           transfer("withdrawal", "BTC", "-0.25", "failed")]),
)  # fmt: skip


VENUE = Venue(
    exchange="hitbtc",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[spot("BTC/USDT", "BTCUSDT", info={"fee_currency": "USDT"}),
             swap("BTC/USDT:USDT", "BTCUSDT_PERP", info={"fee_currency": "USDT"}),
             swap("ETH/USDT:USDT", "ETHUSDT_PERP", info={"fee_currency": "USDT"})],
    wrap=list,
    cases=[
        _case("limit", "orders:spot", o(), orders=[{
            "key": "hb-1", "kind": "limit", "amount": "0.5", "filled": "0", "limit_price": "60000", "status": "open",
            "symbol": "BTC/USDT", "client_order_id": "hb-1", "created_at": T,
        }]),
        _case("stop with a limit", "orders:spot",
              o(type="stopLimit", status="suspended", stop_price="55000", price="54900", side="sell"), orders=[{
                  "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_direction": "falls",
                  "status": "pending",
              }]),
        _case("take profit at market", "orders:linear",
              f(type="takeProfitMarket", status="suspended", stop_price="70000", price=None, side="sell",
                reduce_only=True), orders=[{
                  "kind": "take_profit", "trigger_price": "70000", "limit_price": None, "reduce_only": True,
                  "symbol": "BTC/USDT:USDT", "market_type": "perpetual", "trigger_direction": "rises",
              }]),
        _case("perpetual, partly filled", "orders:linear",
              f(status="partiallyFilled", quantity_cumulative="0.2", price_average="59990"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59990"}]),
    ],
    ended=[
        EndedCase("filled", "limit", SPOT_PAST, [o(status="filled", quantity_cumulative="0.5", price_average="59900")],
                  {"hb-1": {"ending": "filled", "filled": "0.5", "average_price": "59900", "ended_at": T + 60000}}),
        EndedCase("cancelled after a part", "perpetual, partly filled", SWAP_PAST,
                  [f(status="canceled", quantity_cumulative="0.2")],
                  {"hb-1": {"ending": "cancelled", "filled": "0.2"}}),
        EndedCase("the library leaves expired ones out of the list", "limit", SPOT_PAST, [o(status="expired")], {}),
        EndedCase("and an order asked for by itself says it", "limit", SPOT_PAST, [o(status="expired")],
                  {"hb-1": {"ending": "expired", "filled": "0"}}, asks="detail", query={"client_order_id": "hb-1"}),
    ],
    fills=[
        Case("spot", "fills:spot", f"{API}/spot/history/trade",
             [{"id": 277210397, "clientOrderId": "hb-1", "orderId": 488953123149, "symbol": "BTCUSDT", "side": "buy",
               "quantity": "0.5", "price": "60000", "fee": "27", "timestamp": "2025-11-24T16:00:00.500Z",
               "taker": True}],
             [{"key": "BTCUSDT/277210397", "order_id": "hb-1", "amount": "0.5", "fee": "27", "fee_currency": "USDT",
               "is_maker": False, "at": T + 500}]),
        Case("perpetual", "fills:linear", f"{API}/futures/history/trade",
             [{"id": 4718564, "order_id": 58730811958, "client_order_id": "hb-2", "symbol": "BTCUSDT_PERP",
               "side": "sell", "quantity": "0.1", "price": "61000", "fee": "-1.2",
               "timestamp": "2025-11-24T16:00:01.000Z", "taker": False, "position_id": 2350122, "pnl": "0.00225",
               "liquidation": False}],
             [{"order_id": "hb-2", "symbol": "BTC/USDT:USDT", "side": "sell", "fee": "-1.2", "is_maker": True}]),
    ],
)  # fmt: skip
