"""Markets as ccxt lists them, in our records; and amounts, which some exchanges count in contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

from domain.markets import MarketType
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.exchange_rules import ExchangeRules
from exchanges.connection.markets import Market

_TYPES = {
    "spot": MarketType.SPOT,
    "margin": MarketType.MARGIN,
    "swap": MarketType.PERPETUAL,
    "future": MarketType.FUTURE,
    "option": MarketType.OPTION,
}
# What does not come even is kept to so many significant digits.
QUOTIENT = Context(prec=24)


@dataclass(slots=True)
class Listed:
    """The markets of one exchange by unified symbol; our records are made of those alone that are dealt in."""

    markets: Mapping[str, Mapping[str, Any]]
    rules: ExchangeRules = field(default_factory=ExchangeRules)
    _known: dict[str, Market] = field(default_factory=dict)
    _contracts: dict[str, str] = field(default_factory=dict)  # unified symbols by the exchange's names

    def named(self, symbol: str, exchange_symbol: str | None = None) -> Market:
        """The market of a unified symbol; one that is not listed is read off its name."""
        known = self._known.get(symbol)
        if known is None:
            listed = self.markets.get(symbol)
            known = _read_off(symbol, exchange_symbol) if listed is None else _market(symbol, listed, self.rules)
            self._known[symbol] = known
        return known

    def as_contract(self, market: Market) -> Market:
        """The contract that the exchange calls by the name of this market; the market itself where there is none."""
        if not self._contracts:
            contracts = {name: listed for name, listed in self.markets.items() if listed.get("contract")}
            self._contracts.update({str(listed.get("id")): name for name, listed in contracts.items()})
        symbol = self._contracts.get(market.exchange_symbol)
        return market if symbol is None else self.named(symbol)

    def all(self) -> tuple[Market, ...]:
        """Every market that is listed."""
        return tuple(self.named(symbol) for symbol in self.markets)


def _market(symbol: str, listed: Mapping[str, Any], rules: ExchangeRules) -> Market:
    try:
        size = amount(listed, "contractSize") if listed.get("contract") else None
    except Garbled:
        size = None
    units = Decimal(1)
    if size is not None and rules.amounts_in_units:  # amounts are not in contracts, whatever a contract's size
        units, size = size or units, Decimal(1)
    if rules.inverse_in_base and listed.get("inverse") is True:
        size = None
    kind = _TYPES.get(str(listed.get("type")), MarketType.UNKNOWN)
    return Market(
        exchange_symbol=text(listed, "id") or symbol,
        symbol=symbol,
        base=text(listed, "base"),
        quote=text(listed, "quote"),
        market_type=kind,
        contract_size=size,
        units_a_contract=units,
        # An option settled in its base asset is of so much of that asset, whatever the price.
        is_inverse=listed.get("inverse") is True and kind is not MarketType.OPTION,
        is_active=listed.get("active") is not False,  # ccxt says None where the exchange does not state it
    )


def _read_off(symbol: str, exchange_symbol: str | None) -> Market:
    pair, _, settled = symbol.partition(":")
    base, _, quote = pair.partition("/")
    if not (base and quote):
        return Market(exchange_symbol or symbol, symbol, None, None, MarketType.UNKNOWN)
    kind = MarketType.SPOT if not settled else MarketType.UNKNOWN
    return Market(exchange_symbol or symbol, symbol, base, quote, kind)


def counts_in_contracts(market: Market) -> bool:
    """Whether the exchange says amounts in contracts that are not units of the base asset."""
    return market.contract_size is not None and (market.is_inverse or market.contract_size != 1)


def contracts_of(number: Decimal | None, market: Market) -> Decimal | None:
    """A stated amount in contracts; None where the exchange counts in the base asset."""
    if number is None or not counts_in_contracts(market):
        return None
    return number if market.units_a_contract == 1 else QUOTIENT.divide(number, market.units_a_contract)


def units_of(contracts: Decimal | None, market: Market) -> Decimal | None:
    """Contracts as the exchange states amounts of them."""
    return None if contracts is None else EXACT.multiply(contracts, market.units_a_contract)


def in_base_units(number: Decimal | None, market: Market, price: Decimal | None) -> Decimal | None:
    """An amount in units of the base asset. Of inverse contracts, which are worth so much of the quote currency, it
    depends on the price, and is None without one."""
    if number is None or not counts_in_contracts(market) or market.contract_size is None:
        return number
    size = EXACT.multiply(number, market.contract_size)
    if not market.is_inverse:
        return size
    return QUOTIENT.divide(size, price) if price is not None and price > 0 else None
