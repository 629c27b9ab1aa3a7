"""Loading a scene: a past moment whose refresh was thinned out, and an account that cannot be read just now."""

from datetime import UTC, datetime, timedelta

import streamlit as st
from sqlalchemy import text

from domain.freshness import Freshness
from domain.sources import SourceKind
from pages.shared.loaders import load_latest, load_scene
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


def test_an_account_that_cannot_be_read_just_now_has_the_age_of_its_snapshot(pages: Pages) -> None:
    """As after a start while the machine is too busy for the first read: it was seen."""
    account = configured(pages.writer)
    seen(pages.writer, account, taken_at := ago(minutes=30), valuation("1"))
    load_latest()
    pages.wire.cut()
    scene = load_scene(View())
    assert scene.unread == scene.accounts
    assert {light.state.as_of for light in scene.lights(SourceKind)} == {taken_at}
    assert scene.freshness(SourceKind) is Freshness.STALE
    pages.wire.mend()
