"""The scenarios: the demo's portfolio with its orders, an empty account, or an account with very many orders."""

import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from simulator.clock import DAY, HOUR
from simulator.exchange import Exchange
from simulator.groups import OCO, OTO, OTOCO
from simulator.orders import (
    BUY,
    IOC,
    LIMIT,
    SELL,
    STOP_LIMIT,
    STOP_LOSS,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    Ticket,
)
from simulator.traders import Grid, Keeper, Leg, PositionKeeper, Rebalancer, Script, Standing, for_dollars, near
from simulator.week import week

Scenario = Callable[[Exchange, int], None]
# An airdropped asset without a market, so without a price.
AIRDROP = "ZEDX"

# Day, asset, amount, fee. Negative: a withdrawal.
TRANSFERS = (
    (0.0, "USD", "110000", "0"),
    (0.0, "USDT", "36000", "0"),
    (0.0, "BTC", "0.42", "0"),
    (19.4, "USD", "15000", "0"),
    (33.6, "USDT", "-5000", "1"),
    (45.3, "CRO", "20000", "0"),
    (50.7, AIRDROP, "1250", "0"),
    (62.2, "USDT", "8000", "0"),
    (71.5, "BTC", "-0.05", "0.0002"),
    (84.9, "USD", "2500", "0"),
)
SHARES = {
    "BTC": 0.36, "ETH": 0.17, "SOL": 0.09, "CRO": 0.06, "XRP": 0.07, "ADA": 0.04, "DOGE": 0.04, "LINK": 0.05,
    "AVAX": 0.03, "SHIB": 0.02, "LTC": 0.015, "DOT": 0.01, "USDT": 0.11,
}  # fmt: skip


def _one(tag: str, book: str, side: str, kind: str, **more: float) -> Standing:
    return Standing(tag, book, (Leg(side, kind, **more),))  # type: ignore[arg-type]


def _pair(tag: str, book: str, contingency: str, *legs: Leg) -> Standing:
    return Standing(tag, book, legs, contingency)


STANDING = (
    _pair("btc-oco", "BTC_USD", OCO, Leg(SELL, LIMIT, 1.085, share=0.4), Leg(SELL, STOP_LOSS, trigger=0.93, share=0.4)),
    _one("btc-stop", "BTC_USDT", SELL, STOP_LOSS, trigger=0.905, share=0.25),
    _one("btc-breakout", "BTC_USD", BUY, STOP_LIMIT, trigger=1.045, limit=1.047, dollars=2500),
    _one("eth-stop", "ETH_USD", SELL, STOP_LOSS, trigger=0.915, share=0.9),
    _one("eth-target", "ETH_USD", SELL, TAKE_PROFIT, trigger=1.11, share=0.3),
    _one("eth-target-2", "ETH_USDT", SELL, TAKE_PROFIT_LIMIT, trigger=1.18, limit=1.178, share=0.2),
    Standing(
        "sol-bracket", "SOL_USD",
        (
            Leg(BUY, LIMIT, 0.962, dollars=2400),
            Leg(SELL, STOP_LOSS, trigger=0.9, dollars=2400),
            Leg(SELL, TAKE_PROFIT, trigger=1.07, dollars=2400),
        ),
        OTOCO, 8,
    ),
    _one("sol-stop", "SOL_USD", SELL, STOP_LIMIT, trigger=0.92, limit=0.914, share=0.5),
    _one("xrp-stop", "XRP_USD", SELL, STOP_LIMIT, trigger=0.9, limit=0.893, share=0.8),
    _one("doge-target", "DOGE_USD", SELL, TAKE_PROFIT, trigger=1.14, share=0.5),
    _pair("link-oco", "LINK_USDT", OCO, Leg(SELL, LIMIT, 1.1, share=0.9), Leg(SELL, STOP_LOSS, trigger=0.9, share=0.9)),
    _one("shib-stop", "SHIB_USD", SELL, STOP_LOSS, trigger=0.87, share=0.5),
    _one("cro-sell-1", "CRO_USD", SELL, LIMIT, limit=1.07, share=0.1),
    _one("cro-sell-2", "CRO_USD", SELL, LIMIT, limit=1.15, share=0.15),
    _one("cro-sell-3", "CRO_USD", SELL, LIMIT, limit=1.25, share=0.2),
    _one("ada-buy-1", "ADA_USD", BUY, LIMIT, limit=0.94, dollars=600),
    _one("ada-buy-2", "ADA_USD", BUY, LIMIT, limit=0.89, dollars=900),
    # Triggers soon and then rests: one order under two ids, until it is filled or expires.
    _one("ada-target", "ADA_USD", SELL, TAKE_PROFIT_LIMIT, trigger=1.012, limit=1.1, share=0.3),
    _one("dot-buy", "DOT_USD", BUY, LIMIT, limit=0.93, dollars=500),
    _one("ltc-buy", "LTC_USD", BUY, LIMIT, limit=0.95, dollars=700),
    _pair("avax", "AVAX_USD", OTO, Leg(BUY, LIMIT, 0.96, dollars=800), Leg(SELL, STOP_LOSS, trigger=0.88, dollars=800)),
    _one("short-stop", "BTCUSD-PERP", BUY, STOP_LOSS, trigger=1.07, share=1),
    _one("short-target", "BTCUSD-PERP", BUY, TAKE_PROFIT, trigger=0.89, share=0.5),
)  # fmt: skip


