"""Movement words: what exchanges call the lines of their ledgers, and which kind of transfer each of them means.

ccxt's own types are too coarse to be trusted with money: it calls funding a fee here and a trade there. None stands for
a line that another list tells better: an execution with its fee, a deposit or a withdrawal with its status.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.transfers import TransferKind as K
from exchanges.connection.exact import amount, text


@dataclass(frozen=True, slots=True)
class Said:
    """What the exchange's own line says; what is None is taken from ccxt.

    A deposit is one by its sign: what leaves to another account is a withdrawal under the same word.
    """

    kind: K | None  # None: told elsewhere
    amount: Decimal | None = None  # signed
    asset: str | None = None
    fee: Decimal | None = None


# What a line says, by its row and the account's own name for itself; None: its word is not known here.
Reading = Callable[[Mapping[str, Any], str], Said | None]
Words = Mapping[str, K | None]

_ZERO = Decimal(0)
# What a transaction of Bitstamp says beside the currencies that it moved, each under its own name.
_NO_CURRENCIES = frozenset({"id", "type", "fee", "datetime", "order_id", "self_trade"})

_FUTURES_OF_BINANCE: Words = {
    "FUNDING_FEE": K.FUNDING,
    "SPECIAL_FUNDING_FEE": K.FUNDING,
    "TRANSFER": K.INTERNAL,
    "INTERNAL_TRANSFER": K.INTERNAL,
    "STRATEGY_UMFUTURES_TRANSFER": K.INTERNAL,
    "COIN_SWAP_DEPOSIT": K.INTERNAL,
    "COIN_SWAP_WITHDRAW": K.INTERNAL,
    "COMMISSION_REBATE": K.REBATE,
    "API_REBATE": K.REBATE,
    "FEE_RETURN": K.REBATE,
    "REFERRAL_KICKBACK": K.REBATE,
    "BFUSD_REWARD": K.INTEREST,
    "REALIZED_PNL": None,
    "COMMISSION": None,
    "INSURANCE_CLEAR": None,
}
_OUTWARD_OF_BINANCE: Words = {
    word: K.DEPOSIT if kind is K.INTERNAL else kind for word, kind in _FUTURES_OF_BINANCE.items()
}
_BITGET: Words = {
    "contract_settle_fee": K.FUNDING,
    "CONTRACT_MAIN_SETTLE_FEE_USER_IN": K.FUNDING,
    "CONTRACT_MAIN_SETTLE_FEE_USER_OUT": K.FUNDING,
    "INTEREST_SETTLEMENT_OUT": K.INTEREST,
    "INTEREST_REPAYMENT": K.INTEREST,
    "BORROW": K.LOAN,
    "REPAYMENT": K.LOAN,
    "deposit": None,
    "withdraw": None,
}
_GATE: Words = {
    "deposit": None,
    "withdraw": None,
    "new_order": None,
    "order_fill": None,
    "order_fee": None,
    "referral_fee": K.REBATE,
    "interest": K.INTEREST,
    "profit": K.INTEREST,
    "lend": K.INTERNAL,
    "redeem": K.INTERNAL,
}
_HTX: Words = {
    "trade": None,
    "etf": None,
    "transact-fee": None,
    "fee-deduction": None,
    "liquidation": None,
    "deposit": None,
    "withdraw": None,
    "withdraw-fee": None,  # a withdrawal tells its fee
    "transfer": K.INTERNAL,
    "credit": K.LOAN,
    "interest": K.INTEREST,
    "rebate": K.REBATE,
}
_KRAKEN: Words = {
    "trade": None,
    "deposit": None,
    "withdrawal": None,
    "transfer": K.DEPOSIT,  # from and to the account of futures
    "rollover": K.INTEREST,
    "staking": K.INTEREST,
    "reward": K.INTEREST,
    "dividend": K.INTEREST,
    "margin": K.SETTLEMENT,
    "settled": K.SETTLEMENT,
    "nftrebate": K.REBATE,
}
_KRAKEN_FUTURES: Words = {
    "futures trade": None,
    "futures liquidation": None,
    "futures assignee": None,
    "futures assignor": None,
    "futures unwind counterparty": None,
    "futures unwind bankrupt": None,
    "covered liquidation": None,
    "settlement": K.SETTLEMENT,
    "funding rate change": K.FUNDING,
    "interest payment": K.INTEREST,
    "tax withheld": K.FEE,
    "transfer": K.DEPOSIT,
    "subaccount transfer": K.DEPOSIT,
    "cross-exchange transfer": K.DEPOSIT,
    "admin transfer": K.DEPOSIT,
}
_KUCOIN: Words = {
    "TRADE_EXCHANGE": None,
    "RETURNED_FEES": None,
    "DEDUCTION_FEES": None,
    "TRANSFER": K.INTERNAL,
    "SUB_TRANSFER": K.DEPOSIT,
    "SUB_TO_SUB_TRANSFER": K.DEPOSIT,
    "SPOT_EXCHANGE_REBATE": K.REBATE,
    "LIABILITY_INTEREST": K.INTEREST,
}
_BITSTAMP: Words = {
    "0": K.DEPOSIT,
    "1": K.DEPOSIT,
    "2": None,
    "14": K.DEPOSIT,  # from and to other accounts
    "27": K.INTEREST,  # a reward of staking
    "32": K.REBATE,  # for referring somebody
    "35": K.DEPOSIT,
}
_BYBIT: Words = {
    "TRANSFER_IN": K.INTERNAL,
    "TRANSFER_OUT": K.INTERNAL,
    "TRADE": None,
    "LIQUIDATION": None,
    "ADL": None,
    "DELIVERY": None,
    "INTEREST": K.INTEREST,
    "FEE_REFUND": K.REBATE,
}
_HYPERLIQUID_INWARD: Mapping[str, tuple[K, str]] = {
    "deposit": (K.DEPOSIT, "usdc"),
    "rewardsClaim": (K.REBATE, "amount"),
    "vaultWithdraw": (K.DEPOSIT, "netWithdrawnUsd"),
    "vaultDistribution": (K.DEPOSIT, "usdc"),
}
_HYPERLIQUID_OUTWARD: Mapping[str, tuple[K, str]] = {
    "withdraw": (K.WITHDRAWAL, "usdc"),
    "vaultDeposit": (K.WITHDRAWAL, "usdc"),
    "vaultCreate": (K.WITHDRAWAL, "usdc"),
}


def _worded(words: Words, *fields: str) -> Reading:
    """A reading of lines whose word stands in the first of these fields that is there."""

    def read(row: Mapping[str, Any], _own: str) -> Said | None:
        word = next((said for field in fields if (said := text(row, field)) is not None), None)
        return Said(words[word]) if word is not None and word in words else None

    return read


def _bybit(row: Mapping[str, Any], own: str) -> Said | None:
    """A settlement is funding, or what contracts in USDC gained in a session, which their fills tell."""
    if text(row, "type") != "SETTLEMENT":
        return _worded(_BYBIT, "type")(row, own)
    paid = amount(row, "funding")
    return Said(K.FUNDING, paid) if paid else Said(K.SETTLEMENT)


def _kraken(row: Mapping[str, Any], own: str) -> Said | None:
    """What is lent out to earn stays one's own."""
    if text(row, "type") == "earn":
        return Said(K.INTEREST if text(row, "subtype") == "reward" else K.INTERNAL)
    return _worded(_KRAKEN, "type")(row, own)


