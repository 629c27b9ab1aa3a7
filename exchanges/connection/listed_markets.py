"""Markets as ccxt lists them, converted to our records, and amounts that are stated in contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
_LINEAR = frozenset({MarketType.PERPETUAL, MarketType.FUTURE})
# Significant digits of quotients that do not terminate.
QUOTIENT = Context(prec=24)


@dataclass(slots=True)
class Listed:
    """The markets of one exchange by unified symbol. Records are created on first use."""

    markets: Mapping[str, Mapping[str, Any]]
    rules: ExchangeRules = field(default_factory=ExchangeRules)
    _known: dict[str, Market] = field(default_factory=dict)
    _contracts: dict[str, str] = field(default_factory=dict)  # unified symbols by the exchange's names

    def named(self, symbol: str, exchange_symbol: str | None = None) -> Market:
        """The market of a unified symbol. For an unlisted one, base and quote come from the symbol."""
        market = self._known.get(symbol)
        if market is None:
            listed = self.markets.get(symbol)
            market = self._unlisted(symbol, exchange_symbol) if listed is None else _market(symbol, listed, self.rules)
            self._known[symbol] = market
        return market

    def _unlisted(self, symbol: str, exchange_symbol: str | None) -> Market:
        """A market by its symbol. An expired option has the contract size of the listed options of its family."""
        market, (family, *further) = _read_off(symbol, exchange_symbol), symbol.split("-")
        if len(further) < 2 or market.base is None:
            return market
        options = [self.named(name) for name in self.markets if name.startswith(f"{family}-") and name.count("-") > 1]
        sizes = {(option.contract_size, option.units_a_contract) for option in options}
        size, units = sizes.pop() if len(sizes) == 1 else (market.contract_size, market.units_a_contract)
        return replace(market, market_type=MarketType.OPTION, contract_size=size, units_a_contract=units)

    def as_contract(self, market: Market) -> Market:
        """The contract with this market's name on the exchange. Without one, the market itself."""
        if not self._contracts:
            contracts = {name: listed for name, listed in self.markets.items() if listed.get("contract")}
            self._contracts.update({str(listed.get("id")): name for name, listed in contracts.items()})
        symbol = self._contracts.get(market.exchange_symbol)
        return market if symbol is None else self.named(symbol)

    def delisted_contract(self, pair: Market, name: str) -> Market:
        """A contract that is no longer listed, by its own name. ccxt takes its name for that of the spot market `pair`.

        If every listed linear contract counts in coins, so did this one. Else its size, and so its coin, is unknown.
        """
        linear = [market for market in self.all() if market.market_type in _LINEAR and not market.is_inverse]
        in_coins = bool(linear) and not any(counts_in_contracts(market) for market in linear)
        if in_coins and pair.quote in ("USDT", "USDC"):
            return replace(
                pair,
                exchange_symbol=name,
                symbol=f"{pair.symbol}:{pair.quote}",
                market_type=MarketType.UNKNOWN,
                amount_step=None,
            )
        return Market(name, name, None, None, MarketType.UNKNOWN)

    def all(self) -> tuple[Market, ...]:
        """Every listed market."""
        return tuple(self.named(symbol) for symbol in self.markets)


def _market(symbol: str, listed: Mapping[str, Any], rules: ExchangeRules) -> Market:
    size = _size_of(listed, rules.size_multiplier) if listed.get("contract") else None
    units = Decimal(1)
    if size is not None and rules.amounts_in_units:  # amounts are in units although a contract has a size
        units, size = size or units, Decimal(1)
    if rules.inverse_in_base and listed.get("inverse") is True:
        size = None
    kind = _TYPES.get(str(listed.get("type")), MarketType.UNKNOWN)
    base, quote = text(listed, "base"), text(listed, "quote")
    return Market(
        exchange_symbol=text(listed, "id") or symbol,
        symbol=symbol,
        base=base,
        quote=base if kind is MarketType.OPTION and text(listed, "settle") == base else quote,
        market_type=kind,
        contract_size=size,
        units_a_contract=units,
        # The size of an option that settles in its base asset is in that asset, independent of the price.
        is_inverse=listed.get("inverse") is True and kind is not MarketType.OPTION,
        is_active=listed.get("active") is not False,  # ccxt gives None if the exchange does not state it
    )


def _size_of(listed: Mapping[str, Any], multiplier: str | None) -> Decimal | None:
    """The size of a contract. `multiplier` is the exchange's field of a factor that ccxt leaves out."""
    info = listed.get("info")
    try:
        size = amount(listed, "contractSize")
        factor = amount(info, multiplier) if multiplier is not None and isinstance(info, Mapping) else None
    except Garbled:
        return None
    return EXACT.multiply(size, factor) if size is not None and factor else size


def _read_off(symbol: str, exchange_symbol: str | None) -> Market:
    pair, _, settled = symbol.partition(":")
    base, _, quote = pair.partition("/")
    if not (base and quote):
        return Market(exchange_symbol or symbol, symbol, None, None, MarketType.UNKNOWN)
    kind = MarketType.SPOT if not settled else MarketType.UNKNOWN
    settle, *further = settled.split("-")
    if len(further) > 1 and settle == base:
        quote = base
    return Market(exchange_symbol or symbol, symbol, base, quote, kind)


def counts_in_contracts(market: Market) -> bool:
    """True if the exchange states amounts in contracts that differ from units of the base asset."""
    return market.contract_size is not None and (market.is_inverse or market.contract_size != 1)


def contracts_of(number: Decimal | None, market: Market) -> Decimal | None:
    """An amount in contracts. None if the exchange states amounts in the base asset."""
    if number is None or not counts_in_contracts(market):
        return None
    return number if market.units_a_contract == 1 else QUOTIENT.divide(number, market.units_a_contract)


def units_of(contracts: Decimal | None, market: Market) -> Decimal | None:
    """Contracts as the exchange states amounts of them."""
    return None if contracts is None else EXACT.multiply(contracts, market.units_a_contract)


def in_base_units(number: Decimal | None, market: Market, price: Decimal | None) -> Decimal | None:
    """An amount in units of the base asset.

    Inverse contracts have a size in the quote currency, so their amount depends on the price and is None without one.
    """
    if number is None or not counts_in_contracts(market) or market.contract_size is None:
        return number
    size = EXACT.multiply(number, market.contract_size)
    if not market.is_inverse:
        return size
    return QUOTIENT.divide(size, price) if price is not None and price > 0 else None
