"""Attribution: lines that add up to the change, computed each by itself."""

from datetime import timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attribution import Attribution, Holding, Line, Moved, added, attribution_of, price_effect, without_own
from domain.lots import EXACT
from domain.transfer_matches import matches_of, name_of
from domain.transfers import TransferKind
from tests.factories import NOON, transfer

ONE, ZERO = Decimal(1), Decimal(0)


def number(text: str | int) -> Decimal:
    return Decimal(text)


def test_a_coin_of_known_cost_gained_the_move_of_its_price() -> None:
    """Cost 90, worth 100 at the begin, sold at 120: realised 30, open gain from 10 to 0."""
    begin, end = Holding(ONE, number(100), ONE, number(90)), Holding(price=number(130))
    sold = Moved(realised=number(30))
    assert price_effect("BTC", begin, end, sold).total == 20


def test_a_coin_of_unknown_cost_gained_its_quantity_times_the_move() -> None:
    begin, end = Holding(ONE, number(100)), Holding(price=number(130))
    assert price_effect("BTC", begin, end, Moved(other=-ONE, other_value=number(-120))).total == 20
    assert price_effect("BTC", begin, Holding(ONE, number(130)), Moved()).total == 30


def test_a_withdrawal_of_known_cost_gained_until_it_left() -> None:
    begin, end = Holding(ONE, number(100), ONE, number(90)), Holding(price=number(200))
    assert price_effect("BTC", begin, end, Moved(carried=number(110 - 90))).known == 10


def test_without_a_price_the_effect_is_unknown() -> None:
    assert price_effect("X", Holding(ONE, None), Holding(ONE, number(5)), Moved()).total is None
    assert price_effect("X", Holding(ONE, number(5), ONE, ONE), Holding(ONE, None, ONE, ONE), Moved()).total is None


def test_the_rest_is_what_no_line_explains() -> None:
    effects = [price_effect("BTC", Holding(ONE, number(100)), Holding(ONE, number(130)), Moved())]
    found = attribution_of(number(25), effects, {Line.FEES: number(-3), Line.FLOWS: number(0)})
    assert found.lines == {Line.PRICES: 30, Line.FEES: -3, Line.FLOWS: 0}
    assert found.rest == -2


prices = st.integers(1, 10_000).map(Decimal)
quantities = st.integers(1, 1_000).map(lambda n: Decimal(n) / 10)
Steps = list[tuple[str, Decimal, Decimal]]
steps = st.lists(st.tuples(st.sampled_from(["buy", "sell", "deposit", "withdraw"]), quantities, prices), max_size=15)


class Account:
    """One coin and dollars, by plain arithmetic: average cost over all coins of known cost."""

    def __init__(self, quantity: Decimal) -> None:
        self.quantity, self.dollars, self.flows = quantity, Decimal(10**9), ZERO
        self.known = self.cost = ZERO
        self.movements: list[Moved] = []

    def step(self, kind: str, quantity: Decimal, price: Decimal) -> None:
        quantity = quantity if kind in ("buy", "deposit") else -min(quantity, self.quantity)
        if not quantity:
            return
        value = abs(quantity) * price
        known, cost = self._known_part(kind, quantity, value)
        self.quantity, self.known, self.cost = self.quantity + quantity, self.known + known, self.cost + cost
        if kind in ("buy", "sell"):
            self.dollars -= value if quantity > 0 else -value
        else:
            self.flows += value if quantity > 0 else -value
        self.movements.append(_moved(kind, quantity, price, known, cost))

    def _known_part(self, kind: str, quantity: Decimal, value: Decimal) -> tuple[Decimal, Decimal]:
        if quantity > 0:
            return (quantity, value) if kind == "buy" else (ZERO, ZERO)
        known = min(-quantity, self.known)
        return -known, ZERO if not known else -(self.cost * known / self.known)

    def holding(self, price: Decimal) -> Holding:
        return Holding(self.quantity, price, self.known, self.cost)

    def worth(self, price: Decimal) -> Decimal:
        return self.dollars + self.quantity * price


