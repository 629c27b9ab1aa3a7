"""One refresh: the observation made from the answers, and the value of the account."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from db.stopping import Stop
from domain.snapshot import Account, Observation
from domain.sources import Source, SourceKind, Success
from domain.valuation import StatedEquity, Valuation, ValueOrigin
from exchanges.connection.errors import Temporary
from refresher.present.account_refresh import AccountRefresher
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import SourceFetcher
from tests import factories
from tests.exchanges.simulated_clock import ManualClock
from tests.factories import NOON, later
from tests.refresher.readers import ScriptedReader

DOWN = Temporary("the exchange is away")


def refresher(reader: ScriptedReader, last_known: LastKnown | None = None, **account: Any) -> AccountRefresher:
    configured: Account = factories.account(**account)
    return AccountRefresher(
        configured, SourceFetcher(reader, dict.fromkeys(SourceKind, 5.0), Stop()), ("USD", "EUR"), last_known
    )


def script(**given: Any) -> dict[Source, Any]:
    return {Source(name): rows for name, rows in given.items()}


def test_prices_are_requested_for_holdings_orders_and_positions() -> None:
    reader = ScriptedReader(
        script(
            balances=[factories.balance("BTC"), factories.balance("DUST", "0"), factories.balance("USD", "-50")],
            orders=[factories.order(symbol="ETH/USD")],
            triggers=[factories.stop(symbol="SOL/USDT")],
            positions=[factories.position("BTC/USD:USD")],
        )
    )
    refresher(reader, base_currency="CHF").refresh_account()
    scope = reader.scope_for(Source.PRICES)
    assert scope.assets == {"BTC", "USD"}
    assert scope.symbols == {"ETH/USD", "SOL/USDT", "BTC/USD:USD"}
    assert scope.display_currencies == {"CHF", "USD", "EUR"}


def test_prices_are_requested_for_carried_rows_of_a_failed_source() -> None:
    snapshot = factories.snapshot(
        balances=[factories.balance("ETH")],
        orders=[factories.order(symbol="ADA/USD"), factories.stop(symbol="SOL/USD")],
    )
    reader = ScriptedReader(script(balances=DOWN, triggers=DOWN, orders=[factories.order(symbol="XRP/USD")]))
    refresher(reader, LastKnown.from_snapshot(snapshot)).refresh_account()
    scope = reader.scope_for(Source.PRICES)
    assert scope.assets == {"ETH"}
    assert scope.symbols == {"XRP/USD", "SOL/USD"}


def test_orders_are_requested_in_recently_traded_markets() -> None:
    """An order may be open in a market without any holding. Its price is fetched when the order is known."""
    last_known = LastKnown()
    last_known.add_traded(["SOL/USD"])
    reader = ScriptedReader(script(balances=[], orders=[factories.order(symbol="ETH/USD")]))
    watching = refresher(reader, last_known)
    watching.refresh_account()
    assert reader.scope_for(Source.ORDERS).symbols == {"SOL/USD"}
    assert reader.scope_for(Source.PRICES).symbols == {"ETH/USD"}
    last_known.update(Source.ORDERS, Success(()), NOON)
    watching.refresh_account()
    assert reader.scope_for(Source.ORDERS).symbols == {"SOL/USD", "ETH/USD"}


def test_only_the_twenty_latest_traded_markets_are_recent() -> None:
    last_known = LastKnown()
    last_known.add_traded(f"C{n}/USD" for n in range(100))
    last_known.add_traded(["LAST/USD"])
    assert last_known.recent == {"LAST/USD", *(f"C{n}/USD" for n in range(19))}


def test_a_stated_value_stands_as_stated_with_the_computed_one_beside_it() -> None:
    reader = ScriptedReader(
        script(balances=[factories.balance("BTC", "2")], prices=[factories.price("BTC/USD", "100")]),
        stated=factories.valuation("199.5"),
    )
    value = refresher(reader).refresh_account().valuation
    assert value is not None
    assert (value.origin, value.net_value, value.computed_value) == (
        ValueOrigin.STATED,
        Decimal("199.5"),
        Decimal("200"),
    )
    assert value.difference == Decimal("-0.5")


def test_an_unstated_value_is_computed_in_the_base_currency_and_unpriced_assets_are_listed() -> None:
    reader = ScriptedReader(
        script(
            balances=[factories.balance("BTC", "2"), factories.balance("NOMARKET", "7")],
            prices=[factories.price("BTC/EUR", "90")],
        )
    )
    value = refresher(reader, base_currency="EUR").refresh_account().valuation
    assert value is not None
    assert (value.origin, value.currency, value.net_value) == (ValueOrigin.COMPUTED, "EUR", Decimal(180))
    assert value.unpriced == ("NOMARKET",)


def test_the_stated_equity_of_a_wallet_stands_beside_the_computed_value() -> None:
    reader = ScriptedReader(
        script(
            balances=[factories.balance("USDT", "1100", wallet="swap")],
            positions=[factories.position("BTC/USDT:USDT", unrealised_pnl=Decimal(140))],
        ),
        equities=(StatedEquity("swap", "USDT", Decimal(1240)),),
    )
    value = refresher(reader, base_currency="USDT").refresh_account().valuation
    assert value is not None
    assert (value.origin, value.net_value, value.stated_value) == (ValueOrigin.COMPUTED, 1240, 1240)


def test_without_balances_the_former_value_stands() -> None:
    reader = ScriptedReader(script(balances=DOWN), stated=factories.valuation())
    assert refresher(reader).refresh_account().valuation is None


def test_without_positions_a_stated_value_stands_alone_and_none_is_computed() -> None:
    held = [factories.balance("USD", "5")]
    stated = refresher(
        ScriptedReader(script(balances=held, positions=DOWN), stated=factories.valuation("5"))
    ).refresh_account()
    assert stated.valuation == factories.valuation("5")
    computed = refresher(ScriptedReader(script(balances=held, positions=DOWN))).refresh_account()
    assert computed.valuation is None


def test_an_account_without_contracts_needs_no_positions_to_be_valued() -> None:
    reader = ScriptedReader(script(balances=[factories.balance("USD", "5")]))
    value = refresher(reader, sources=(Source.BALANCES, Source.PRICES)).refresh_account().valuation
    assert value is not None
    assert value.net_value == 5


def test_a_missing_ticker_keeps_its_last_price_for_an_hour() -> None:
    last_known = LastKnown()
    both = [factories.price("BTC/USD", "100"), factories.price("ETH/USD", "10")]
    last_known.update(Source.PRICES, Success(tuple(both)), NOON)
    last_known.update(Source.PRICES, Success((both[0], factories.price("ETH/USD", None))), later(3000))
    assert last_known.rates(later(3000)).rate("ETH", "USD") == 10
    last_known.update(Source.PRICES, Success((both[0],)), later(3601))
    assert last_known.rates(later(3601)).rate("ETH", "USD") is None


@pytest.mark.parametrize("halted", [{"is_active": False}, {"volume": Decimal(0)}], ids=["closed", "without trades"])
def test_the_last_price_of_a_market_that_was_halted_does_not_stand(halted: dict[str, Any]) -> None:
    last_known = LastKnown()
    last_known.update(Source.PRICES, Success((factories.price("LUNA/USD", "80"),)), NOON)
    last_known.update(Source.PRICES, Success((factories.price("LUNA/USD", "80", **halted),)), later(30))
    assert last_known.rates(later(30)).rate("LUNA", "USD") is None


def test_old_prices_are_not_used_after_a_restart() -> None:
    carried = {Source.PRICES: NOON}
    snapshot = factories.snapshot(taken_at=later(7200), prices=[factories.price("BTC/USD", "100")], carried=carried)
    last_known = LastKnown.from_snapshot(snapshot)
    assert last_known.rates(later(3600)).rate("BTC", "USD") == 100
    assert last_known.rates(later(7200)).rate("BTC", "USD") is None


def test_the_last_known_prices_are_used_if_prices_fail() -> None:
    snapshot = factories.snapshot(taken_at=datetime.now(UTC), prices=[factories.price("BTC/USD", "100")])
    last_known = LastKnown.from_snapshot(snapshot)
    reader = ScriptedReader(script(balances=[factories.balance("BTC", "3")], prices=DOWN))
    value: Valuation | None = refresher(reader, last_known).refresh_account().valuation
    assert value is not None
    assert value.net_value == 300


def test_taken_at_precedes_the_first_request() -> None:
    reader = ScriptedReader({})
    account_refresher = refresher(reader)
    first, second = account_refresher.refresh_account(), account_refresher.refresh_account()
    assert first.taken_at < second.taken_at
    assert first.taken_at.utcoffset() is not None
    assert set(first.results) == set(account_refresher.account.sources)


class Watch:
    """An account with a refresh every 10 s, and triggers every 30 s at most."""

    def __init__(self, **given: Any) -> None:
        self.clock = ManualClock()
        self.reader = ScriptedReader(script(**given))
        account = factories.account(refresh_seconds=10, least_seconds=((Source.TRIGGERS, 25),))
        fetcher = SourceFetcher(self.reader, dict.fromkeys(SourceKind, 5.0), Stop(), self.clock)
        self._refresher = AccountRefresher(account, fetcher, ("USD",))

    def refresh(self, after: float = 10.0, **how: Any) -> Observation:
        self.clock.seconds += after
        return self._refresher.refresh_account(**how)


def test_a_costly_source_is_read_at_its_own_interval_and_the_others_at_each_refresh() -> None:
    watch = Watch(triggers=[factories.stop()])
    fetched = [Source.TRIGGERS in watch.refresh().results for _ in range(7)]
    assert fetched == [True, False, False, True, False, False, True]
    assert [source for source, _ in watch.reader.fetched].count(Source.BALANCES) == 7


def test_refreshes_that_come_a_little_early_or_late_keep_the_pace() -> None:
    watch = Watch()
    fetched = [Source.TRIGGERS in watch.refresh(after).results for after in (0, 9.1, 10.9, 9.2, 9.5, 10.2, 9.4)]
    assert fetched == [True, False, False, True, False, False, True]


def test_a_source_that_is_not_due_is_named_and_its_rows_stand() -> None:
    watch = Watch(triggers=[factories.stop(symbol="SOL/USD")])
    watch.refresh()
    assert watch.refresh().not_due == {Source.TRIGGERS}
    assert "SOL/USD" in watch.reader.scope_for(Source.PRICES).symbols


def test_a_costly_source_is_read_again_at_the_next_refresh_after_a_failure() -> None:
    watch = Watch(triggers=DOWN)
    assert all(Source.TRIGGERS in watch.refresh().results for _ in range(3))


def test_a_manual_refresh_reads_every_source() -> None:
    watch = Watch()
    watch.refresh()
    assert Source.TRIGGERS in watch.refresh(1.0, all_sources=True).results
    assert [Source.TRIGGERS in watch.refresh().results for _ in range(3)] == [False, False, True]


def test_a_clock_that_was_set_back_makes_a_costly_source_due() -> None:
    watch = Watch()
    watch.refresh()
    assert Source.TRIGGERS in watch.refresh(-3600).results


def test_a_price_that_hardly_moved_is_recorded_and_valued_as_before() -> None:
    """So the sum of the holdings on a page equals the net value beside it."""
    reader = ScriptedReader(
        script(balances=[factories.balance("BTC", "2")], prices=[factories.price("BTC/USD", "95001")])
    )
    account = factories.account()
    fetcher = SourceFetcher(reader, dict.fromkeys(SourceKind, 5.0), Stop())
    recorded = {"BTC/USD": factories.price("BTC/USD", "95000")}
    seen = AccountRefresher(account, fetcher, ("USD",), None, lambda: recorded).refresh_account()
    assert seen.rows(Source.PRICES) == (factories.price("BTC/USD", "95000"),)
    assert seen.valuation is not None
    assert seen.valuation.net_value == Decimal(190_000)
