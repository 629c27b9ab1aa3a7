"""Transfer words: display texts of a transfer, of a kind's total, and of unreadable kinds."""

from collections.abc import Collection

from domain.transfers import Transfer, TransferKind, TransferStatus
from pages.shared.formats import quantity_text

KINDS = {
    TransferKind.DEPOSIT: "Deposit",
    TransferKind.WITHDRAWAL: "Withdrawal",
    TransferKind.INTERNAL: "Internal",
    TransferKind.FUNDING: "Funding",
    TransferKind.INTEREST: "Interest",
    TransferKind.REBATE: "Rebate",
    TransferKind.FEE: "Fee",
    TransferKind.LOAN: "Loan",
    TransferKind.SETTLEMENT: "Settlement",
    TransferKind.OTHER: "Other",
}
ALL_OF_A_KIND = {
    TransferKind.DEPOSIT: "Deposits",
    TransferKind.WITHDRAWAL: "Withdrawals",
    TransferKind.INTERNAL: "Between wallets",
    TransferKind.FUNDING: "Funding",
    TransferKind.INTEREST: "Interest",
    TransferKind.REBATE: "Rebates",
    TransferKind.FEE: "Transfer fees",
    TransferKind.LOAN: "Loans",
    TransferKind.SETTLEMENT: "Settlements",
}
# Where a total that is neither a flow nor income is counted.
NOTES = {
    TransferKind.LOAN: "debts change alike",
    TransferKind.SETTLEMENT: "counted in the P&L of contracts",
}
MEANINGS = {
    TransferKind.FEE: "Fees of deposits and withdrawals, and other fees that no trade paid. Trade fees are on Trades",
    TransferKind.LOAN: "Borrowed less repaid. Neither gain nor loss",
    TransferKind.SETTLEMENT: "Open profit of contracts that the exchange paid into the wallet, or took from it. "
    "Performance has this profit in its line Contracts",
}
STATUSES = {
    TransferStatus.DONE: "Done",
    TransferStatus.PENDING: "Pending",
    TransferStatus.FAILED: "Failed",
    TransferStatus.UNKNOWN: "Unknown",
}


def unread_words(exchange: str, kinds: Collection[TransferKind]) -> str:
    """The kinds of transfers that an exchange does not provide: "funding and interest of mexc"."""
    names = [name.lower() for kind, name in ALL_OF_A_KIND.items() if kind in kinds]
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
    return f"{listed} of {exchange}"


def fee_word(transfer: Transfer) -> str:
    """The fee with its currency. "" if the exchange gives none."""
    if not transfer.fee:
        return ""
    return f"{quantity_text(transfer.fee)} {transfer.fee_currency or '?'}"
