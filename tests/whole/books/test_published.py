"""Published worked examples from end to end: through Postgres to the gains of fills, and to the tax year by any method.

Each example is a coin of its own, so that one account holds all of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from domain.coin_lots import LotMethod
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.transfers import Transfer, TransferKind
from tests.domain.published.test_lot_methods import GAINS
from tests.whole.books.story import Story, at, moved, traded

COINS = {f"EXAMPLE{n}": row for n, row in enumerate(GAINS)}


def rows_of(coin: str, history: Iterable[str]) -> Iterable[tuple[int, Fill | None, Decimal, Decimal]]:
    """The hour, the fill (None for income), the quantity and the value of one unit."""
    for hour, line in enumerate(history):
        quantity, value, *fees = line.removeprefix("income ").split()
        unit = Decimal(value) / abs(Decimal(quantity))
        if line.startswith("income "):
            yield hour, None, Decimal(quantity), unit
            continue
        fee = fees[0] if fees else "0"
        amount = quantity.removeprefix("+")
        yield hour, traded(f"{coin}/{hour}", hour, f"{coin}/USD", amount, str(unit), fee=fee), Decimal(quantity), unit


def tell(story: Story, name: str, method: CostMethod) -> None:
    """All examples as the history of one account."""
    (account,) = story.accounts(name, cost_method=method)
    prices: dict[int, dict[str, str]] = defaultdict(dict)
    rows: list[Fill | Transfer] = []
    for coin, (_, _, history, _) in COINS.items():
        for hour, bought_or_sold, quantity, unit in rows_of(coin, history):
            if bought_or_sold is None:
                prices[hour][coin] = str(unit)
                earned = moved(hour, coin, str(quantity), kind=TransferKind.INTEREST)
                rows.append(replace(earned, key=f"{coin}/{hour}"))
            else:
                rows.append(bought_or_sold)
    for hour, units in sorted(prices.items()):
        story.saw(account, hour, None, None, **units)
    story.did(account, *rows)


def is_that_of(source: str, found: Decimal, gain: str) -> None:
    assert found.quantize(Decimal(gain)) == Decimal(gain), source


def test_gains_of_fills_are_those_of_the_sources(story: Story) -> None:
    for method in CostMethod:
        tell(story, f"by-{method}", method)
        for coin, (source, by, _, gain) in COINS.items():
            if by.value == method.value:
                gained = story.realised(account=f"by-{method}", symbol=f"{coin}/USD", limit=1000).values()
                assert None not in gained, source
                is_that_of(source, sum((part for part in gained if part is not None), Decimal(0)), gain)


def test_gains_of_the_tax_year_are_those_of_the_sources_by_any_method(story: Story) -> None:
    tell(story, "main", CostMethod.AVERAGE)
    for method in LotMethod:
        (year,) = story.told("tax", year=at(0).year, method=method.value, format="json")["accounts"]
        gains: dict[str, Decimal] = defaultdict(Decimal)
        for disposal in year["disposals"]:
            gains[disposal["coin"]] += Decimal(disposal["gain"])
        for coin, (source, by, _, gain) in COINS.items():
            if by is method:
                is_that_of(source, gains[coin], gain)
