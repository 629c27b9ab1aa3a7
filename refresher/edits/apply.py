"""Apply filed edits, each once and by itself: one that fails keeps no other from being applied."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Engine

from db.reads.accounts import read_accounts
from db.reads.edits import read_pending_edits
from db.writes.edits import write_verdict
from domain.edits import Edit, EditKind, Verdict, refused
from domain.snapshot import Account
from logs.lines import log
from refresher.edits.alerts import WITHOUT_ACCOUNT
from refresher.edits.costs import apply_cost
from refresher.edits.fields import FieldRefused
from refresher.edits.tax_years import apply_tax_close
from refresher.process.database_watch import AWAY

# The edits of an account. Another kind is one more line here and one in EditKind.
_OF_ACCOUNT: Mapping[EditKind, Callable[[Engine, Account, Mapping[str, Any]], Verdict]] = {
    EditKind.COST: apply_cost,
    EditKind.TAX_CLOSE: apply_tax_close,
}


def apply_edits(writer: Engine, account_ids: Collection[int]) -> int:
    """Apply or refuse the edits that wait for the refresher of these accounts. Returns how many."""
    with writer.connect() as connection:
        pending = read_pending_edits(connection, account_ids)
        accounts = {account.id: account for account in read_accounts(connection)} if pending else {}
    for edit in pending:
        verdict = verdict_on(writer, edit, accounts)
        write_verdict(writer, edit.id, verdict)
        log().info("edit", kind=edit.kind[:40], state=verdict.state.value, answer=verdict.answer)
    return len(pending)


def verdict_on(writer: Engine, edit: Edit, accounts: Mapping[int, Account]) -> Verdict:
    """The verdict on one edit. A fault of ours refuses it, so that it is not tried each second."""
    account = None if edit.account_id is None else accounts.get(edit.account_id)
    if edit.kind not in set(EditKind):
        return refused(f"{edit.kind[:40]!r} is no kind of edit that this refresher knows.")
    of_account = _OF_ACCOUNT.get(EditKind(edit.kind))
    if of_account is not None and account is None:
        return refused("It names no account.")
    if not isinstance(edit.payload, Mapping):
        return refused("Its payload is no object.")
    try:
        if of_account is None or account is None:
            return WITHOUT_ACCOUNT[EditKind(edit.kind)](writer, edit)
        return of_account(writer, account, edit.payload)
    except AWAY:
        raise
    except FieldRefused as error:
        return refused(str(error))
    except Exception as error:
        log().exception("edit failed", kind=edit.kind)
        return refused(f"It could not be applied ({type(error).__name__}). The log of the refresher has the details.")
