"""Costs of deposits: enter what a deposit of unknown cost had cost, and see what was stated."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from db.reads.deposit_costs import DepositCosts, UnknownDeposit, read_deposit_costs
from domain.edits import EditKind
from domain.snapshot import Account
from domain.stated_cost import CostOrigin
from pages.components.table.model import Place
from pages.shared.edits import file_edits, show_edits
from pages.shared.formats import MASK, moment_text, quantity_text, utc_text
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.shared.tables import Column, Kind
from pages.shared.view import View
from pages.shared.widgets import section, show_table

COSTS = (
    Column("Deposit", Kind.TEXT, "Its id", pinned=True, place=Place.TITLE),
    Column("Account", Kind.TEXT),
    Column("Cost", Kind.TEXT, "Of the whole deposit, or of the part whose cost is unknown", place=Place.LEAD),
    Column("Acquired", Kind.TEXT, "UTC", place=Place.NOTE),
    Column("Stated in", Kind.TEXT, "Lines of the configuration file win, and are changed there", place=Place.FIGURE),
)
_ORIGINS = {CostOrigin.CONFIGURATION: "configuration file", CostOrigin.APP: "app"}
_ERROR, _FIELDS = "cost_error", ("cost_amount", "cost_currency", "cost_acquired")


def show_costs(scene: Scene) -> None:
    """The deposits of unknown cost with a form, what was stated so far, and the latest edits. Not of a past moment."""
    if not scene.is_now:
        return
    costs_by_account = {account: _load(account) for account in scene.accounts}
    deposits = [(account, deposit) for account, costs in costs_by_account.items() for deposit in costs.unknown]
    frame = costs_frame(costs_by_account, scene.view)
    if not deposits and frame.empty:
        return
    with section("Costs of deposits", "what coins had cost that came from elsewhere"):
        if deposits:
            _show_form(scene, deposits)
        show_edits(EditKind.COST, scene)
        if not frame.empty:
            show_table(
                frame, COSTS, "stated_costs", order=[column.name for column in COSTS], inks=scene.view.inks,
                alt="What deposits had cost",
            )  # fmt: skip


def _load(account: Account) -> DepositCosts:
    """Raises DatabaseUnavailable."""
    return ask(lambda connection: read_deposit_costs(connection, account))


def _show_form(scene: Scene, deposits: Sequence[tuple[Account, UnknownDeposit]]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="cost_form"):
        texts = {deposit_text(account, deposit, scene.view): (account, deposit) for account, deposit in deposits}
        chosen = st.selectbox("Deposit of unknown cost", list(texts), key="cost_deposit", width=360)
        account, deposit = texts[chosen]
        st.text_input("Cost of all of it", key="cost_amount", width=140, placeholder="1234.56")
        currencies = dict.fromkeys((account.base_currency, *account.display_currencies))
        st.selectbox("Currency", list(currencies), key="cost_currency", width=100)
        st.date_input(
            "Acquired", value=None, key="cost_acquired", width=140, max_value="today", min_value=date(1970, 1, 1),
            help="The day on which the coins were bought. Empty: not known",
        )  # fmt: skip
        st.button("Save", on_click=_file, args=(account, deposit.key), key="cost_save")
    if st.session_state.get(_ERROR):
        st.caption(st.session_state[_ERROR])


def _file(account: Account, key: str) -> None:
    amount, currency, acquired = (st.session_state.get(name) for name in _FIELDS)
    payload = {
        "deposit": key,
        "cost": str(amount or "").strip(),
        "currency": currency,
        "acquired": None if acquired is None else acquired.isoformat(),
    }
    st.session_state[_ERROR] = file_edits(EditKind.COST, payload, [account])
    st.session_state["cost_amount"] = ""


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
