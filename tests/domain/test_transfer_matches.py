"""Which deposit a withdrawal became, by facts that both exchanges state."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.transfer_matches import matches_of
from domain.transfers import Transfer, TransferKind, TransferStatus

START = datetime(2026, 1, 1, tzinfo=UTC)


def sent(key: str = "w", hours: float = 0, amount: str = "1", fee: str | None = "0.001", **more: object) -> Transfer:
    return transfer("first", TransferKind.WITHDRAWAL, key, hours, f"-{amount}", fee=fee and Decimal(fee), **more)


def received(key: str = "d", hours: float = 1, amount: str = "1", **more: object) -> Transfer:
    return transfer("second", TransferKind.DEPOSIT, key, hours, amount, **more)


def transfer(account: str, kind: TransferKind, key: str, hours: float, amount: str, **more: object) -> Transfer:
    fields = {"status": TransferStatus.DONE, "asset": "BTC", "fee_currency": "BTC"} | more
    at = START + timedelta(hours=hours)
    return Transfer(account, "x", key, kind, amount=Decimal(amount), at=at, raw={}, **fields)  # type: ignore[arg-type]


def pairs(*transfers: Transfer) -> set[tuple[str, str]]:
    return {(match.withdrawal.key, match.deposit.key) for match in matches_of(transfers).values()}


def test_a_deposit_of_the_amount_that_left_is_the_withdrawal() -> None:
    assert pairs(sent(), received()) == {("w", "d")}
    assert pairs(sent(), received(amount="0.999")) == {("w", "d")}  # the fee was taken out of it


def test_other_amounts_assets_times_and_accounts_are_no_match() -> None:
    assert pairs(sent(), received(amount="0.99")) == set()
    assert pairs(sent(), received(amount="1.0001")) == set()
    assert pairs(sent(), received(asset="ETH")) == set()
    assert pairs(sent(), received(hours=-1)) == set()
    assert pairs(sent(), received(hours=73)) == set()
    assert pairs(sent(), received(status=TransferStatus.PENDING)) == set()
    assert pairs(sent(status=TransferStatus.FAILED), received()) == set()
    same = transfer("first", TransferKind.DEPOSIT, "d", 1, "1")
    assert pairs(sent(), same) == set()


def test_one_transaction_is_one_transfer_whatever_the_fee() -> None:
    assert pairs(sent(tx_id="0x1"), received(amount="0.9", tx_id="0x1")) == {("w", "d")}
    assert pairs(sent(tx_id="0x" + "1" * 64), received(tx_id="0x" + "2" * 64)) == set()


def test_a_transaction_is_the_same_in_any_spelling() -> None:
    assert pairs(sent(tx_id="0x" + "aB" * 32), received(amount="0.9", tx_id="Ab" * 32)) == {("w", "d")}


def test_different_numbers_of_exchanges_do_not_tell_two_transfers_apart() -> None:
    """Off-chain transfers have a number of their own on each side."""
    assert pairs(sent(tx_id="131629076"), received(tx_id="78f1b2c3-0000-4000-8000-000000000000")) == {("w", "d")}
    assert pairs(sent(tx_id="131629076"), received(amount="0.9", tx_id="78f1")) == set()


def test_each_transfer_is_matched_once_and_the_nearest_first() -> None:
    assert pairs(sent("w1"), sent("w2", hours=20), received("d1", 1), received("d2", 21)) == {
        ("w1", "d1"),
        ("w2", "d2"),
    }
    assert len(pairs(sent("w1"), received("d1", 1), received("d2", 2))) == 1