def demo(exchange: Exchange, seed: int) -> None:
    """A portfolio of a dozen coins with a loan and a short, some of it protected, some not."""
    start = exchange.tape.start
    days = (exchange.tape.end - start) / DAY
    scale = days / 90

    def moment(day: float) -> int:
        return start + int(day * scale * DAY)

    acts = [
        (moment(day), partial(_transfer, asset=asset, amount=Decimal(amount), fee=Decimal(fee)))
        for day, asset, amount, fee in TRANSFERS
    ]
    acts += [
        (moment(day), partial(_dip, book=book)) for day, book in ((12, "XRP_USD"), (41, "ADA_USD"), (88, "SOL_USD"))
    ]
    exchange.traders += [
        Script(acts),
        Rebalancer(SHARES, borrows_from=moment(78), owes=14_000),
        PositionKeeper("BTCUSD-PERP", "-0.2150", moment(25)),
        PositionKeeper("ETHUSD-PERP", "1.500", moment(40), moment(55)),
        Keeper(STANDING, seed),
        Grid("grid-btc", "BTC_USD", (0.011, 0.022, 0.033), 700, seed),
        Grid("grid-eth", "ETH_USDT", (0.014, 0.028), 500, seed),
        Grid("quote-xrp", "XRP_USD", (0.0022,), 60, seed, loose=6, patience=0.1),
        Grid("quote-doge", "DOGE_USDT", (0.003,), 40, seed, loose=6, patience=0.1),
    ]


def _transfer(exchange: Exchange, at: int, *, asset: str, amount: Decimal, fee: Decimal) -> None:
    exchange.transfer(asset, amount, at, fee)


def _dip(exchange: Exchange, at: int, *, book: str) -> None:
    """Try to buy at once, a little below the market. The order usually expires."""
    instrument = exchange.book_named[book]
    ticket = Ticket(
        instrument,
        BUY,
        LIMIT,
        for_dollars(exchange, instrument, Decimal(300)),
        near(exchange, instrument, 0.999),
        time_in_force=IOC,
    )
    exchange.engine.place(ticket, at)


def empty(_exchange: Exchange, _seed: int) -> None:
    """An account with nothing in it."""


def load(exchange: Exchange, _seed: int) -> None:
    """A rich account. Its orders are placed once the past is over."""
    start = exchange.tape.start
    deposits = (("USD", "5000000"), ("USDT", "5000000"), ("BTC", "100"), ("ETH", "1000"), ("SOL", "10000"))
    exchange.traders.append(
        Script([(start, partial(_transfer, asset=a, amount=Decimal(n), fee=Decimal(0))) for a, n in deposits])
    )


def fill_with_orders(exchange: Exchange, count: int) -> None:
    """Place many orders far from the market, so that none executes. Three in ten are triggers."""
    chance = random.Random(f"orders{count}")
    books = [book for book in exchange.instruments if book.base not in ("USDT", "USDC")]
    at = exchange.at
    for number in range(count):
        book = books[number % len(books)]
        away = chance.uniform(0.25, 0.6)
        buys = chance.random() < 0.5
        quantity = max(book.lot, for_dollars(exchange, book, Decimal(chance.randint(15, 60))))
        if chance.random() < 0.7:
            limit = near(exchange, book, 1 - away if buys else 1 + away)
            ticket = Ticket(book, BUY if buys else SELL, LIMIT, quantity, limit, tag="load")
        else:
            trigger = near(exchange, book, 1 + away if buys else 1 - away)
            ticket = Ticket(book, BUY if buys else SELL, STOP_LOSS, quantity, trigger=trigger, tag="load")
        exchange.engine.place(ticket, at - (count - number) * HOUR // count)


SCENARIOS: Mapping[str, Scenario] = {"demo": demo, "empty": empty, "load": load, "week": week}
