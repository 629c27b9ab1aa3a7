"""The true balances: every account's holdings, and the sums of trades, fees and transfers to check them against."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from simulator.exchange import Exchange
from simulator.ledger import ADJUSTMENT, INTEREST, SETTLEMENT, WALLET
from simulator.orders import BUY


def expected_wallet(exchange: Exchange) -> dict[str, Decimal]:
    """The wallet computed from trades and transfers, independent of the ledger."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for transfer in exchange.transfers:
        sums[transfer.asset] += transfer.amount - transfer.fee
    for trade in exchange.engine.booker.trades:
        if not trade.instrument.is_perpetual:
            signed = trade.quantity if trade.side == BUY else -trade.quantity
            sums[trade.instrument.base] += signed
            sums[trade.instrument.quote] -= signed * trade.price
        else:
            sums[trade.instrument.quote] += trade.realized
        sums[trade.fee_asset] -= trade.fee
    for entry in exchange.ledger.entries:
        if entry.kind in ("SESSION_SETTLE", "FUNDING"):
            sums[exchange.book_named[entry.name].quote] += entry.realized
        elif entry.kind in ("INTEREST", "ADJUSTMENT"):
            sums[entry.name] += entry.quantity
    return {asset: amount for asset, amount in sums.items() if amount}


def is_balanced(exchange: Exchange) -> bool:
    """True if the ledger sums to zero and the records explain the wallet."""
    return not exchange.ledger.imbalance() and expected_wallet(exchange) == dict(exchange.ledger.wallet())


def described(exchange: Exchange) -> dict[str, Any]:
    """The JSON of the control route, with amounts as strings."""
    engine = exchange.engine
    accounts = {
        name: {asset: f"{amount:f}" for asset, amount in sorted(amounts.items()) if amount}
        for name, amounts in exchange.ledger.sums().items()
    }
    return {
        "balanced": is_balanced(exchange),
        "wallet": accounts.pop(WALLET),
        "expected_wallet": {asset: f"{amount:f}" for asset, amount in sorted(expected_wallet(exchange).items())},
        "accounts": accounts,
        "settled": accounts.get(SETTLEMENT, {}),
        "interest": accounts.get(INTEREST, {}),
        "adjusted": accounts.get(ADJUSTMENT, {}),
        "positions": {name: f"{position.quantity:f}" for name, position in engine.booker.positions.items()},
        "open_orders": sum(not order.is_advanced for order in engine.open.values()),
        "open_triggers": sum(order.is_advanced for order in engine.open.values()),
        "ended_orders": len(engine.ended),
        "trades": len(engine.booker.trades),
        "transfers": len(exchange.transfers),
    }