def _bitfinex(row: Mapping[str, Any], _own: str) -> Said | None:
    """A line is a list whose last part describes it in words."""
    line = row.get("result")
    words = str(line[8]).lower().split(" on wallet ")[0] if isinstance(line, list) and len(line) > 8 else ""
    if words.startswith("exchange"):
        return Said(None)
    if "funding payment" in words or "funding charge" in words or "interest" in words:
        return Said(K.INTEREST)  # margin funding is lending and borrowing
    if "funding" in words:
        return Said(K.FUNDING)
    for part, kind in (
        ("trading fee", None),
        ("withdrawal fee", None),  # movements tell it
        ("position", K.SETTLEMENT),
        ("settlement", K.SETTLEMENT),
        ("deposit", None),
        ("withdrawal", None),
        ("transfer", K.INTERNAL),
        ("rebate", K.REBATE),
        ("reward", K.INTEREST),
    ):
        if part in words:
            return Said(kind)
    return None


def _hyperliquid(row: Mapping[str, Any], own: str) -> Said | None:
    """What moved stands under `delta`, without a sign; `own` is the address of the wallet."""
    delta = row.get("delta")
    if not isinstance(delta, Mapping):
        return None
    word, asset, fee = text(delta, "type") or "", text(delta, "token") or "USDC", amount(delta, "fee")
    if word in ("accountClassTransfer", "liquidation"):
        return Said(None)  # between the two wallets, both of which are read; and what fills tell
    if word in _HYPERLIQUID_INWARD:
        kind, field = _HYPERLIQUID_INWARD[word]
        return Said(kind, amount(delta, field), asset, fee)
    if word in _HYPERLIQUID_OUTWARD:
        kind, field = _HYPERLIQUID_OUTWARD[word]
        return _out(kind, amount(delta, field), asset, fee)
    if word in ("internalTransfer", "subAccountTransfer", "spotTransfer", "send"):
        size = amount(delta, "amount") if "token" in delta else amount(delta, "usdc")
        if (text(delta, "destination") or "").lower() == own.lower():
            return Said(K.DEPOSIT, size, asset, _ZERO)  # the fee is the sender's
        return _out(K.WITHDRAWAL, size, asset, fee)
    return None


