"""Records as rows of the wire format: exact numbers as strings, times in milliseconds."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from simulator.exchange import Transfer
from simulator.instruments import Coin, Instrument
from simulator.ledger import Entry
from simulator.orders import STOP_LOSS, TAKE_PROFIT, WITH_LIMIT, Order, Trade
from simulator.positions import Position
from simulator.settlement import MAKER_RATE, TAKER_RATE
from simulator.valuation import Asset, Worth

ACCOUNT_ID = "5d1c9a70-8f0e-4c0e-9b7a-2f6b1e0d4a11"
USER_ID = "b3e1f6d2-47aa-4a35-8a0c-91c0ad5f7e55"
_RATES = {"maker_fee_rate": f"{MAKER_RATE:f}", "taker_fee_rate": f"{TAKER_RATE:f}"}


def plain(number: Decimal) -> str:
    """A number as plain digits, never with an exponent."""
    return f"{number:f}"


def padded(number: Decimal, places: int = 8) -> str:
    """A number with at least this many decimal places, and all of its digits."""
    exponent = number.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return f"{number:.{max(places, digits)}f}"


def day_of(at: int) -> str:
    """The day of a moment in milliseconds, in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def encoded_order(order: Order) -> bytes:
    """The row of an order as JSON, kept with the order until it changes."""
    if order.encoded is None:
        order.encoded = json.dumps(order_row(order), separators=(",", ":")).encode()
    return order.encoded


def order_row(order: Order) -> dict[str, Any]:
    """A row of either order list. The advanced row has more fields."""
    ticket = order.ticket
    book = ticket.instrument
    average = order.value / order.filled if order.filled else Decimal(0)
    row: dict[str, Any] = {
        "account_id": ACCOUNT_ID,
        "order_id": order.order_id,
        "client_oid": order.client_oid,
        "order_type": ticket.order_type,
        "time_in_force": ticket.time_in_force,
        "side": ticket.side,
        "exec_inst": ["POST_ONLY"] if ticket.post_only else [],
        "quantity": plain(ticket.quantity),
    }
    if ticket.order_type in WITH_LIMIT and ticket.limit is not None:
        row["limit_price"] = plain(ticket.limit)
        row["order_value"] = plain(ticket.limit * ticket.quantity)
    if order.is_advanced:
        row |= _advanced(order)
    row |= _RATES
    row |= {
        "avg_price": plain(average.quantize(book.tick)) if order.filled else "0",
        "cumulative_quantity": plain(order.filled),
        "cumulative_value": plain(order.value),
        "cumulative_fee": plain(order.fee),
        "status": order.status,
        "update_user_id": USER_ID,
        "order_date": day_of(order.created),
        "instrument_name": book.name,
        "fee_instrument_name": order.fee_asset,
    }
    if order.reason:
        row["reason"] = order.reason
    row |= {
        "create_time": order.created,
        "create_time_ns": str(order.created * 1_000_000 + order.serial % 1_000_000),
        "update_time": order.updated,
    }
    return row


def _advanced(order: Order) -> dict[str, Any]:
    ticket = order.ticket
    row: dict[str, Any] = {}
    if ticket.trigger is not None:
        row["ref_price"] = plain(ticket.trigger)
        row["ref_price_type"] = ticket.trigger_by
    elif order.group is None or order.ticket.order_type in (STOP_LOSS, TAKE_PROFIT):
        row["ref_price"] = "0"
    row["exchange_order_id"] = order.book.order_id if order.book else "0"
    if order.group is not None:
        row["list_id"] = order.group.list_id
        row["contingency_type"] = order.group.contingency
        row["leg_id"] = order.leg_id
    return row


def balance_row(worth: Worth) -> dict[str, Any]:
    """The one row of private/user-balance."""
    return {
        "total_available_balance": padded(worth.available),
        "total_margin_balance": padded(worth.margin_balance),
        "total_initial_margin": padded(worth.initial_margin),
        "total_position_im": padded(worth.position_margin),
        "total_haircut": padded(worth.haircut),
        "total_maintenance_margin": padded(worth.maintenance_margin),
        "total_position_cost": padded(worth.position_cost),
        "total_cash_balance": padded(worth.cash),
        "total_collateral_value": padded(worth.collateral),
        "total_session_unrealized_pnl": padded(worth.session_profit),
        "instrument_name": "USD",
        "total_session_realized_pnl": "0.00000000",
        "is_liquidating": False,
        "total_effective_leverage": padded(worth.leverage),
        "position_limit": "3000000.00000000",
        "used_position_limit": padded(worth.position_cost),
        "position_balances": [_asset_row(asset) for asset in worth.assets],
    }


