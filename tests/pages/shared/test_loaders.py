"""Loading a past moment whose refresh was thinned out after the moment was cached."""

from datetime import UTC, datetime, timedelta

import streamlit as st
from sqlalchemy import text

from pages.shared.loaders import load_scene
from pages.shared.view import View
from tests.factories import valuation
from tests.pages.conftest import Pages
from tests.pages.factories import ago, configured, seen


def test_a_moment_whose_refresh_was_thinned_out_shows_the_one_before(pages: Pages) -> None:
    account = configured(pages.writer)
    for minutes in (50, 40, 30, 0):
        seen(pages.writer, account, ago(minutes=minutes), valuation(str(1000 + minutes)))
    view = View(as_of=datetime.now(UTC) - timedelta(minutes=35))
    (before,) = load_scene(view).snapshots
    with pages.writer.begin() as connection:
        connection.execute(text("DELETE FROM refresh WHERE taken_at = :at"), {"at": before.refresh.taken_at})
    st.cache_resource.clear()  # the snapshot is read again, the moment is still cached
    (after,) = load_scene(view).snapshots
    assert after.refresh.taken_at < before.refresh.taken_at
    assert after.refresh.valuation is not None
    assert after.refresh.valuation.net_value == 1050
