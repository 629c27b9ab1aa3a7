"""Costs of deposits on Transfers: entered on the page, applied by the refresher, with their state."""

from typing import Any

from db.writes.stated_costs import write_stated_costs
from domain.stated_cost import StatedCost
from refresher.edits.apply import apply_edits
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import control_of, has_piece, sheet_of, tables_of
from tests.pages.events import choose
from tests.pages.transfers.test_page import opened, some


def entered(pages: Pages, amount: str) -> Any:
    app = opened(pages)
    choose(app, "cost_form", "cost_amount", amount)
    choose(app, "cost_form", "cost_acquired", "2026-03-31")
    assert [control_of(app, name)["chosen"] for name in ("cost_amount", "cost_acquired")] == [[amount], ["2026-03-31"]]
    choose(app, "cost_form", "cost_save", "cost_save")
    assert control_of(app, "cost_amount")["chosen"] == [""]
    return app


def stated(app: Any) -> list[list[str]]:
    return [row for frame in tables_of(app) if "Stated in" in frame for row in frame.values.tolist()]


def test_a_cost_is_pending_and_then_applied(pages: Pages) -> None:
    account = some(pages)
    app = entered(pages, "1234.5")
    assert "Pending. The refresher applies it" in words_of(app)
    assert "cost of coins that you deposited from elsewhere" in words_of(app)
    assert stated(app) == []
    apply_edits(pages.writer, [account.id])
    app.run()
    assert "Applied. The deposit deposit/1 had cost 1234.5 USD." in words_of(app)
    assert stated(app) == [["deposit/1", "main", "1234.5 USD", "31 Mar 2026, 12:00:00 UTC", "app"]]


def test_a_refused_cost_says_why(pages: Pages) -> None:
    account = some(pages)
    app = entered(pages, "much")
    apply_edits(pages.writer, [account.id])
    app.run()
    assert "Refused. cost: not an amount" in words_of(app)
    assert has_piece(sheet_of(app), "cost_form")


def test_lines_of_the_configuration_are_shown_and_cannot_be_edited(pages: Pages) -> None:
    """The only deposit that happened has a line, so there is nothing to enter."""
    account = some(pages)
    write_stated_costs(pages.writer, account.id, [StatedCost("deposit/1", 7, "EUR")])  # type: ignore[arg-type]
    app = opened(pages)
    assert stated(app) == [["deposit/1", "main", "7 EUR", "", "configuration file"]]
    assert not has_piece(sheet_of(app), "cost_form")
