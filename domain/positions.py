"""Positions: the open contracts of an account (perpetuals, futures, options)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.markets import MarketType

MARGIN_MODES = frozenset({"cross", "isolated"})


class PositionSide(StrEnum):
    """A long position gains when the price rises, a short one when it falls."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Position:
    """One open position.

    `amount` is in units of the base asset and never negative. Money is in the quote currency. Money of an inverse
    contract is converted at its mark price, that of an option is in the coin that it settles in. None is unknown.
    """

    key: str
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    exchange_symbol: str
    base: str | None
    quote: str | None
    market_type: MarketType
    side: PositionSide
    amount: Decimal
    raw: Mapping[str, Any]
    contracts: Decimal | None = None
    entry_price: Decimal | None = None
    cost: Decimal | None = None
    leverage: Decimal | None = None
    margin_mode: str | None = None  # one of MARGIN_MODES
    mark_price: Decimal | None = None
    unrealised_pnl: Decimal | None = None
    session_pnl: Decimal | None = None
    realised_pnl: Decimal | None = None  # as the exchange states it, by its own rules about fees
    liquidation_price: Decimal | None = None
    position_id: str | None = None  # the exchange's id, where an order can name the position by it

    @property
    def settles_in(self) -> str | None:
        """The currency that profit is paid in, by the unified symbol ("BTC/USD:BTC-261225" settles in BTC)."""
        settle = self.symbol.partition(":")[2].partition("-")[0]
        return settle or self.quote

    @property
    def is_option(self) -> bool:
        """True for an option, unlisted ones by the strike in their symbol ("BTC/USD:BTC-261225-50000-C")."""
        return self.market_type is MarketType.OPTION or self.symbol.partition(":")[2].count("-") > 1

    @property
    def is_inverse(self) -> bool:
        """True for a contract that pays its base coin, where its price is in another currency. Never an option."""
        return self.base is not None and self.settles_in == self.base and not self.is_option

    @property
    def priced_in(self) -> str | None:
        """The currency of its prices and profit: the quote currency, or the coin that an option settles in."""
        is_in_coin = self.is_option and self.settles_in == self.base
        return self.base if is_in_coin else self.quote
