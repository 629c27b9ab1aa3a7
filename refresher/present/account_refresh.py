"""Observing: one refresh of one account, from questions to an observation that can be written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.marks import with_marks
from domain.net_value import computed_valuation
from domain.orders import Order
from domain.prices import Price
from domain.snapshot import Account, Observation
from domain.sources import Failure, Source, Success, order_sources
from domain.triggers import with_trigger_state
from domain.valuation import Valuation, compared
from exchanges.contracts import AccountScope, SourceResult
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import Asking


class Observer:
    """Looks at one account, again and again, and remembers what it last knew. Touches no database."""

    def __init__(
        self, account: Account, asking: Asking, display_currencies: Sequence[str], known: LastKnown | None = None
    ) -> None:
        self.account = account
        self._asking = asking
        self._clock = asking.clock
        self._display_currencies = tuple(display_currencies)
        self._answered_at: dict[Source, datetime] = {}
        self.known = known or LastKnown()

    def observe(self, *, all_sources: bool = False) -> Observation:
        """Ask every source that is due, or every one. Raises Stopped when the process is asked to end.

        A source that is asked less often than the account is refreshed is due when its time has come since it last
        answered; one that failed is due at once. Prices are asked last, for everything that the other answers hold or
        order; where one of those failed, for what was last known of it.
        """
        taken_at, began = self._clock.moment(), self._clock.now()
        due = [source for source in self.account.sources if all_sources or self._is_due(source, taken_at)]
        first = [source for source in due if source is not Source.PRICES]
        before = self.known.orders()
        wanted = self.wanted()
        answers = self._asking.ask(first, replace(wanted, symbols=wanted.symbols | self.known.recent))
        self._learn(answers, taken_at)
        if Source.PRICES in due:
            prices = self._asking.ask([Source.PRICES], self.wanted())
            self._learn(prices, taken_at)
            answers |= prices
        standing = self._standing_prices(due, taken_at)
        answers |= with_mark_prices(answers, standing)
        prices_at = None if Source.PRICES in due else self._answered_at.get(Source.PRICES)
        answers |= with_directions(answers, before, standing, prices_at)
        self._learn({source: answers[source] for source in order_sources(answers)}, taken_at)
        return Observation(
            account=self.account,
            taken_at=taken_at,
            results={source: _result_of(answer) for source, answer in answers.items()},
            valuation=valuation_of(self.account, answers, self.known, taken_at),
            duration_ms=round((self._clock.now() - began) * 1000),
            not_due=frozenset(self.account.sources) - frozenset(due),
        )

    def _is_due(self, source: Source, at: datetime) -> bool:
        """Whether the time of a source has come, or comes before half of the way to the next refresh."""
        every, answered_at = self.account.request_interval(source), self._answered_at.get(source)
        if every <= self.account.expected or answered_at is None or at < answered_at:
            return True
        return at - answered_at >= every - self.account.expected / 2

    def _standing_prices(self, due: Sequence[Source], at: datetime) -> Mapping[str, Price]:
        """The prices that stand for those of this refresh, where they were not due in it."""
        return {} if Source.PRICES in due else self.known.prices(at, self.account.request_interval(Source.PRICES))

    def wanted(self) -> AccountScope:
        """What prices are wanted for, as far as is known by now."""
        return self.known.wanted(self.account.base_currency, self._display_currencies)

    def _learn(self, answers: Mapping[Source, SourceResult | Failure], taken_at: datetime) -> None:
        for source, answer in answers.items():
            if isinstance(answer, SourceResult):
                self._answered_at[source] = taken_at
                self.known.learn(source, answer.success, taken_at)
            else:
                self._answered_at.pop(source, None)


def with_directions(
    answers: Mapping[Source, SourceResult | Failure],
    before: Mapping[tuple[Source, str], Order],
    standing: Mapping[str, Price],
    standing_at: datetime | None,
) -> dict[Source, SourceResult]:
    """The answers about orders, with what the prices of this refresh tell of their triggers.

    `before` are the orders as they last stood: what was decided for one of them stays. `standing` are the prices that
    count where none were asked, and `standing_at` is their moment.
    """
    prices = _market_prices(answers, standing)
    answered: dict[Source, SourceResult] = {}
    for source in order_sources(answers):
        answer = answers[source]
        if isinstance(answer, SourceResult):
            orders = with_trigger_state(answer.success.rows, before, prices, standing_at)
            answered[source] = replace(answer, success=replace(answer.success, rows=orders))
    return answered


def with_mark_prices(
    answers: Mapping[Source, SourceResult | Failure], standing: Mapping[str, Price]
) -> dict[Source, SourceResult]:
    """The positions with the marks of their markets, where the exchange states none beside them."""
    answer = answers.get(Source.POSITIONS)
    if not isinstance(answer, SourceResult):
        return {}
    prices = {**standing, **{price.symbol: price for price in _rows(answers, Source.PRICES)}}
    rows = with_marks(answer.success.rows, prices)
    return {Source.POSITIONS: replace(answer, success=replace(answer.success, rows=rows))}


def _market_prices(answers: Mapping[Source, SourceResult | Failure], standing: Mapping[str, Price]) -> dict[str, Price]:
    """The price of each market by symbol. Where no ticker states a mark, that of a position counts. A spot book without
    a ticker has the price of the perpetual on the same pair."""
    prices: dict[str, Price] = {**standing, **{price.symbol: price for price in _rows(answers, Source.PRICES)}}
    for position in _rows(answers, Source.POSITIONS):
        price = prices.get(position.symbol)
        if position.mark_price is not None and (price is None or price.mark is None):
            price = price or Price(position.symbol, position.base or "", position.quote or "", last=None)
            prices[position.symbol] = replace(price, mark=position.mark_price)
    return {symbol.partition(":")[0]: price for symbol, price in prices.items() if "-" not in symbol} | prices


def _rows(answers: Mapping[Source, SourceResult | Failure], source: Source) -> tuple[Any, ...]:
    answer = answers.get(source)
    return answer.success.rows if isinstance(answer, SourceResult) else ()


def valuation_of(
    account: Account, answers: Mapping[Source, SourceResult | Failure], known: LastKnown, at: datetime
) -> Valuation | None:
    """What the account is worth by these answers; None when they do not tell, so that the former value stands.

    An account's worth that the exchange states is kept as stated, with the computed value beside it. Otherwise it is
    computed, with the stated equity of its wallets beside it, and only when balances and positions answered: a partial
    refresh must not draw a cliff.
    """
    balances = answers.get(Source.BALANCES)
    if not isinstance(balances, SourceResult):
        return None
    positions = answers.get(Source.POSITIONS)
    if Source.POSITIONS in account.sources and not isinstance(positions, SourceResult):
        return balances.stated
    rows = positions.success.rows if isinstance(positions, SourceResult) else ()
    currency = balances.stated.currency if balances.stated is not None else account.base_currency
    computed = computed_valuation(balances.success.rows, rows, known.rates(at), currency, balances.equities)
    return computed if balances.stated is None else compared(balances.stated, computed)


def _result_of(answer: SourceResult | Failure) -> Success[Any] | Failure:
    return answer if isinstance(answer, Failure) else answer.success