def _asset_row(asset: Asset) -> dict[str, Any]:
    return {
        "instrument_name": asset.name,
        "quantity": padded(asset.quantity),
        "market_value": padded(asset.market_value),
        "collateral_eligible": "true" if asset.is_eligible else "false",
        "haircut": plain(asset.haircut),
        "collateral_amount": padded(asset.collateral),
        "max_withdrawal_balance": padded(max(Decimal(0), asset.quantity - asset.reserved)),
        "reserved_qty": padded(asset.reserved),
    }


def position_row(position: Position, mark: Decimal) -> dict[str, Any]:
    """A row of private/get-positions."""
    return {
        "account_id": ACCOUNT_ID,
        "quantity": plain(position.quantity),
        "cost": plain(position.cost),
        "open_position_pnl": plain(position.open_profit(mark)),
        "open_pos_cost": plain(position.opened_for),
        "session_pnl": plain(position.session_profit(mark)),
        "update_timestamp_ms": position.updated,
        "instrument_name": position.instrument.name,
        "type": "PERPETUAL_SWAP",
    }


def trade_row(trade: Trade) -> dict[str, Any]:
    """A row of private/get-trades. Fees are negative, because they are a cost."""
    at = trade.at_ns // 1_000_000
    return {
        "account_id": ACCOUNT_ID,
        "event_date": day_of(at),
        "journal_type": "TRADING",
        "traded_quantity": plain(trade.quantity),
        "traded_price": plain(trade.price),
        "fees": plain(-trade.fee),
        "order_id": trade.order_id,
        "trade_id": trade.trade_id,
        "trade_match_id": trade.match_id,
        "client_oid": trade.client_oid,
        "taker_side": "MAKER" if trade.is_maker else "TAKER",
        "side": trade.side,
        "instrument_name": trade.instrument.name,
        "fee_instrument_name": trade.fee_asset,
        "create_time": at,
        "create_time_ns": str(trade.at_ns),
        "transact_time_ns": str(trade.at_ns),
        "match_count": "1",
        "match_index": "0",
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    """A row of private/get-transactions."""
    at = entry.at_ns // 1_000_000
    row: dict[str, Any] = {
        "account_id": ACCOUNT_ID,
        "event_date": day_of(at),
        "journal_type": entry.kind,
        "journal_id": str(entry.journal_id),
        "transaction_qty": plain(entry.quantity),
        "transaction_cost": plain(entry.cost),
        "realized_pnl": plain(entry.realized),
    }
    if entry.order_id:
        row |= {"order_id": entry.order_id, "trade_id": entry.trade_id}
    row |= {
        "trade_match_id": entry.match_id,
        "event_timestamp_ms": at,
        "event_timestamp_ns": str(entry.at_ns),
        "client_oid": entry.client_oid,
        "taker_side": entry.taker_side,
    }
    if entry.side:
        row["side"] = entry.side
    return row | {"instrument_name": entry.name}


def deposit_row(transfer: Transfer) -> dict[str, Any]:
    """A row of private/get-deposit-history. Its numbers are JSON numbers, as on the exchange."""
    return {
        "currency": transfer.asset,
        "fee": float(transfer.fee),
        "create_time": transfer.at,
        "id": transfer.transfer_id,
        "update_time": transfer.at + 48_000,
        "amount": float(abs(transfer.amount)),
        "address": transfer.address,
        "status": "1",
        "txid": transfer.txid,
    }


def withdrawal_row(transfer: Transfer) -> dict[str, Any]:
    """A row of private/get-withdrawal-history."""
    row = deposit_row(transfer)
    return row | {"client_wid": f"wid-{transfer.transfer_id}", "status": "5", "network_id": transfer.network}


def instrument_row(book: Instrument) -> dict[str, Any]:
    """A row of public/get-instruments."""
    return {
        "symbol": book.name,
        "inst_type": book.kind,
        "display_name": f"{book.base}{book.quote} Perpetual" if book.is_perpetual else f"{book.base}/{book.quote}",
        "base_ccy": book.base,
        "quote_ccy": book.quote,
        "quote_decimals": _places(book.tick),
        "quantity_decimals": _places(book.lot),
        "price_tick_size": plain(book.tick),
        "qty_tick_size": plain(book.lot),
        "max_leverage": "50",
        "tradable": True,
        "expiry_timestamp_ms": 0,
        "beta_product": False,
        "margin_buy_enabled": not book.is_perpetual,
        "margin_sell_enabled": not book.is_perpetual,
    } | ({"underlying_symbol": f"{book.base}USD-INDEX", "contract_size": "1"} if book.is_perpetual else {})


def network_row(coin: Coin) -> dict[str, Any]:
    """A row of private/get-currency-networks."""
    return {
        "full_name": coin.full_name,
        "default_network": coin.name,
        "network_list": [
            {
                "network_id": coin.name,
                "withdrawal_fee": 0.001,
                "withdraw_enabled": True,
                "min_withdrawal_amount": 0.002,
                "deposit_enabled": True,
                "confirmation_required": 12,
            }
        ],
    }


def _places(step: Decimal) -> int:
    exponent = step.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
