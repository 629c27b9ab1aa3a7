"""`--check` on an account's value: priced and assumed assets, positions left out, and the stated value."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.sources import Source, Success
from domain.valuation import StatedEquity
from exchanges.contracts import SourceResult
from refresher.commands.check import Finding, Verdict, value_findings
from refresher.present.last_known import LastKnown
from tests.factories import balance, position, price, valuation

GOOD, WARNING, BAD = Verdict.GOOD, Verdict.WARNING, Verdict.BAD


def findings(rows: dict[str, list[Any]], currency: str = "USD", **answer: Any) -> list[Finding]:
    last_known = LastKnown()
    for name, records in rows.items():
        last_known.update(Source(name), Success(tuple(records)), datetime.now(UTC))
    return list(value_findings(last_known, SourceResult(Success(()), **answer), currency))


def test_the_check_names_dollar_coins_without_a_book_as_assumed_dollars() -> None:
    held: dict[str, list[Any]] = {
        "balances": [balance("USDT", "5"), balance("BTC", "1")],
        "prices": [price("BTC/USDT", "9")],
    }
    assert findings(held) == [
        Finding("base currency", GOOD, "2 of 2 assets priced in USD; no price is known, so assumed: 1 USDT = 1 USD")
    ]
    assert findings(held, "USDT") == [Finding("base currency", GOOD, "2 of 2 assets priced in USDT")]


def test_another_currency_without_a_price_fails_the_check() -> None:
    shown = findings({"balances": [balance("USDT", "5")]}, "EUR")
    assert shown == [Finding("base currency", BAD, "no holding can be priced in EUR")]


def test_assets_in_no_total_are_named() -> None:
    held = [balance("USD", "5"), balance("NOPE", "2")]
    (shown,) = findings({"balances": held, "positions": [position("DEAD/USD:USD", "3")]})
    assert shown.verdict is WARNING
    assert shown.detail == (
        "1 of 2 assets priced in USD; without a price: NOPE; in no total: DEAD/USD:USD short 3 DEAD"
    )


def test_the_stated_value_is_compared_with_the_computed_one_and_a_difference_is_a_warning() -> None:
    for equity, verdict in (("1003", GOOD), ("1240", WARNING)):
        stated = (StatedEquity("main", "USD", Decimal(equity)),)
        _, shown = findings({"balances": [balance("USD", "1000")]}, equities=stated)
        assert shown == Finding(
            "net value", verdict, f"the exchange states {equity}.00 USD, Stillframe computes 1000.00"
        )
    _, shown = findings({"balances": [balance("USD", "1000")]}, "EUR", stated=valuation("900"))
    assert (shown.what, shown.verdict) == ("net value", WARNING)
