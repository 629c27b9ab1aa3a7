"""Opened row: the row of a long list that the address names, and its key among the rows of several accounts."""

from dataclasses import dataclass

import streamlit as st

from pages.shared.choices import address_of
from pages.shared.url_choices import printable, rewrite_url
from pages.shared.view import View

_BETWEEN = "\n"  # no account's name has a line break


def row_key(account: str, key: str) -> str:
    """The key of a row in a list: ids are unique within one account at best."""
    return f"{account}{_BETWEEN}{key}"


def parts_of_row(row: str) -> tuple[str, str]:
    """The account and the id of a row."""
    account, _, key = row.partition(_BETWEEN)
    return account, key


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """The names of an opened row in the address: `name` ("fill") has its id, `name`_of its account."""

    path: str
    name: str

    @property
    def of(self) -> str:
        """The name of the account."""
        return f"{self.name}_of"

    def link(self, account: str, key: str, view: View) -> str:
        """The address that shows the list with this row opened."""
        return address_of(self.path, view, self.choices(account, key))

    def choices(self, account: str, key: str) -> dict[str, str]:
        """What the address names then."""
        return {self.name: key, self.of: account}

    def current(self) -> tuple[str, str] | None:
        """The account and the id of the opened row. None if the address names none."""
        key = printable(st.query_params.get(self.name, ""))
        return (printable(st.query_params.get(self.of, "")), key) if key else None

    def open(self, row: str) -> None:
        """Open a row by its key in the list. It is one step of Back."""
        st.query_params.update(self.choices(*parts_of_row(row)))

    def close(self) -> None:
        """Close the panel."""
        rewrite_url({self.name, self.of}, {})