def _moved(kind: str, quantity: Decimal, price: Decimal, known: Decimal, cost: Decimal) -> Moved:
    gained = cost - known * price
    other = quantity - known
    is_trade = kind in ("buy", "sell")
    return Moved(gained if is_trade else ZERO, ZERO if is_trade else gained, other, other * price)


def together(movements: list[Moved]) -> Moved:
    return sum(movements, Moved())


@given(quantities, prices, steps, prices)
def test_the_lines_add_up_to_the_change_of_net_value(
    held: Decimal, first: Decimal, history: Steps, last: Decimal
) -> None:
    with localcontext(EXACT, prec=200):
        account = Account(held)
        begin, worth = account.holding(first), account.worth(first)
        for step in history:
            account.step(*step)
        effect = price_effect("BTC", begin, account.holding(last), together(account.movements))
        found = attribution_of(account.worth(last) - worth, [effect], {Line.FLOWS: account.flows})
        assert abs(found.rest) < Decimal("1e-20")


@given(quantities, prices, steps, prices, steps, prices)
def test_parts_of_a_period_add_up_to_the_period(
    held: Decimal, first: Decimal, early: Steps, middle: Decimal, late: Steps, last: Decimal
) -> None:
    with localcontext(EXACT, prec=200):
        account = Account(held)
        begin = account.holding(first)
        for step in early:
            account.step(*step)
        cut, before = account.holding(middle), len(account.movements)
        for step in late:
            account.step(*step)
        end = account.holding(last)
        parts = [
            price_effect("BTC", begin, cut, together(account.movements[:before])).total,
            price_effect("BTC", cut, end, together(account.movements[before:])).total,
        ]
        whole = price_effect("BTC", begin, end, together(account.movements)).total
        assert whole is not None
        assert abs(sum(part for part in parts if part is not None) - whole) < Decimal("1e-20")


@pytest.mark.parametrize("value", [None, number(110)])
def test_a_movement_without_a_value_is_in_the_rest(value: Decimal | None) -> None:
    """1 of unknown cost at 100 and 1 that comes in at 110: at 120 they gained 20 and 10."""
    moved = Moved(unvalued_other=ONE) if value is None else Moved(other=ONE, other_value=value)
    effect = price_effect("BTC", Holding(ONE, number(100)), Holding(ONE + 1, number(120)), moved)
    found = Attribution(number(140), {Line.PRICES: effect.total or ZERO, Line.FLOWS: value or ZERO}, [effect])
    assert found.rest == (0 if value is not None else 100)


def test_accounts_add_up_line_by_line() -> None:
    one = attribution_of(
        number(25), [price_effect("BTC", Holding(ONE, number(1)), Holding(ONE, number(3)), Moved())], {}
    )
    two = attribution_of(number(5), [price_effect("BTC", Holding(ONE, None), Holding(ONE, number(3)), Moved())], {})
    assert added([one, one]).rest == 46
    assert [effect.total for effect in added([one, one]).effects] == [4]
    assert added([one, two]).effects[0].total is None
    assert added([one, two]).lines[Line.PRICES] == 2


@pytest.mark.parametrize(
    ("inside", "change", "flows", "prices"),
    [(("sent", "got"), -5, 0, -5), (("sent",), 0, 0, 0), (("got",), -5, 0, -5)],
)
def test_a_transfer_between_own_accounts_is_no_flow(
    inside: tuple[str, ...], change: int, flows: int, prices: int
) -> None:
    """100 leave one account and arrive as 95 in the other: both together lost 5 by the price, on the day of arrival."""
    sent = transfer("sent", account="one", kind=TransferKind.WITHDRAWAL, amount="-1", at=NOON)
    got = transfer("got", account="two", amount="1", at=NOON + timedelta(hours=1))
    matches = {match.deposit.key: match for match in matches_of([sent, got]).values()}
    values = {name_of(sent): number(-100), name_of(got): number(95)}
    moved = {name: value for name, value in values.items() if name[1] in inside}
    recorded = Attribution(sum(moved.values(), ZERO), {Line.PRICES: ZERO, Line.FLOWS: sum(moved.values(), ZERO)})
    total = without_own(recorded, matches.values(), values, moved)
    assert (total.change, total.lines[Line.FLOWS], total.lines[Line.PRICES], total.rest) == (change, flows, prices, 0)
