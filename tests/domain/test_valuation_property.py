"""Net value, cash, gross and borrowed, compared with an independent model in fractions."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.balances import Balance
from domain.net_value import computed_valuation
from domain.positions import Position, PositionSide
from domain.prices import Rates
from domain.valuation import StatedEquity, Valuation
from tests.factories import balance, position, price

# Dollars for one unit. Amounts below have so few digits that no sum is rounded.
WORTH = {"USD": Decimal(1), "USDT": Decimal("0.998"), "BTC": Decimal(64000), "ETH": Decimal("2500")}
RATES = Rates([price(f"{coin}/USD", str(worth)) for coin, worth in WORTH.items() if coin != "USD"])
CENTS = st.integers(-(10**7), 10**7).map(lambda cents: Decimal(cents) / 100)
OWED = st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100)


@dataclass(frozen=True)
class Wallet:
    """The truth about one wallet: balance, debt, and how the exchange states them."""

    name: str
    asset: str
    in_it: Decimal
    owed: Decimal
    states_debt: bool
    states_equity_only: bool


WALLETS = st.lists(
    st.builds(
        Wallet,
        st.sampled_from(["spot", "swap"]),
        st.sampled_from(sorted(WORTH)),
        CENTS.map(abs),
        OWED,
        st.booleans(),
        st.booleans(),
    ),
    unique_by=(lambda wallet: wallet.asset),
    max_size=4,
)


@dataclass(frozen=True)
class Held:
    """The truth about one position: its profit in the settlement currency, and if the exchange states it."""

    symbol: str
    settles_in: str
    gained: Decimal
    is_stated: bool


LINEAR = st.builds(Held, st.just("ETH/USDT:USDT"), st.just("USDT"), CENTS, st.booleans())
# At marks that are powers of two an inverse profit comes out even in both currencies.
INVERSE = st.builds(Held, st.just("BTC/USD:BTC"), st.just("BTC"), st.integers(-64, 64).map(Decimal), st.just(True))
POSITIONS = st.lists(st.one_of(LINEAR, INVERSE), max_size=4)


def told_position(number: int, held: Held) -> Position:
    """The position as an exchange states it: with its profit, or only with entry price, mark and size."""
    if held.symbol == "BTC/USD:BTC":
        mark = Decimal(65536)
        return position(held.symbol, "1", key=str(number), mark_price=mark, unrealised_pnl=held.gained * mark)
    if held.is_stated:
        return position(held.symbol, "1", key=str(number), unrealised_pnl=held.gained)
    entry, size = Decimal(200_000), Decimal(2)
    mark = entry + held.gained / size
    values: dict[str, Any] = {"side": PositionSide.LONG, "entry_price": entry, "mark_price": mark}
    return position(held.symbol, str(size), key=str(number), **values)


def told_balance(wallet: Wallet, inside: Decimal) -> Balance:
    """The balance as adapters return it: less debts, and with open profit if only an equity is stated."""
    return balance(
        wallet.asset,
        str(wallet.in_it - wallet.owed + inside),
        wallet=wallet.name,
        debt=wallet.owed if wallet.states_debt else None,
        includes_open_profit=wallet.states_equity_only,
    )


def told_account(wallets: list[Wallet], positions: list[Held]) -> Valuation:
    """The valuation of the account, with a stated equity for each wallet that a position settles in."""
    gained = {asset: sum((p.gained for p in positions if p.settles_in == asset), Decimal(0)) for asset in WORTH}
    balances = [told_balance(w, gained[w.asset] if w.states_equity_only else Decimal(0)) for w in wallets]
    equities = [StatedEquity(w.name, w.asset, w.in_it - w.owed + gained[w.asset]) for w in wallets if w.name == "swap"]
    rows = [told_position(number, held) for number, held in enumerate(positions)]
    return computed_valuation(balances, rows, RATES, "USD", equities)


def dollars(amounts: dict[str, Fraction]) -> Fraction:
    return sum((Fraction(WORTH[asset]) * amount for asset, amount in amounts.items()), Fraction(0))


@given(WALLETS, POSITIONS)
def test_net_value_counts_each_coin_each_debt_and_each_profit_once(wallets, positions):
    worth = told_account(wallets, positions)
    held = sum((dollars({w.asset: Fraction(w.in_it)}) for w in wallets), Fraction(0))
    owed = sum((dollars({w.asset: Fraction(w.owed)}) for w in wallets), Fraction(0))
    profit = sum((dollars({p.settles_in: Fraction(p.gained)}) for p in positions), Fraction(0))
    assert worth.net_value is not None
    assert worth.cash is not None
    assert Fraction(worth.net_value) == held - owed + profit
    assert Fraction(worth.cash) == held - owed
    assert (worth.left_out, worth.unpriced) == ((), ())
    assert (worth.unrealised_pnl is None) is (not positions)
    assert Fraction(worth.unrealised_pnl or 0) == profit


@given(WALLETS, POSITIONS)
def test_cash_and_open_profit_make_the_net_value_and_gross_less_borrowed_the_cash(wallets, positions):
    worth = told_account(wallets, positions)
    assert worth.cash is not None
    assert worth.gross is not None
    assert worth.borrowed is not None
    assert worth.net_value == worth.cash + (worth.unrealised_pnl or 0)
    assert worth.cash == worth.gross - worth.borrowed
    assert worth.gross >= 0
    assert worth.borrowed >= 0


@given(WALLETS)
def test_borrowed_is_the_stated_debt_or_else_the_negative_balance(wallets):
    worth = told_account(wallets, [])
    owed = [
        dollars({w.asset: Fraction(w.owed if w.states_debt else max(w.owed - w.in_it, Decimal(0)))}) for w in wallets
    ]
    assert worth.borrowed is not None
    assert Fraction(worth.borrowed) == sum(owed, Fraction(0))


@given(WALLETS, POSITIONS)
def test_a_right_declaration_shows_no_difference_where_each_position_settles_in_a_wallet_with_a_stated_equity(
    wallets, positions
):
    stated = {wallet.asset for wallet in wallets if wallet.name == "swap"}
    worth = told_account(wallets, [held for held in positions if held.settles_in in stated])
    assert worth.stated_value is None or worth.difference == 0
