"""Binance USD-margined futures only: the API of Binance. Transfers from the spot wallet come from outside."""

from domain.transfers import TransferKind as K
from exchanges.venues import binance
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.parameters import LINEAR
from exchanges.venues._shared.transfer_call import DEPOSITS_AND_WITHDRAWALS, ledger

_WORDS: LedgerWords = {word: K.DEPOSIT if kind is K.INTERNAL else kind for word, kind in binance.FUTURES_LEDGER.items()}

VENUE = binance.VENUE.sharing(
    "binance",
    open_orders=binance.LINEAR_ORDERS,
    wallets=(binance.LINEAR_WALLET,),
    positions=(binance.LINEAR_POSITIONS,),
    ended_orders=binance.ended_calls("linear"),
    transfers=(
        ledger(
            K.FUNDING, K.REBATE, *DEPOSITS_AND_WITHDRAWALS, name="ledger-linear", params=LINEAR, rows=1000, list_at=()
        ),
    ),
    unread_wallets=(),
    ledger_row=by_word(_WORDS, "incomeType"),
)
