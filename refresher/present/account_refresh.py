"""One refresh of one account: from requests to an observation that can be written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.marks import with_marks
from domain.net_value import computed_valuation
from domain.orders import Order
from domain.prices import Price
from domain.snapshot import Account, Observation
from domain.sources import Failure, Source, Success, order_sources
from domain.standing_prices import standing_prices
from domain.triggers import with_trigger_state
from domain.valuation import Valuation, compared
from exchanges.contracts import AccountScope, SourceResult
from refresher.present.changes import AccountState, Changes
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import SourceFetcher


class AccountRefresher:
    """Refreshes one account and remembers the last known rows. Touches no database.

    `recorded_prices` gives the prices of the venue as they were recorded last.
    """

    def __init__(
        self,
        account: Account,
        fetcher: SourceFetcher,
        display_currencies: Sequence[str],
        last_known: LastKnown | None = None,
        recorded_prices: Callable[[], Mapping[str, Price]] = dict,
    ) -> None:
        self.account = account
        self._fetcher = fetcher
        self._clock = fetcher.clock
        self._display_currencies = tuple(display_currencies)
        self._recorded_prices = recorded_prices
        self._answered_at: dict[Source, datetime] = {}
        self.last_known = last_known or LastKnown()
        self.changes = Changes()  # of the last refresh

    def refresh_account(self, *, all_sources: bool = False) -> Observation:
        """Fetch the due sources, or all. Raises Stopped when the process is asked to end.

        A source with a longer interval than the account is due when that interval has passed since its last answer. It
        is due at once if it failed. Prices come last, because they depend on the assets and orders of the other
        answers. For a source that failed, the last known rows count.
        """
        taken_at, began = self._clock.moment(), self._clock.now()
        due = [source for source in self.account.sources if all_sources or self._is_due(source, taken_at)]
        first = [source for source in due if source is not Source.PRICES]
        before, state_before = self.last_known.orders(), AccountState.of(self.last_known)
        scope = self.scope()
        answers = self._fetcher.fetch_all(first, replace(scope, symbols=scope.symbols | self.last_known.recent))
        self._update(answers, taken_at)
        if Source.PRICES in due:
            prices = self._fetcher.fetch_all([Source.PRICES], self.scope())
            self._update(prices, taken_at)
            answers |= prices
        last_prices = self._standing_prices(due, taken_at)
        answers |= with_mark_prices(answers, last_prices)
        prices_at = None if Source.PRICES in due else self._answered_at.get(Source.PRICES)
        answers |= with_directions(answers, before, last_prices, prices_at)
        answers |= with_standing_prices(answers, self._recorded_prices)
        changed = (*order_sources(answers), *({Source.PRICES} & answers.keys()))
        self._update({source: answers[source] for source in changed}, taken_at)
        self.changes = state_before.changes_to(AccountState.of(self.last_known), answers)
        return Observation(
            account=self.account,
            taken_at=taken_at,
            results={source: _result_of(answer) for source, answer in answers.items()},
            valuation=valuation_of(self.account, answers, self.last_known, taken_at),
            duration_ms=round((self._clock.now() - began) * 1000),
            not_due=frozenset(self.account.sources) - frozenset(due),
        )

    def _is_due(self, source: Source, at: datetime) -> bool:
        """True if a source is due, or will be due before half the time to the next refresh."""
        every, answered_at = self.account.request_interval(source), self._answered_at.get(source)
        if every <= self.account.expected or answered_at is None or at < answered_at:
            return True
        return at - answered_at >= every - self.account.expected / 2

    def _standing_prices(self, due: Sequence[Source], at: datetime) -> Mapping[str, Price]:
        """The last known prices, for a refresh that does not fetch prices."""
        return {} if Source.PRICES in due else self.last_known.prices(at, self.account.request_interval(Source.PRICES))

    def scope(self) -> AccountScope:
        """The assets and symbols that need prices, from the last known rows."""
        return self.last_known.scope(self.account.base_currency, self._display_currencies)

    def _update(self, answers: Mapping[Source, SourceResult | Failure], taken_at: datetime) -> None:
        for source, answer in answers.items():
            if isinstance(answer, SourceResult):
                self._answered_at[source] = taken_at
                self.last_known.update(source, answer.success, taken_at)
            else:
                self._answered_at.pop(source, None)


def with_directions(
    answers: Mapping[Source, SourceResult | Failure],
    before: Mapping[tuple[Source, str], Order],
    last_prices: Mapping[str, Price],
    last_prices_at: datetime | None,
) -> dict[Source, SourceResult]:
    """The order answers, with trigger directions decided from the prices of this refresh.

    `before` are the last known orders: a direction decided for one of them stays. `last_prices` replace the prices of a
    refresh that did not fetch any, and `last_prices_at` is their time.
    """
    prices = _market_prices(answers, last_prices)
    answered: dict[Source, SourceResult] = {}
    for source in order_sources(answers):
        answer = answers[source]
        if isinstance(answer, SourceResult):
            orders = with_trigger_state(answer.success.rows, before, prices, last_prices_at)
            answered[source] = replace(answer, success=replace(answer.success, rows=orders))
    return answered


def with_mark_prices(
    answers: Mapping[Source, SourceResult | Failure], last_prices: Mapping[str, Price]
) -> dict[Source, SourceResult]:
    """The positions with the mark prices of their markets, if the exchange states none in the position."""
    answer = answers.get(Source.POSITIONS)
    if not isinstance(answer, SourceResult):
        return {}
    prices = {**last_prices, **{price.symbol: price for price in _rows(answers, Source.PRICES)}}
    rows = with_marks(answer.success.rows, prices)
    return {Source.POSITIONS: replace(answer, success=replace(answer.success, rows=rows))}


def with_standing_prices(
    answers: Mapping[Source, SourceResult | Failure], recorded: Callable[[], Mapping[str, Price]]
) -> dict[Source, SourceResult]:
    """The prices to record and to value with. Triggers and marks were decided by the exact ones before."""
    answer = answers.get(Source.PRICES)
    if not isinstance(answer, SourceResult):
        return {}
    rows = standing_prices(recorded(), answer.success.rows)
    return {Source.PRICES: replace(answer, success=replace(answer.success, rows=rows))}


def _market_prices(
    answers: Mapping[Source, SourceResult | Failure], last_prices: Mapping[str, Price]
) -> dict[str, Price]:
    """The price of each market by symbol.

    Without a mark price in the ticker, the mark price of a position counts. A spot book without a ticker gets the price
    of the perpetual on the same pair.
    """
    prices: dict[str, Price] = {**last_prices, **{price.symbol: price for price in _rows(answers, Source.PRICES)}}
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
    account: Account, answers: Mapping[Source, SourceResult | Failure], last_known: LastKnown, at: datetime
) -> Valuation | None:
    """The account's value from these answers. None if they are not enough, and the previous value stands.

    A value stated by the exchange is kept, with the computed value beside it. Otherwise the value is computed, with the
    stated equity of the wallets beside it. Both balances and positions must have answered for a computed value, because
    a partial refresh must not draw a cliff into the equity curve.
    """
    balances = answers.get(Source.BALANCES)
    if not isinstance(balances, SourceResult):
        return None
    positions = answers.get(Source.POSITIONS)
    if Source.POSITIONS in account.sources and not isinstance(positions, SourceResult):
        return balances.stated
    rows = positions.success.rows if isinstance(positions, SourceResult) else ()
    currency = balances.stated.currency if balances.stated is not None else account.base_currency
    computed = computed_valuation(balances.success.rows, rows, last_known.rates(at), currency, balances.equities)
    return computed if balances.stated is None else compared(balances.stated, computed)


def _result_of(answer: SourceResult | Failure) -> Success[Any] | Failure:
    return answer if isinstance(answer, Failure) else answer.success
