"""Flows: deposits and withdrawals on the curve of net value, so that nobody takes them for gains."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.curve import Point
from domain.transfers import Transfer, TransferKind, TransferStatus
from pages.overview.equity import Mark
from pages.shared.formats import DOWN, MASK, UP, quantity_text

_WORDS = {TransferKind.DEPOSIT: "Deposit", TransferKind.WITHDRAWAL: "Withdrawal"}
_STATUS = {TransferStatus.PENDING: ", pending", TransferStatus.UNKNOWN: ", status unknown"}


@dataclass(frozen=True, slots=True)
class Flow:
    """A deposit or withdrawal."""

    at: datetime
    is_in: bool
    words: str


def flows_of(
    transfers: Iterable[Transfer], since: datetime, as_of: datetime, *, several: bool, hidden: bool
) -> tuple[Flow, ...]:
    """The deposits and withdrawals in [since, as_of], oldest first, without failed ones. `hidden` masks amounts."""
    flows = [
        Flow(transfer.at, transfer.amount >= 0, _words(transfer, several, hidden))
        for transfer in transfers
        if transfer.kind in _WORDS and transfer.status is not TransferStatus.FAILED and since <= transfer.at <= as_of
    ]
    return tuple(sorted(flows, key=lambda flow: flow.at))


def _words(transfer: Transfer, several: bool, hidden: bool) -> str:
    amount = MASK if hidden else quantity_text(transfer.amount, signed=True)
    account = f" · {transfer.account}" if several else ""
    return f"{_WORDS[transfer.kind]} {amount} {transfer.asset}{_STATUS.get(transfer.status, '')}{account}"


def marks_of(flows: Sequence[Flow], points: Sequence[Point]) -> tuple[Mark, ...]:
    """The marks of flows, at the first known point after each. Flows of the same point share one mark."""
    valued = [point for point in points if point.value is not None]
    moments = [point.at for point in valued]
    placed: dict[int, list[Flow]] = {}
    for flow in flows:
        if valued:
            placed.setdefault(min(bisect_left(moments, flow.at), len(valued) - 1), []).append(flow)
    return tuple(
        Mark(
            at=valued[index].at,
            value=float(valued[index].value or 0),
            is_in=flows_there[-1].is_in,
            words="\n".join(f"{UP if flow.is_in else DOWN} {flow.words}" for flow in flows_there),
        )
        for index, flows_there in placed.items()
    )
