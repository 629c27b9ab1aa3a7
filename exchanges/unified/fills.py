"""Fills from ccxt's trades, and helpers shared by all history rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from domain.fills import Fill
from domain.markets import Side
from domain.sources import Unreadable
from exchanges.connection.exact import Garbled, amount, moment, text
from exchanges.connection.listed_markets import Listed, counts_in_contracts, in_base_units
from exchanges.connection.markets import Market
from exchanges.connection.payload_rows import read_each
from exchanges.venues._shared.execution_sides import position_side_of
from exchanges.venues._shared.order_rows import id_in, price_in
from exchanges.venues._shared.venue import Venue

# Fields with the realised profit of an execution.
_PROFITS = ("realizedPnl", "fillPnl", "execPnl", "closedPnl", "profit")


# Fields with the exchange's own name of a contract.
_NAMES = ("contract", "contract_code", "instId", "symbol")


def read_fills(
    rows: Iterable[Any], account: str, exchange: str, venue: Venue, listed: Listed, *, of_contracts: bool = False
) -> tuple[tuple[Fill, ...], tuple[Unreadable, ...]]:
    """The executions in ccxt's trades. `of_contracts`: they are in a list of contracts alone."""
    parse = partial(_fill, account=account, exchange=exchange, venue=venue, listed=listed, is_of_contract=of_contracts)
    return read_each(rows, parse, lambda fill: fill.key)


def _fill(
    row: Mapping[str, Any], account: str, exchange: str, venue: Venue, listed: Listed, is_of_contract: bool
) -> Fill | None:
    parsed(row)
    raw = raw_of(row)
    parsed_row = venue.fill_row(raw, row)
    if parsed_row is None:
        return None
    row = {**row, **parsed_row}
    symbol, fill_id, at, price, size, side = _required_fields(row)
    market, fee = listed.named(symbol), fee_of(row)
    if is_of_contract or parsed_row.get("is_contract"):
        market = _contract(market, raw, listed)
    base = in_base_units(size, market, price)
    if base is None:
        raise Garbled("the amount in the base asset is unknown")
    return Fill(
        account=account,
        exchange=exchange,
        key=f"{market.exchange_symbol}/{fill_id}",  # ids of executions are unique within a market alone
        order_id=id_in(row, "order"),
        symbol=market.symbol,
        exchange_symbol=market.exchange_symbol,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=side,
        price=price,
        amount=base,
        at=at,
        raw=raw,
        contracts=size if counts_in_contracts(market) else None,
        contract_size=market.contract_size if counts_in_contracts(market) else None,
        position_side=position_side_of(raw, parsed_row) if ":" in market.symbol else None,
        closes=parsed_row.get("closes"),
        fee=fee[0],
        fee_currency=fee[1],
        is_maker={"maker": True, "taker": False}.get(str(row.get("takerOrMaker"))),
        realised_pnl=next((amount(raw, field) for field in _PROFITS if raw.get(field) not in (None, "")), None),
    )


def _contract(market: Market, raw: Mapping[str, Any], listed: Listed) -> Market:
    """The contract of a row. ccxt may name the spot market of the same name instead."""
    contract = market if ":" in market.symbol else listed.as_contract(market)
    if ":" in contract.symbol or contract.base is None:
        return contract
    name = next((name for field in _NAMES if (name := id_in(raw, field)) is not None), contract.exchange_symbol)
    return listed.delisted_contract(contract, name)


def _required_fields(row: Mapping[str, Any]) -> tuple[str, str, datetime, Decimal, Decimal, Side]:
    """Symbol, id, time, price, amount and side of a fill. Raises Garbled without one of them."""
    symbol, fill_id, at = text(row, "symbol"), id_in(row, "id"), moment(row, "timestamp")
    price, size = price_in(row, "price"), price_in(row, "amount")
    side = {"buy": Side.BUY, "sell": Side.SELL}.get((text(row, "side") or "").lower())
    if symbol is None or fill_id is None or at is None or price is None or size is None or side is None:
        raise Garbled("the market, the id, the time, the side, the price or the amount is missing")
    return symbol, fill_id, at, price, size, side


def parsed(row: Mapping[str, Any]) -> None:
    """Raise Garbled for a row that ccxt could not parse."""
    if (problem := row.get("unparsed")) is not None:
        raise Garbled(str(problem))


def raw_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The exchange's own row, which ccxt keeps in `info`."""
    info = row.get("info")
    return info if isinstance(info, Mapping) else {"row": info}


def fee_of(row: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """The fee and its currency, positive if paid. With several fees, the first non-zero one."""
    fee = row.get("fee")
    if not isinstance(fee, Mapping) or fee.get("cost") is None:
        several = row.get("fees")
        listed = several if isinstance(several, list) else []
        paid = [stated_fee for stated_fee in listed if isinstance(stated_fee, Mapping) and amount(stated_fee, "cost")]
        fee = paid[0] if len(paid) == 1 else {}
    cost, currency = amount(fee, "cost"), text(fee, "currency")
    return (cost, currency) if cost is not None else (None, None)
