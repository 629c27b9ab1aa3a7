"""Stated costs in the configuration: read whole, and each problem in one line with field, value and remedy."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from domain.stated_cost import StatedCost
from tests.refresher.configuration.test_configuration import account, folder, loaded, problems

__all__ = ["folder"]

GOOD = {"account": '"main"', "deposit": '"deposit/1"', "cost": '"1234.56"'}


def costs(**lines: str) -> str:
    return "[[costs]]\n" + "".join(f"{name} = {value}\n" for name, value in (GOOD | lines).items())


def test_a_cost_is_in_the_base_currency_unless_it_names_another(folder: Path) -> None:
    text = account() + costs() + costs(deposit='"2"', currency='"EUR"', acquired="2021-03-04", cost="0.10")
    assert loaded(folder, text).costs == {
        "main": (
            StatedCost("deposit/1", Decimal("1234.56"), "USD"),
            StatedCost("2", Decimal("0.1"), "EUR", datetime(2021, 3, 4, 12, tzinfo=UTC)),
        )
    }


def test_without_costs_there_are_none(folder: Path) -> None:
    assert loaded(folder, account()).costs == {"main": ()}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ({"cost": '"much"'}, "costs[1].cost = 'much': not an amount; write what the deposit cost in all, e.g. cost ="),
        ({"cost": "-1"}, "costs[1].cost = -1: negative; write what was paid, or 0 for a gift without a cost"),
        ({"cost": "inf"}, "costs[1].cost = inf: not an amount"),
        ({"deposit": "7"}, "costs[1].deposit = 7: not a text; write it in quotes"),
        ({"currency": '"euro"'}, "costs[1].currency = 'euro': not a currency code"),
        ({"acquired": '"spring"'}, "costs[1].acquired = 'spring': not a day; write a day, as in 2021-03-04"),
        ({"acquired": "2021-03-04T15:00:00"}, "costs[1].acquired = '2021-03-04 15:00:00': has no time zone"),
        ({"acquired": "2999-01-01"}, "costs[1].acquired = '2999-01-01': not between 1970 and today"),
        ({"amount": '"1"'}, "costs[1].amount: unknown setting; did you mean account?"),
        ({"account": '"mian"'}, "costs[1].account = 'mian': no such account; the accounts are main"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(folder: Path, lines: dict[str, str], problem: str) -> None:
    (line,) = problems(folder, account() + costs(**lines))
    assert problem in line


def test_a_missing_cost_and_a_second_one_are_problems(folder: Path) -> None:
    (line,) = problems(folder, account() + '[[costs]]\naccount = "main"\ndeposit = "1"\n')
    assert 'costs[1].cost: missing; add it, e.g. cost = "1234.56"' in line
    (line,) = problems(folder, account() + costs() + costs(cost="2"))
    assert "costs: deposit = 'deposit/1' of account 'main' has 2 costs; give it one" in line
    (line,) = problems(folder, "costs = 1\n" + account())
    assert "costs = 1: not a list of costs; write [[costs]]" in line
