"""Shared by page tests: the app on a test database, with a connection that a test can cut."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import Engine, make_url
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.shared import database as access
from pages.shared import latest, market_figures
from pages.shared.cache_budget import budget
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import latest_refreshes
from pages.shared.viewer import _known_viewers, forget_database, the_database
from tests.api.wire import Wire, wire_to
from tests.pages.drawn_tables import htmls_of

APP = Path(__file__).parents[2] / "app.py"


@dataclass(frozen=True)
class Pages:
    """The pages of one test, with their own caches. `writer` fills their database, `wire` is the connection to it."""

    writer: Engine
    wire: Wire

    def app(self, **query: str) -> AppTest:
        """The whole app at its first page, opened by a link with these query parameters."""
        return self.opened(AppTest.from_file(str(APP)), **query)

    def page(self, show: Callable[[], None], **query: str) -> AppTest:
        """One page by itself: `show` is a function that imports all it needs and shows it."""
        return self.opened(AppTest.from_function(show), **query)

    def opened(self, tested: AppTest, **query: str) -> AppTest:
        tested.default_timeout = 60
        for name, value in query.items():
            tested.query_params[name] = value
        return again(tested)


def again(tested: AppTest) -> AppTest:
    """Run the page once more, as its timer would, with a new look at the latest refresh."""
    look_again()
    tested.run()
    assert [e.value for e in tested.exception] == []
    return tested


def look_again() -> None:
    """Forget when viewers and the latest refresh were last asked for."""
    for known in _known_viewers()._known.values():
        known.looked_at = float("-inf")
    with suppress(DatabaseUnavailable):  # as long as the viewer was never known
        latest_refreshes()._asked_at = float("-inf")


def words_of(tested: AppTest) -> str:
    """All texts of a page outside its tables and inputs."""
    from tests.pages.drawn_tables import leads_of, notes_of

    parts = [*htmls_of(tested), *notes_of(tested), *leads_of(tested)]
    spoken = [*tested.markdown, *tested.caption, *tested.button]
    said = [str(getattr(e, "value", None) or getattr(e, "label", "")) for e in spoken]
    return "\n".join([*parts, *said]).replace("False", "")


@pytest.fixture(scope="session", autouse=True)
def packages_scanned_once() -> Iterator[None]:
    """Every AppTest reads the metadata of all installed packages in search of components. They stay the same."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture
def pages(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    url = make_url(database.url)
    with wire_to("127.0.0.1", url.port or 5432) as wire:
        # A database that shares its cores with other tests is slow, not down.
        monkeypatch.setattr(latest, "PROMPT_SECONDS", 20.0)
        monkeypatch.setattr(access, "PATIENT_SECONDS", 40.0)
        monkeypatch.setenv("DATABASE_URL", url.set(host="127.0.0.1", port=wire.port).render_as_string(False))
        forget_everything()
        yield Pages(database.writer, wire)
        if the_database()._engine is not None:
            the_database().engine().dispose()
    forget_everything()


def forget_everything() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    forget_database()
    budget.forget()
    market_figures._worked_out.clear()
