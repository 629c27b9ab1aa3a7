"""Fills as ccxt unifies them, and what all rows of the past have in common."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from domain.fills import Fill
from domain.markets import Side
from domain.sources import Unreadable
from exchanges.connection.exact import Garbled, amount, moment, text
from exchanges.connection.listed_markets import Listed, counts_in_contracts, in_base_units
from exchanges.connection.payload_rows import read_each
from exchanges.venues._shared.execution_sides import position_side_of
from exchanges.venues._shared.order_rows import id_in, price_in
from exchanges.venues._shared.venue import Venue

# What exchanges call the profit that an execution realised.
_PROFITS = ("realizedPnl", "fillPnl", "execPnl", "closedPnl", "profit")


def read_fills(
    rows: Iterable[Any], account: str, exchange: str, venue: Venue, listed: Listed
) -> tuple[tuple[Fill, ...], tuple[Unreadable, ...]]:
    """The executions in ccxt's trades."""
    return read_each(
        rows, partial(_fill, account=account, exchange=exchange, venue=venue, listed=listed), lambda fill: fill.key
    )


def _fill(row: Mapping[str, Any], account: str, exchange: str, venue: Venue, listed: Listed) -> Fill | None:
    parsed(row)
    raw = raw_of(row)
    read = venue.fill_row(raw, row)
    if read is None:
        return None
    row = {**row, **read}
    symbol, own, at = text(row, "symbol"), id_in(row, "id"), moment(row, "timestamp")
    price, size = price_in(row, "price"), price_in(row, "amount")
    said = (text(row, "side") or "").lower()
    if symbol is None or own is None or at is None or price is None or size is None or said not in ("buy", "sell"):
        raise Garbled("the market, the id, the time, the side, the price or the amount is missing")
    market, fee = listed.named(symbol), fee_of(row)
    market = listed.as_contract(market) if read.get("is_contract") else market
    base = in_base_units(size, market, price)
    if base is None:
        raise Garbled("the amount in the base asset cannot be told")
    return Fill(
        account=account,
        exchange=exchange,
        key=f"{market.exchange_symbol}/{own}",  # ids of executions are unique within a market alone
        order_id=id_in(row, "order"),
        symbol=market.symbol,
        exchange_symbol=market.exchange_symbol,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=Side(said),
        price=price,
        amount=base,
        at=at,
        raw=raw,
        contracts=size if counts_in_contracts(market) else None,
        contract_size=market.contract_size if counts_in_contracts(market) else None,
        position_side=position_side_of(raw, read) if ":" in market.symbol else None,
        closes=read.get("closes"),
        fee=fee[0],
        fee_currency=fee[1],
        is_maker={"maker": True, "taker": False}.get(str(row.get("takerOrMaker"))),
        realised_pnl=next((amount(raw, field) for field in _PROFITS if raw.get(field) not in (None, "")), None),
    )


def parsed(row: Mapping[str, Any]) -> None:
    """Raise Garbled for a row that ccxt could not parse."""
    if (problem := row.get("unparsed")) is not None:
        raise Garbled(str(problem))


def raw_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the exchange sent, beside which ccxt's fields stand."""
    info = row.get("info")
    return info if isinstance(info, Mapping) else {"row": info}


def fee_of(row: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """The fee and its currency; positive where it was paid. Of several, the one that is not zero."""
    said = row.get("fee")
    if not isinstance(said, Mapping) or said.get("cost") is None:
        several = row.get("fees")
        listed = several if isinstance(several, list) else []
        paid = [one for one in listed if isinstance(one, Mapping) and amount(one, "cost")]
        said = paid[0] if len(paid) == 1 else {}
    cost, currency = amount(said, "cost"), text(said, "currency")
    return (cost, currency) if cost is not None else (None, None)
