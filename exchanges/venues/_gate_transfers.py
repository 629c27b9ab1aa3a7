"""Gate: the words of its account book, and of deposits and withdrawals.

Documentation: www.gate.com/docs/developers/apiv4, AccountBook type, and Wallet.
"""

from domain.transfers import TransferKind as K
from domain.transfers import TransferStatus
from exchanges.venues._shared.ledger_rows import LedgerWords
from exchanges.venues._shared.transfer_statuses import statuses

# AccountBook type. What an order or a withdrawal took comes back when it ends, and neither side of that is a transfer.
LEDGER_WORDS: LedgerWords = {
    **dict.fromkeys(("deposit", "deposit_rej", "withdraw", "withdraw_rej", "cancel_withdraw"), None),
    **dict.fromkeys(("new_order", "cancel_order", "order_rej", "order_fill", "order_fee"), None),
    **dict.fromkeys(("repay", "margin_repay", "cross_repay", "cl_repay"), K.LOAN),
    **dict.fromkeys(("perp_in", "perp_out", "options_in", "options_out", "cross_in", "cross_out"), K.INTERNAL),
    "subaccount_trf": K.DEPOSIT,
    **dict.fromkeys(("flash_swap_buy", "flash_swap_sell"), K.OTHER),  # no list of fills holds them
    "referral_fee": K.REBATE,
    **dict.fromkeys(("interest", "profit", "hodl_int", "slot_int_in", "str_int_in"), K.INTEREST),
    **dict.fromkeys(("lend", "redeem"), K.INTERNAL),
}

# Wallet, Get deposit records and Get withdrawal records, status. DEP_CREDITED: only withdrawing it has to wait.
STATUS = statuses(
    "status",
    deposits={
        **dict.fromkeys(("REVIEW", "TRACK"), TransferStatus.PENDING),
        "DEP_CREDITED": TransferStatus.DONE,
        "BLOCKED": TransferStatus.FAILED,
    },
    withdrawals={
        **dict.fromkeys(("CANCELPEND", "FVERIFY", "LOCKED", "REVIEW"), TransferStatus.PENDING),
        "REJECT": TransferStatus.FAILED,
    },
)
