"""The scripted week: prices move only where the script says so. It begins where the past ends.

Monday a deposit, Tuesday a flash wick inside one candle, Wednesday an outage of the trigger orders, Thursday a stop
that its owner cancels and places again, Friday a crash through the stop. The outage is a fault of the wire: whoever
plays the week orders it at its time.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from simulator.clock import HOUR, MINUTE
from simulator.exchange import Exchange
from simulator.orders import SELL, STOP_LOSS, Ticket
from simulator.traders import Script

BOOK = "BTC_USD"
FIRST_PRICE, STOP_AT = "100000", "80000"
_TUESDAY, _WEDNESDAY, _THURSDAY, _FRIDAY = (day * 24 * HOUR for day in (1, 2, 3, 4))
OUTAGE = (_WEDNESDAY + 6 * HOUR + 5 * MINUTE, _WEDNESDAY + 8 * HOUR + 5 * MINUTE)
OUTAGE_OF = "private/advanced/get-open-orders"
LASTS = 7 * 24 * HOUR

Act = Callable[[Exchange, int], None]


def week(exchange: Exchange, _seed: int) -> None:
    """One bitcoin with a stop, some dollars, and the script."""
    exchange.walk.stand_still()
    start = exchange.tape.end
    before: list[tuple[int, Act]] = [
        (exchange.tape.start, partial(_transfer, asset="USD", amount="20000")),
        (exchange.tape.start, partial(_transfer, asset="BTC", amount="1")),
    ]
    exchange.traders.append(Script([*before, *((start + offset, act) for offset, act in _acts())]))


def _acts() -> list[tuple[int, Act]]:
    def price(value: str) -> Act:
        return partial(_move, price=value)

    return [
        (0, price(FIRST_PRICE)),
        (0, _place_stop),
        (9 * HOUR + 10 * MINUTE, partial(_transfer, asset="USD", amount="5000")),
        (_TUESDAY + 10 * HOUR + 40 * MINUTE, price("85000")),
        (_TUESDAY + 10 * HOUR + 45 * MINUTE, price(FIRST_PRICE)),
        (_THURSDAY + 12 * HOUR + 10 * MINUTE, _cancel_stop),
        (_THURSDAY + 14 * HOUR + 10 * MINUTE, _place_stop),
        (_FRIDAY + 15 * HOUR + 10 * MINUTE, price("96000")),
        (_FRIDAY + 15 * HOUR + 40 * MINUTE, price("86000")),
        (_FRIDAY + 16 * HOUR + 10 * MINUTE, price("79000")),
        (_FRIDAY + 16 * HOUR + 40 * MINUTE, price("76000")),
    ]


def _move(exchange: Exchange, _at: int, *, price: str) -> None:
    exchange.move_to(BOOK, Decimal(price))


def _transfer(exchange: Exchange, at: int, *, asset: str, amount: str) -> None:
    exchange.transfer(asset, Decimal(amount), at)


def _place_stop(exchange: Exchange, at: int) -> None:
    ticket = Ticket(exchange.book_named[BOOK], SELL, STOP_LOSS, Decimal(1), trigger=Decimal(STOP_AT), tag="week")
    exchange.engine.place(ticket, at)


def _cancel_stop(exchange: Exchange, at: int) -> None:
    for order in list(exchange.engine.open.values()):
        exchange.engine.cancel(order, at)
