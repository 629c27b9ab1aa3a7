"""Worth: sums of past amounts at the values of their own moments, in one currency. No present price is in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from domain.gains import Converted
from domain.lots import EXACT, ZERO
from domain.money import DOLLARS


@dataclass(frozen=True, slots=True)
class Worth:
    """The value of all `known` amounts together. The worth of `unknown` more is not known, and they are left out.

    `is_assumed` if a dollar coin counted as one dollar for some of them. `is_by_day` if the day's sums were converted
    at a rate of their day, because no value in this currency is stored.
    """

    amount: Decimal = ZERO
    known: int = 0
    unknown: int = 0
    is_assumed: bool = False
    is_by_day: bool = False

    def __add__(self, other: "Worth") -> "Worth":
        with localcontext(EXACT):
            return Worth(
                self.amount + other.amount,
                self.known + other.known,
                self.unknown + other.unknown,
                self.is_assumed or other.is_assumed,
                self.is_by_day or other.is_by_day,
            )

    def __neg__(self) -> "Worth":
        return Worth(-self.amount, self.known, self.unknown, self.is_assumed, self.is_by_day)

    def at_rate(self, rate: Decimal | None) -> "Worth":
        """The worth in another currency, by the rate of its day. None: unknown."""
        if rate is None:
            return Worth(ZERO, 0, self.known + self.unknown, is_by_day=True)
        with localcontext(EXACT):
            return Worth(self.amount * rate, self.known, self.unknown, self.is_assumed, is_by_day=True)


NO_WORTH = Worth()
DOLLAR_COIN = "dollar coin"  # whose name is not stored with a value


def total_worth(amounts: Mapping[str | None, Decimal], worths: Mapping[str | None, Worth], currency: str) -> Converted:
    """The sum of the worths of amounts by currency. Amounts of unknown worth are named and left out.

    The total is None if the worth of no amount is known.
    """
    total, recorded, unvalued = ZERO, 0, 0
    unconverted: set[str] = set()
    assumed: set[str] = set()
    with localcontext(EXACT):
        for name, amount in amounts.items():
            worth = worths.get(name) or Worth(unknown=1 if amount else 0)
            total, recorded, unvalued = total + worth.amount, recorded + worth.known, unvalued + worth.unknown
            if worth.unknown:
                unconverted.add(name or "an unknown currency")
            if worth.is_assumed:
                assumed.add(assumed_coin(name))
    return Converted(
        currency,
        None if unvalued and not recorded else total,
        dict(amounts),
        tuple(sorted(unconverted)),
        tuple(sorted(assumed)),
        is_by_day=any(worth.is_by_day for worth in worths.values()),
    )


def assumed_coin(name: str | None) -> str:
    """The dollar coin behind an assumed value of an asset, as far as its name tells."""
    return name if name is not None and name in DOLLARS else DOLLAR_COIN


def added(worths: Iterable[tuple[str | None, Worth]]) -> Mapping[str | None, Worth]:
    """The sums of worths by currency."""
    by_currency: dict[str | None, Worth] = {}
    for name, worth in worths:
        by_currency[name] = by_currency.get(name, Worth()) + worth
    return by_currency
