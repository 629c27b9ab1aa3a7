"""Costs of deposits: enter what a deposit of unknown cost had cost, and see what was stated."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from db.reads.deposit_costs import DepositCosts, UnknownDeposit, read_deposit_costs
from domain.edits import EditKind
from domain.snapshot import Account
from domain.stated_cost import CostOrigin
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.components.table.model import Place
from pages.shared.edits import file_edits, show_edits
from pages.shared.formats import MASK, moment_text, quantity_text, utc_text
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice
from pages.shared.tables import Column
from pages.shared.tables import Kind as ColumnKind
from pages.shared.view import View
from pages.shared.widgets import draw_note, section, show_table

COSTS = (
    Column("Deposit", ColumnKind.TEXT, "Its id", pinned=True, place=Place.TITLE),
    Column("Account", ColumnKind.TEXT),
    Column("Cost", ColumnKind.TEXT, "Of the whole deposit, or of the part whose cost is unknown", place=Place.LEAD),
    Column("Acquired", ColumnKind.TEXT, "UTC", place=Place.NOTE),
    Column(
        "Stated in", ColumnKind.TEXT, "Lines of the configuration file win, and are changed there", place=Place.FIGURE
    ),
)
_ORIGINS = {CostOrigin.CONFIGURATION: "configuration file", CostOrigin.APP: "app"}
_ERROR, _SAVE = "cost_error", "cost_save"
_FIELDS = _DEPOSIT, _AMOUNT, _CURRENCY, _ACQUIRED = "cost_deposit", "cost_amount", "cost_currency", "cost_acquired"


def show_costs(scene: Scene) -> None:
    """The deposits of unknown cost with a form, what was stated so far, and the latest edits. Not of a past moment."""
    if not scene.is_now:
        return
    costs_by_account = {account: _load(account) for account in scene.accounts}
    deposits = [(account, deposit) for account, costs in costs_by_account.items() for deposit in costs.unknown]
    frame = costs_frame(costs_by_account, scene.view)
    if not deposits and frame.empty:
        return
    with section("Costs of deposits", "cost of coins that you deposited from elsewhere"):
        if deposits:
            _show_form(scene, deposits)
        show_edits(EditKind.COST, scene)
        if not frame.empty:
            show_table(
                frame, COSTS, "stated_costs", order=[column.name for column in COSTS], inks=scene.view.inks,
                alt="Stated costs of deposits",
            )  # fmt: skip


def _load(account: Account) -> DepositCosts:
    """Raises DatabaseUnavailable."""
    return ask(lambda connection: read_deposit_costs(connection, account))


def _show_form(scene: Scene, deposits: Sequence[tuple[Account, UnknownDeposit]]) -> None:
    texts = {deposit_text(account, deposit, scene.view): (account, deposit) for account, deposit in deposits}
    chosen = session_choice(_DEPOSIT, texts, next(iter(texts)))
    account, deposit = texts[chosen]
    currencies = list(dict.fromkeys((account.base_currency, *account.display_currencies)))
    currency = session_choice(_CURRENCY, currencies, account.base_currency)
    amount, acquired = (st.session_state.get(name, "") for name in (_AMOUNT, _ACQUIRED))
    controls = [
        Control(_DEPOSIT, "Deposit of unknown cost", Kind.SELECT, options_of(texts), [chosen]),
        Control(_AMOUNT, "Cost of all of it", Kind.NUMBER, chosen=[amount], hint="1234.56"),
        Control(_CURRENCY, "Currency", Kind.SELECT, options_of(currencies), [currency]),
        Control(_ACQUIRED, "Acquired, if known", Kind.DAY, chosen=[acquired]),
        Control(_SAVE, "Cost", Kind.ACTIONS, [(_SAVE, "Save")], is_label_shown=False),
    ]

    def save(_: Sequence[str]) -> None:
        _file(account, deposit.key, currency)

    draw_controls(payload_of(controls), "cost_form", into_session(_FIELDS, {_SAVE: save}))
    if st.session_state.get(_ERROR):
        draw_note(st.session_state[_ERROR])


def _file(account: Account, key: str, currency: str) -> None:
    amount, acquired = (st.session_state.get(name, "") for name in (_AMOUNT, _ACQUIRED))
    payload = {"deposit": key, "cost": amount.strip(), "currency": currency, "acquired": acquired or None}
    st.session_state[_ERROR] = file_edits(EditKind.COST, payload, [account])
    st.session_state[_AMOUNT] = ""


def deposit_text(account: Account, deposit: UnknownDeposit, view: View) -> str:
    """A deposit in the list of choices."""
    quantity = MASK if view.hide_amounts else quantity_text(deposit.quantity)
    return f"{moment_text(deposit.at, view.zone)} · {quantity} {deposit.asset} · {account.name} · {deposit.key}"


def costs_frame(costs_by_account: Mapping[Account, DepositCosts], view: View) -> pd.DataFrame:
    """The stated costs that count."""
    rows = [
        (
            stated.key,
            account.name,
            MASK if view.hide_amounts else f"{stated.cost:f} {stated.currency}",
            "" if stated.acquired_at is None else utc_text(stated.acquired_at),
            _ORIGINS[origin],
        )
        for account, costs in costs_by_account.items()
        for stated, origin in costs.stated.items()
    ]
    return pd.DataFrame(rows, columns=[column.name for column in COSTS])
