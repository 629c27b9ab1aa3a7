"""The shape of a stated cost: one [[costs]] table for a deposit of unknown cost."""

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BeforeValidator, Field

from refresher.configuration.fields import Currency, Shape, refused

# A day without a time counts as its noon in UTC, which is that day almost everywhere.
_NOON = time(12, tzinfo=UTC)
_DIGITS = 40


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise refused("text", "not a text; write it in quotes")
    return value


def _amount(value: object) -> Decimal:
    """An amount of money, from a number or a text. A number is taken as it is written, up to 15 digits."""
    remedy = 'write what the deposit cost in all, e.g. cost = "1234.56"'
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refused("amount", f"not an amount; {remedy}")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise refused("amount", f"not an amount; {remedy}") from None
    if not amount.is_finite() or abs(amount.adjusted()) > _DIGITS or len(amount.as_tuple().digits) > _DIGITS:
        raise refused("amount", f"not an amount; {remedy}")
    if amount < 0:
        raise refused("amount", "negative; write what was paid, or 0 for a gift without a cost")
    return amount


def _moment(value: object) -> datetime:
    """When the coins were acquired: a day, or a moment with its zone."""
    remedy = "write a day, as in 2021-03-04, or a moment with its zone, as in 2021-03-04T15:00:00Z"
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            raise refused("moment", f"not a day; {remedy}") from None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise refused("moment", f"has no time zone; {remedy}")
        result = value
    elif isinstance(value, date):
        result = datetime.combine(value, _NOON)
    else:
        raise refused("moment", f"not a day; {remedy}")
    if result.year < 1970 or result.astimezone(UTC).date() > datetime.now(UTC).date():
        raise refused("moment", "not between 1970 and today; write the day on which the coins were acquired")
    return result.astimezone(UTC)


class CostShape(Shape):
    """One [[costs]] table."""

    account: Annotated[str, BeforeValidator(_text)] = Field(description="The name of the account.")
    deposit: Annotated[str, BeforeValidator(_text)] = Field(
        description="The id of the deposit, as in the CSV of Cash flow (`key`)."
    )
    cost: Annotated[Decimal, BeforeValidator(_amount)] = Field(
        description="What the whole deposit cost, fees included. 0 for a gift without a cost."
    )
    currency: Currency | None = Field(default=None, description="The currency of `cost`; `base_currency` if not given.")
    acquired: Annotated[datetime, BeforeValidator(_moment)] | None = Field(
        default=None, description="When the coins were acquired: a day, or a moment with its zone."
    )
