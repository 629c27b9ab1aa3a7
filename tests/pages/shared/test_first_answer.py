"""Before its first answer a web process says that it loads, and only later that the database cannot be reached."""

import pytest

from pages.shared import latest, viewer
from tests.api.serving import until
from tests.factories import valuation
from tests.pages.conftest import Pages, again, words_of
from tests.pages.factories import configured, seen


@pytest.mark.slow
def test_a_page_without_a_first_answer_loads_until_its_patience_ends(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (latest, viewer):
        monkeypatch.setattr(module, "PROMPT_SECONDS", 0.05)
        monkeypatch.setattr(module, "LOADING_SECONDS", 600.0)
    seen(pages.writer, configured(pages.writer), worth=valuation("1"))
    pages.wire.silence()
    app = pages.app()
    assert ">Loading<" in words_of(app)
    assert "cannot be reached" not in words_of(app)
    for module in (latest, viewer):
        monkeypatch.setattr(module, "LOADING_SECONDS", 0.0)
    assert "The database cannot be reached" in words_of(again(app))
    pages.wire.mend()
    until(lambda: "$1.00" in words_of(again(app)))


def test_a_refused_connection_counts_at_once(pages: Pages) -> None:
    pages.wire.cut()
    words = words_of(pages.app())
    assert "The database cannot be reached" in words
    assert ">Loading<" not in words
    pages.wire.mend()
