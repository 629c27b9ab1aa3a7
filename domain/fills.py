"""Fills: the executions of orders, each once, with price and fee."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.markets import MarketType, Side
from domain.positions import PositionSide


class Liquidity(StrEnum):
    """Maker or taker side of an execution."""

    MAKER = "maker"
    TAKER = "taker"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution. Amounts are in units of the base asset and never negative. Money is in the quote currency.

    None is unknown or not given, never zero. `fee` is in `fee_currency`, positive if paid and negative if received (a
    rebate). `order_id` is the id of the order in the book, also if a trigger order placed it.
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
    contract_size: Decimal | None = None  # of one contract: in the base asset, or in the quote currency if inverse
    position_side: PositionSide | None = None  # the position it changed, in hedge mode (a long and a short at once)
    closes: bool | None = None  # True: it only closed. False: it only opened. None: the exchange does not say
    fee: Decimal | None = None
    fee_currency: str | None = None
    is_maker: bool | None = None
    realised_pnl: Decimal | None = None  # as the exchange states it, without fees

    @property
    def value(self) -> Decimal:
        """Price times amount, in the quote currency, without the fee."""
        return self.price * self.amount

    @property
    def liquidity(self) -> Liquidity:
        """Maker, taker or unknown."""
        if self.is_maker is None:
            return Liquidity.UNKNOWN
        return Liquidity.MAKER if self.is_maker else Liquidity.TAKER
