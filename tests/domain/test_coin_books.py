"""Coin books, against worked examples, an independent oracle and identities.

Sources of the examples: the Australian Tax Office's example of exchanging one crypto asset for another (20 of one,
bought at 150 each, for 100 of another worth 6,000: a gain of 3,000), and arithmetic that the test states.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coin_books import CoinBook, CoinEvent, CoinResult, Role
from domain.coin_events import Values, events_of_fill, events_of_transfer, in_order
from domain.coin_lots import CoinLot, LotMethod
from domain.fills import Fill
from domain.lots import EXACT
from domain.markets import MarketType, Side
from domain.transfers import Transfer, TransferKind, TransferStatus
from tests.domain.books_oracle import OracleBook

START = datetime(2026, 1, 1, tzinfo=UTC)
FIFO = LotMethod.FIFO


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def fill(market: str, side: str, amount: str, price: str, minute: float, key: str = "1", **more: object) -> Fill:
    base, _, quote = market.partition("/")
    return Fill(
        account="main", exchange="x", key=key, order_id=None, symbol=market, exchange_symbol=market, base=base,
        quote=quote, market_type=more.pop("market_type", MarketType.SPOT), side=Side(side), price=Decimal(price),  # type: ignore[arg-type]
        amount=Decimal(amount), at=at(minute), raw={}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


class Ledger:
    """The books of one account in USD."""

    def __init__(self, method: LotMethod = FIFO) -> None:
        self.method = method
        self.books: dict[str, CoinBook] = {}

    def trade(self, traded: Fill, value: str | None, fee: str | None = "0") -> dict[str, CoinResult]:
        values = Values(None if value is None else Decimal(value), None if fee is None else Decimal(fee))
        return self.apply(events_of_fill(traded, values, "USD"))

    def apply(self, events: tuple[CoinEvent, ...]) -> dict[str, CoinResult]:
        return {
            event.coin: self.books.setdefault(event.coin, CoinBook(self.method)).apply(event)
            for event in in_order(events)
        }


def event(
    quantity: str, value: str | None, role: Role = Role.TRADED, minute: float = 0, fees: str | None = "0"
) -> CoinEvent:
    return CoinEvent(
        "k", "BTC", at(minute), role, Decimal(quantity), None if value is None else Decimal(value),
        None if fees is None else Decimal(fees),
    )  # fmt: skip


def test_paying_with_a_coin_realises_its_gain() -> None:
    """10 ETH for 1 BTC worth 1,000, sold for 0.5 BTC worth 2,000: ETH gained 1,000."""
    ledger = Ledger()
    ledger.trade(fill("BTC/USD", "buy", "1", "1000", 0), "1000")
    bought = ledger.trade(fill("ETH/BTC", "buy", "10", "0.1", 1), "1000")
    assert (bought["BTC"].realised, bought["ETH"].realised) == (0, 0)
    sold = ledger.trade(fill("ETH/BTC", "sell", "10", "0.05", 2), "2000")
    assert (sold["ETH"].realised, sold["BTC"].realised) == (1000, 0)
    assert sold["BTC"].cost_after == 2000


def test_a_coin_exchanged_for_another_gains_what_it_was_worth() -> None:
    ledger = Ledger()
    ledger.trade(fill("A/USD", "buy", "20", "150", 0), "3000")
    assert ledger.trade(fill("B/A", "buy", "100", "0.2", 1), "6000")["A"].realised == 3000


def test_a_later_price_of_what_was_received_changes_nothing() -> None:
    """10 ETH for 1,000 USD, sold for 0.6 BTC worth 1,200: 200, whatever BTC does next."""
    ledger = Ledger()
    ledger.trade(fill("ETH/USD", "buy", "10", "100", 0), "1000")
    sold = ledger.trade(fill("ETH/BTC", "sell", "10", "0.06", 1), "1200")
    assert (sold["ETH"].realised, sold["BTC"].cost_after) == (200, 1200)


def test_one_coin_is_one_book_over_all_its_quotes() -> None:
    """LINK for 1,000 USDT, sold for 1,000 EUR worth 1,100: 100. A crumb bought later for USD changes nothing."""
    ledger = Ledger()
    ledger.trade(fill("LINK/USDT", "buy", "100", "10", 0), "1000")
    assert ledger.trade(fill("LINK/EUR", "sell", "100", "10", 1), "1100")["LINK"].realised == 100
    assert ledger.trade(fill("LINK/USD", "buy", "0.00000001", "12", 2), "0.00000012")["LINK"].realised == 0


def test_a_withdrawal_takes_the_oldest_lot() -> None:
    book = CoinBook(FIFO)
    book.apply(event("1", "1000"))
    book.apply(event("1", "3000", minute=1))
    result = book.apply(event("-1", "5000", Role.WITHDRAWAL, 2))
    assert (result.realised, result.cost_after) == (0, 3000)
    assert result.moved == (CoinLot(Decimal(1), Decimal(1000), Decimal(0), at(0)),)


def test_coins_moved_to_ones_other_account_keep_their_cost() -> None:
    """5 pieces of cost 500 are worth 600 after the move: they gain 100 when they are sold."""
    first, second = CoinBook(FIFO), CoinBook(FIFO)
    first.apply(event("5", "500"))
    moved = first.apply(event("-5", "600", Role.WITHDRAWAL, 1)).moved
    deposit = CoinEvent("d", "BTC", at(2), Role.DEPOSIT, Decimal(5), Decimal(600), lots=moved)
    assert second.apply(deposit).cost_after == 500
    sold = second.apply(event("-5", "600", minute=3))
    assert (sold.realised, sold.closed[0].acquired_at) == (100, at(0))


def test_a_deposit_of_unknown_cost_stays_unknown_when_it_is_sold() -> None:
    book = CoinBook(FIFO)
    book.apply(event("1", "100", Role.DEPOSIT))
    book.apply(event("1", "200", minute=1))
    first = book.apply(event("-1", "300", minute=2))
    assert (first.realised, first.unexplained) == (None, 1)
    assert book.apply(event("-1", "300", minute=3)).realised == 100


def test_a_fee_in_a_third_coin_disposes_of_that_coin() -> None:
    """A BNB bought for 200 pays a fee of 300: it gained 100, and the fee is a cost of what was bought."""
    ledger = Ledger()
    ledger.trade(fill("BNB/USD", "buy", "1", "200", 0), "200")
    results = ledger.trade(fill("ETH/USD", "buy", "1", "1000", 1, fee=Decimal(1), fee_currency="BNB"), "1000", "300")
    assert (results["BNB"].realised, results["BNB"].quantity_after) == (100, 0)
    assert results["ETH"].cost_after == 1300


def test_a_fee_in_the_coin_makes_less_of_it_come_in_at_the_same_cost() -> None:
    ledger = Ledger()
    bought = ledger.trade(fill("ETH/USD", "buy", "1", "1000", 0, fee=Decimal("0.01"), fee_currency="ETH"), "1000", "10")
    assert (bought["ETH"].quantity_after, bought["ETH"].cost_after) == (Decimal("0.99"), 1000)
    sold = ledger.trade(
        fill("ETH/USD", "sell", "0.98", "1000", 1, fee=Decimal("0.01"), fee_currency="ETH"), "980", "10"
    )
    assert sold["ETH"].quantity_after == 0


def test_a_fee_in_the_coin_received_is_borne_by_the_coin_sold() -> None:
    """1 ETH of cost 1,000 sold for 0.5 BTC worth 1,100, of which 0.005 BTC worth 11 are the fee."""
    ledger = Ledger()
    ledger.trade(fill("ETH/USD", "buy", "1", "1000", 0), "1000")
    sold = ledger.trade(fill("ETH/BTC", "sell", "1", "0.5", 1, fee=Decimal("0.005"), fee_currency="BTC"), "1100", "11")
    assert sold["ETH"].realised == 89
    assert (sold["BTC"].quantity_after, sold["BTC"].cost_after) == (Decimal("0.495"), 1089)


def test_a_crumb_more_sold_than_bought_is_a_complete_sale() -> None:
    book = CoinBook(FIFO)
    book.apply(event("1", "100"))
    sold = book.apply(event("-1.0000000000000001", "120", minute=1))
    assert (sold.realised, sold.unexplained, sold.quantity_after) == (20, 0, 0)


def test_fills_of_one_millisecond_follow_their_numbers() -> None:
    """Trade 999 bought, trade 1000 sold: +10. By their characters the sale would come first."""
    ledger = Ledger()
    buy, sell = fill("SOL/USD", "buy", "1", "100", 0, "999"), fill("SOL/USD", "sell", "1", "110", 0, "1000")
    events = events_of_fill(sell, Values(Decimal(110)), "USD") + events_of_fill(buy, Values(Decimal(100)), "USD")
    book = ledger.books.setdefault("SOL", CoinBook(FIFO))
    assert [book.apply(each).realised for each in in_order(events)] == [0, 10]


def test_income_comes_in_at_its_value() -> None:
    book = CoinBook(FIFO)
    book.apply(event("0.1", "50", Role.INCOME))
    assert book.apply(event("-0.1", "80", minute=1)).realised == 30


def test_a_sale_of_what_never_came_in_has_an_unknown_gain() -> None:
    sold = CoinBook(FIFO).apply(event("-1", "100"))
    assert (sold.realised, sold.unexplained, sold.quantity_after) == (None, 1, 0)


def test_an_unvalued_purchase_has_an_unknown_cost() -> None:
    book = CoinBook(FIFO)
    book.apply(event("1", None))
    assert book.apply(event("-1", "100", minute=1)).realised is None


def test_margin_may_go_short_and_gains_when_the_price_falls() -> None:
    ledger = Ledger()
    ledger.trade(fill("BTC/USD", "sell", "1", "100", 0, market_type=MarketType.MARGIN), "100", "1")
    bought = ledger.trade(fill("BTC/USD", "buy", "1", "80", 1, market_type=MarketType.MARGIN), "80", "1")
    assert (bought["BTC"].realised, bought["BTC"].realised_before_fees, bought["BTC"].quantity_after) == (18, 20, 0)


@pytest.mark.parametrize(
    ("method", "realised"),
    [(LotMethod.FIFO, 200), (LotMethod.LIFO, 100), (LotMethod.HIFO, 0), (LotMethod.AVERAGE, 100)],
)
def test_the_method_decides_which_lot_is_sold(method: LotMethod, realised: int) -> None:
    """Lots of 100, 300 and 200. One is sold for 300."""
    book = CoinBook(method)
    for minute, cost in enumerate(("100", "300", "200")):
        book.apply(event("1", cost, minute=minute))
    assert book.apply(event("-1", "300", minute=9)).realised == realised


def test_a_book_continues_from_its_state() -> None:
    book = CoinBook(FIFO)
    book.apply(event("1", "100", fees="0.5"))
    book.apply(event("2", None, Role.DEPOSIT, 1))
    copy = CoinBook.from_state(book.state())
    sale = event("-2", "500", minute=2)
    assert copy.apply(sale) == book.apply(sale)


def transfer(kind: TransferKind, amount: str, status: TransferStatus = TransferStatus.DONE, **more: object) -> Transfer:
    return Transfer("main", "x", "t", kind, status, "BTC", Decimal(amount), at(0), {}, **more)  # type: ignore[arg-type]


def test_only_what_has_happened_moves_coins() -> None:
    values = Values(Decimal(100))
    for status in (TransferStatus.PENDING, TransferStatus.FAILED):
        assert events_of_transfer(transfer(TransferKind.DEPOSIT, "1", status), values, "USD") == ()
    for kind in (TransferKind.LOAN, TransferKind.INTERNAL, TransferKind.SETTLEMENT):
        assert events_of_transfer(transfer(kind, "1"), values, "USD") == ()


def test_the_fee_of_a_withdrawal_disposes_of_its_coins() -> None:
    withdrawal = transfer(TransferKind.WITHDRAWAL, "-1", fee=Decimal("0.1"), fee_currency="BTC")
    moved, fee = events_of_transfer(withdrawal, Values(Decimal(100), Decimal(10)), "USD")
    assert (moved.role, moved.quantity, moved.value) == (Role.WITHDRAWAL, -1, 100)
    assert (fee.role, fee.quantity, fee.value) == (Role.FEE, Decimal("-0.1"), 10)


cents = st.integers(1, 10_000).map(lambda number: Decimal(number).scaleb(-2))
steps = st.tuples(
    st.sampled_from([Role.TRADED, Role.TRADED, Role.PAID, Role.FEE, Role.INCOME, Role.DEPOSIT, Role.WITHDRAWAL]),
    st.booleans(),
    cents,
    st.none() | cents,
    st.none() | st.just(Decimal(0)) | cents,
)


@given(st.sampled_from(list(LotMethod)), st.lists(steps, min_size=1, max_size=25))
def test_random_histories_agree_with_an_oracle_in_fractions(
    method: LotMethod, history: list[tuple[Role, bool, Decimal, Decimal | None, Decimal | None]]
) -> None:
    book, oracle = CoinBook(method), OracleBook(method)
    for minute, (role, comes_in, quantity, value, fees) in enumerate(history):
        is_in = role is Role.DEPOSIT or (comes_in and role is not Role.WITHDRAWAL)
        each = CoinEvent("k", "BTC", at(minute), role, quantity if is_in else -quantity, value, fees)
        result, (realised, unexplained) = book.apply(each), oracle.apply(each)
        assert _same(result.realised, realised)
        assert _same(result.unexplained, unexplained)
        assert _same(result.quantity_after, oracle.quantity)
        assert _same(result.cost_after, oracle.cost)


def _same(ours: Decimal | None, theirs: Fraction | None) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return abs(Fraction(ours) - theirs) < Fraction(1, 10**30)


@given(st.sampled_from(list(LotMethod)), st.lists(st.tuples(st.booleans(), cents, cents), min_size=1, max_size=25))
def test_what_was_paid_is_cost_or_gain(method: LotMethod, history: list[tuple[bool, Decimal, Decimal]]) -> None:
    """Cash out less cash in is the cost of what is left less what was realised, whatever the method."""
    book, paid, realised, held = CoinBook(method), Decimal(0), Decimal(0), Decimal(0)
    with localcontext(EXACT):
        for minute, (buys, quantity, value) in enumerate(history):
            amount = quantity if buys or quantity > held else -quantity
            result = book.apply(CoinEvent("k", "BTC", at(minute), Role.TRADED, amount, value))
            assert result.realised is not None
            assert result.cost_after is not None
            held += amount
            paid += value if amount > 0 else -value
            realised += result.realised
            assert abs(result.cost_after - realised - paid) < Decimal("1e-30")