def _out(kind: K, size: Decimal | None, asset: str, fee: Decimal | None) -> Said:
    return Said(kind, None if size is None else -abs(size), asset, fee)


def _bitstamp(row: Mapping[str, Any], own: str) -> Said | None:
    """What moved stands under the name of its currency, beside zeros under others."""
    said = _worded(_BITSTAMP, "type")(row, own)
    if said is None or said.kind is None:
        return said
    names = [name for name in row if name not in _NO_CURRENCIES and "_" not in name]
    moved = [(name, size) for name in names if (size := amount(row, name))]
    if len(moved) != 1:
        return said
    return Said(said.kind, moved[0][1], moved[0][0].upper(), amount(row, "fee"))


def _deribit(row: Mapping[str, Any], _own: str) -> Said | None:
    """A transfer between accounts: "payment" left."""
    size = amount(row, "amount")
    return Said(K.DEPOSIT, -size if size is not None and text(row, "direction") == "payment" else size)


def _bill_of_okx(row: Mapping[str, Any], _own: str) -> Said | None:
    kinds = {"1": K.INTERNAL, "6": K.INTERNAL, "7": K.INTEREST, "8": K.FUNDING}
    word = text(row, "type") or ""
    return Said(kinds[word], amount(row, "balChg")) if word in kinds else None


READINGS: Mapping[str, Reading] = {
    "binance": _worded(_FUTURES_OF_BINANCE, "incomeType"),
    # Accounts of contracts alone: what comes from the spot wallet comes from outside.
    "binanceusdm": _worded(_OUTWARD_OF_BINANCE, "incomeType"),
    "binancecoinm": _worded(_OUTWARD_OF_BINANCE, "incomeType"),
    "bitfinex": _bitfinex,
    "bitget": _worded(_BITGET, "businessType", "type"),
    "bitstamp": _bitstamp,
    "bybit": _bybit,
    "deribit": _deribit,
    "gate": _worded(_GATE, "type"),
    "htx": _worded(_HTX, "transferType"),
    "hyperliquid": _hyperliquid,
    "kraken": _kraken,
    "krakenfutures": _worded(_KRAKEN_FUTURES, "info"),
    "kucoin": _worded(_KUCOIN, "bizType"),
    "okx": _bill_of_okx,
}
