"""Fills: each execution of an order, once, with what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.markets import MarketType, Side
from domain.positions import PositionSide


class Liquidity(StrEnum):
    """Whether an execution made liquidity or took it."""

    MAKER = "maker"
    TAKER = "taker"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution. Amounts in units of the base asset and never negative, money in the quote currency.

    None is unknown or not given, never zero. `fee` is positive where it was paid and negative where it was received (a
    rebate), in `fee_currency`. `order_id` is the id of the book's order, whatever trigger it came from.
    """

    account: str
    exchange: str
    key: str  # the exchange's id of the execution, unique within the account
    order_id: str | None
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    exchange_symbol: str
    base: str | None
    quote: str | None
    market_type: MarketType
    side: Side
    price: Decimal
    amount: Decimal
    at: datetime
    raw: Mapping[str, Any]
    contracts: Decimal | None = None
    contract_size: Decimal | None = None  # of one contract: in the base asset, of an inverse one in the quote currency
    position_side: PositionSide | None = (
        None  # which of two positions it moved, where an account holds both (hedge mode)
    )
    closes: bool | None = None  # whether it only closed (True) or only opened (False), where the exchange tells
    fee: Decimal | None = None
    fee_currency: str | None = None
    is_maker: bool | None = None
    realised_pnl: Decimal | None = None  # as the exchange states it, fees not included

    @property
    def value(self) -> Decimal:
        """What changed hands, in the quote currency, without the fee."""
        return self.price * self.amount

    @property
    def liquidity(self) -> Liquidity:
        """Maker or taker, as a word."""
        if self.is_maker is None:
            return Liquidity.UNKNOWN
        return Liquidity.MAKER if self.is_maker else Liquidity.TAKER
