"""Executions of Bybit: every type of the documentation's enums, in each category."""

from typing import Any

from tests.exchanges.harness import Case

T = "1764000000000"


def x(**values: Any) -> dict[str, Any]:
    """A row of /v5/execution/list: bought 0.5 BTC at 60,000."""
    return {
        "symbol": "BTCUSDT", "orderType": "Limit", "underlyingPrice": "", "orderLinkId": "", "side": "Buy",
        "orderId": "1549452573428424448", "stopOrderType": "", "execTime": T, "feeRate": "0.001", "tradeIv": "",
        "blockTradeId": "", "markPrice": "", "execPrice": "60000", "markIv": "", "orderQty": "0.5",
        "orderPrice": "60000", "execValue": "30000", "closedSize": "", "execType": "Trade", "seq": "19157444346",
        "indexPrice": "", "leavesQty": "0", "isMaker": False, "execFee": "30", "execId": "2210000000101610464",
        "execQty": "0.5",
    } | values  # fmt: skip


def _fills(name: str, part: str, *rows: Any, orders: Any) -> Case:
    return Case(name, f"fills:{part}", "/v5/execution/list", rows, orders)


FILLS = [
    _fills("spot, its fee in the coin that was bought", "spot",
           x(feeCurrency="BTC", execFee="0.001", isMaker=True), orders=[{
        "key": "BTCUSDT/2210000000101610464", "order_id": "1549452573428424448", "symbol": "BTC/USDT",
        "side": "buy", "amount": "0.5", "price": "60000", "fee": "0.001", "fee_currency": "BTC", "is_maker": True,
        "contracts": None,
    }]),
    _fills("spot, its fee in a coin of the exchange's", "spot", x(feeCurrency="MNT", execFee="4"),
           orders=[{"fee": "4", "fee_currency": "MNT", "is_maker": False}]),
    _fills("linear, with what it realised", "linear-all",
           x(createType="CreateByUser", side="Sell", execFee="16.5", execPnl="120.5", closedSize="0.5"), orders=[{
        "symbol": "BTC/USDT:USDT", "side": "sell", "amount": "0.5", "fee": "16.5", "fee_currency": "USDT",
        "realised_pnl": "120.5",
    }]),
    # Enums, execType: Trade, AdlTrade, BustTrade (liquidation), Delivery, Settle and more. Funding is no execution.
    Case("liquidations, deliveries, funding, and a type that is not documented", "fills:linear-all",
         "/v5/execution/list",
         [x(execId="b", execType="BustTrade", side="Sell", execFee="16.5", closedSize="0.5", orderType="Market"),
          x(execId="a", execType="AdlTrade", side="Sell", closedSize="0.5"),
          x(execId="d", execType="Delivery", side="Sell", closedSize="0.5"),
          x(execId="f", execType="Funding", orderType="UNKNOWN", execFee="1.2"), x(execId="s", execType="Split")],
         [{"key": "BTCUSDT/a", "side": "sell"}, {"key": "BTCUSDT/b", "fee": "16.5", "closes": True},
          {"key": "BTCUSDT/d"}], unreadable=1),
    _fills("inverse, with a rebate", "inverse-all",
           x(symbol="BTCUSD", createType="CreateByUser", execQty="1200", execFee="-0.000002"), orders=[{
        "symbol": "BTC/USD:BTC", "contracts": "1200", "amount": "0.02", "fee": "-0.000002", "fee_currency": "BTC",
    }]),
    _fills("an option", "option-btc",
           x(symbol="BTC-26DEC25-100000-C-USDT", execPrice="950", execQty="0.1", execFee="1.2"), orders=[{
        "symbol": "BTC/USDT:USDT-251226-100000-C", "market_type": "option", "fee_currency": "USDT", "amount": "0.1",
        "price": "950", "fee": "1.2",
    }]),
]  # fmt: skip
