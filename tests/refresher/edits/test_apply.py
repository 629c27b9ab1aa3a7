"""Filed edits: inserted by the role of pages, applied or refused by the refresher, with an answer in plain words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db.reads.edits import read_edits
from db.reads.stated_costs import read_costs_by_origin
from db.reads.tax_closings import read_closed_names
from db.refresh_requests import insert_edit_request
from db.writes.accounts import write_accounts
from db.writes.stated_costs import write_stated_costs
from domain.coin_lots import LotMethod
from domain.edits import Edit, EditKind, EditState
from domain.snapshot import Account
from domain.stated_cost import CostOrigin, StatedCost
from refresher.commands.exit_codes import Exit
from refresher.commands.tax_close import close_years
from refresher.edits.apply import apply_edits
from tests.db.fill_history import new_accounts
from tests.factories import fill, later, transfer
from tests.refresher.past.coin_history import FIFO, SELL, USD_ONLY, cost, realised, withdrawal, work_out, work_out_again

LAST_YEAR = datetime.now(UTC).year - 1
THEN = datetime(LAST_YEAR, 6, 1, 12, tzinfo=UTC)


def filed(database: Any, kind: str, payload: Any, account: Account) -> Edit:
    """What becomes of an edit that a page files."""
    with database.reader.begin() as connection:
        connection.execute(
            text("INSERT INTO edit_request (account_id, kind, payload) VALUES (:id, :kind, CAST(:payload AS jsonb))"),
            {"id": account.id, "kind": kind, "payload": payload},
        )
    assert apply_edits(database.writer, [account.id]) == 1
    with database.reader.connect() as connection:
        return newest(database, account, kind)


def newest(database: Any, account: Account, kind: str) -> Edit:
    with database.reader.connect() as connection:
        row = connection.execute(
            text("SELECT id, account_id, kind, payload, filed_at, state, answer, applied_at FROM edit_request"
                 " ORDER BY id DESC LIMIT 1")
        ).one()  # fmt: skip
    id_, account_id, name, payload, filed_at, state, answer, applied_at = row
    return Edit(id_, account_id, name, payload, filed_at, EditState(state), answer, applied_at)


def a_deposit_sold(database: Any) -> Account:
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(database, main, USD_ONLY, transfer(amount="2"), fill("1", SELL, "1", "25000", at=later(9)))
    return main


def entered(database: Any, account: Account, **payload: Any) -> Edit:
    insert_edit_request(database.reader, EditKind.COST, payload, account.id)
    assert apply_edits(database.writer, [account.id]) == 1
    with database.reader.connect() as connection:
        return read_edits(connection, EditKind.COST, [account.id])[0]


def test_a_cost_is_pending_then_applied_and_makes_the_gain_known(database: Any) -> None:
    main = a_deposit_sold(database)
    insert_edit_request(
        database.reader, EditKind.COST, {"deposit": "deposit/1", "cost": "12000", "acquired": "2021-03-04"}, main.id
    )
    with database.reader.connect() as connection:
        (edit,) = read_edits(connection, EditKind.COST, [main.id])
    assert (edit.state, edit.answer, edit.applied_at) == (EditState.PENDING, None, None)
    assert apply_edits(database.writer, [main.id]) == 1
    assert apply_edits(database.writer, [main.id]) == 0
    with database.reader.connect() as connection:
        (edit,) = read_edits(connection, EditKind.COST, [main.id])
    assert edit.state is EditState.APPLIED
    assert (edit.answer or "").startswith("The deposit deposit/1 had cost 12000 USD.")
    assert edit.applied_at is not None
    assert edit.applied_at >= edit.filed_at
    assert work_out_again(database, main) == 2
    assert realised(database, main) == {"1": 19000}
    assert cost(database, main, "BTC") == (1, 6000)


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ({"deposit": "deposit/1", "cost": "-1"}, "cost: negative; write what was paid"),
        ({"deposit": "deposit/1", "cost": "much"}, "cost: not an amount"),
        ({"deposit": "deposit/1", "cost": "1", "currency": "usd"}, "currency: not a currency code"),
        ({"deposit": "deposit/1", "cost": "1", "acquired": "2999-01-01"}, "acquired: not between 1970 and today"),
        ({"deposit": "deposit/1"}, "cost: Field required"),
        ({"deposit": "deposit/1", "cost": "1", "more": 1}, "more: Extra inputs are not permitted"),
        ({"deposit": "nothing", "cost": "1"}, "'nothing' is no deposit of a coin into this account."),
        ({"deposit": "withdrawal/1", "cost": "1"}, "'withdrawal/1' is no deposit of a coin into this account."),
        ({"deposit": "deposit/1", "cost": None}, "No cost was entered in the app for the deposit deposit/1."),
    ],
)
def test_a_cost_that_cannot_be_is_refused_with_the_reason(database: Any, payload: Any, answer: str) -> None:
    main = a_deposit_sold(database)
    work_out(database, main, USD_ONLY, withdrawal(amount="-0.1", at=later(20)))
    edit = entered(database, main, **payload)
    assert edit.state is EditState.REFUSED
    assert (edit.answer or "").startswith(answer)
    with database.reader.connect() as connection:
        assert read_costs_by_origin(connection, main) == {}


def test_the_configuration_wins_over_the_app(database: Any) -> None:
    main = a_deposit_sold(database)
    assert entered(database, main, deposit="deposit/1", cost="10").state is EditState.APPLIED
    of_file = StatedCost("deposit/1", Decimal(12_000), "USD")
    write_stated_costs(database.writer, main.id, [of_file])
    refused = entered(database, main, deposit="deposit/1", cost="11")
    assert (refused.state, refused.answer) == (
        EditState.REFUSED, "The configuration file states the cost of this deposit. Change it there."
    )  # fmt: skip
    with database.reader.connect() as connection:
        assert read_costs_by_origin(connection, main) == {of_file: CostOrigin.CONFIGURATION}
    write_stated_costs(database.writer, main.id, [])
    with database.reader.connect() as connection:
        assert read_costs_by_origin(connection, main) == {StatedCost("deposit/1", Decimal(10), "USD"): CostOrigin.APP}
    assert entered(database, main, deposit="deposit/1", cost=None).state is EditState.APPLIED
    with database.reader.connect() as connection:
        assert read_costs_by_origin(connection, main) == {}


def test_a_deposit_that_brought_its_cost_along_needs_none(database: Any) -> None:
    """1 BTC bought for 100 moves from one account to the other."""
    one, other = new_accounts(database, 2, cost_method=FIFO)
    out = withdrawal("out", amount="-1", at=later(10), tx_id="abc")
    back = transfer("in", amount="1", at=later(20), tx_id="abc", account=other.name)
    work_out(database, one, USD_ONLY, fill("1", amount="1", price="100"), out)
    work_out(database, other, USD_ONLY, back)
    edit = entered(database, other, deposit="in", cost="7")
    assert (edit.state, edit.answer) == (
        EditState.REFUSED, "It came from one of your own accounts, and its cost is known."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "payload", "answer"),
    [
        ("ruin", "{}", "'ruin' is no kind of edit that this refresher knows."),
        ("cost", "[1]", "Its payload is no object."),
        ("tax_close", '{"year": "2024"}', "year '2024' is not a year."),
        ("tax_close", '{"year": 2024, "zone": "Mars/North"}', "zone 'Mars/North' is not a time zone."),
        ("tax_close", '{"year": 2024, "method": "best"}', "method 'best' is unknown: average, fifo, lifo, hifo."),
        ("tax_close", '{"year": 2024, "currency": "$"}', "currency '$' is not a currency code."),
        ("tax_close", '{"year": 2999}', "2999 is not over yet in UTC."),
    ],
)
def test_an_edit_that_is_not_understood_is_refused(database: Any, kind: str, payload: str, answer: str) -> None:
    edit = filed(database, kind, payload, a_deposit_sold(database))
    assert (edit.state, edit.answer) == (EditState.REFUSED, answer)


def test_edits_of_other_accounts_wait_for_their_own_refresher(database: Any) -> None:
    one, other = new_accounts(database, 2)
    insert_edit_request(database.reader, EditKind.COST, {"deposit": "x", "cost": "1"}, other.id)
    assert apply_edits(database.writer, [one.id]) == 0
    write_accounts(database.writer, [])  # the other one has left the configuration: anyone may answer
    assert apply_edits(database.writer, [one.id]) == 1


def a_year_sold(database: Any) -> Account:
    (main,) = new_accounts(database, cost_method=FIFO)
    bought = fill("1", price="100", at=THEN)
    work_out(database, main, USD_ONLY, bought, fill("2", SELL, "1", "150", at=THEN + timedelta(days=9)))
    return main


def test_a_page_closes_a_tax_year(database: Any) -> None:
    main = a_year_sold(database)
    edit = filed(database, "tax_close", f'{{"year": {LAST_YEAR}, "zone": "Europe/Zurich"}}', main)
    assert (edit.state, edit.answer) == (EditState.APPLIED, f"{LAST_YEAR} of {main.name} is closed with 1 disposal.")
    with database.reader.connect() as connection:
        (name,) = read_closed_names(connection, [main])
    assert (name.year, name.zone, name.currency, name.method) == (LAST_YEAR, "Europe/Zurich", "USD", LotMethod.FIFO)


def test_the_command_closes_a_tax_year_of_each_account(database: Any, capsys: Any) -> None:
    main = a_year_sold(database)
    assert close_years(database.writer, [], {"year": LAST_YEAR}) == Exit.DONE
    assert close_years(database.writer, [main.name], {"year": LAST_YEAR}) == Exit.FAILED
    assert close_years(database.writer, ["nobody"], {"year": LAST_YEAR}) == Exit.FAILED
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        f"{LAST_YEAR} of {main.name} is closed with 1 disposal.", f"{LAST_YEAR} of {main.name} was closed before."
    ]  # fmt: skip
    assert "no account 'nobody'" in shown.err
