"""The hub: a refresh is worked out once for all who look, and each browser gets what it lacks."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from pages.live import hub as hub_module
from pages.live.figures import moved_accounts
from pages.live.hub import Hub
from pages.live.recipe import PartKind, version_of, work_out
from pages.live.recipes import Recipes
from pages.live.recording import _worked_out, recorded
from pages.shared.failures import guarded
from pages.shared.latest import Latest, Outage
from pages.shared.loaders import load_scene
from pages.shared.view import View
from tests.factories import valuation
from tests.pages.conftest import Pages, look_again
from tests.pages.factories import ago, configured, seen
from tests.pages.live.following import (
    FRAGILE,
    built,
    drawn,
    everyone,
    following,
    fragile_html,
    live_content,
    values_html,
)
from tests.pages.past import with_past


@pytest.fixture(autouse=True)
def quick_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr("pages.live.figures.FRESH_SECONDS", 0.01)
    built.clear()


def run(pages: Pages, test: Callable[[Hub, Recipes], Awaitable[None]]) -> None:
    recipes = Recipes()
    asyncio.run(test(Hub(recipes, everyone, lambda: None), recipes))  # type: ignore[arg-type]


def test_a_refresh_is_worked_out_once_for_all_who_look(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        async with following(hub, {token: version}) as first, following(hub, {token: version}) as second:
            await first.beats(2)
            await second.beats(2)
            built.clear()
            seen(pages.writer, account, worth=valuation("200"))
            events = [await first.figures(), await second.figures()]
        assert [event["parts"] for event in events] == [{"values": "main 200", "names": "main"}] * 2
        assert len(built) == 1

    run(pages, test)


def test_only_changed_parts_follow_the_first_figures(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        async with following(hub, {token: version}) as browser:
            await browser.beats(1)
            for value in ("200", "300"):
                seen(pages.writer, account, worth=valuation(value))
                event = await browser.figures()
        assert event["parts"] == {"values": "main 300"}

    run(pages, test)


def test_a_refresh_that_changes_nothing_on_the_page_sends_nothing(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        async with following(hub, {token: version}) as browser:
            await browser.beats(1)
            for value in ("200", "200", "300"):
                seen(pages.writer, account, worth=valuation(value))
                if value == "200" and len(browser.events) > 1:
                    await browser.beats(sum("token" not in e for e in browser.events) + 3)
                else:
                    await browser.figures()
        assert [e["parts"]["values"] for e in browser.events if "parts" in e] == ["main 200", "main 300"]

    run(pages, test)


def test_a_browser_that_missed_something_gets_all_figures(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), worth=valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, _ = drawn(recipes)
        async with following(hub, {token: "older"}) as browser:
            assert (await browser.figures())["parts"] == {"values": "main 100", "names": "main"}

    run(pages, test)


def test_a_page_with_other_places_is_told_to_run(pages: Pages) -> None:
    account, second = with_past(pages.writer, "a", "b")
    seen(pages.writer, account, ago(seconds=30), valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        async with following(hub, {token: version}) as browser:
            await browser.beats(1)
            seen(pages.writer, second, worth=valuation("7"))
            event = await browser.figures()
        assert event["run"] is True
        assert "parts" not in event

    run(pages, test)


def test_a_page_that_is_not_known_any_more_is_told_to_run(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))

    async def test(hub: Hub, recipes: Recipes) -> None:
        async with following(hub, {"forgotten": "1"}) as browser:
            assert (await browser.figures())["run"] is True

    run(pages, test)


def test_the_page_of_another_viewer_gives_no_figures(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), worth=valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, _ = drawn(recipes, owner="alice")
        async with following(hub, {token: "older"}, viewer="bob") as browser:
            event = await browser.figures()
        assert event.keys() == {"token", "at", "run"}

    run(pages, test)


def test_pages_that_show_the_same_share_a_token_and_others_do_not(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    recipes = Recipes()
    token, _ = drawn(recipes)
    assert drawn(recipes)[0] == token
    assert drawn(recipes, view=View(currency="EUR"))[0] != token
    assert drawn(recipes, owner="alice")[0] != token


def test_the_recipe_used_longest_ago_is_dropped(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    recipes = Recipes(most=2)
    tokens = [drawn(recipes, view=View(currency=currency))[0] for currency in ("USD", "EUR", "BTC")]
    assert [recipes.page(token) is not None for token in tokens] == [False, True, True]


def test_recipes_have_a_budget_of_bytes(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    recipes = Recipes(most_bytes=1)
    tokens = [drawn(recipes, view=View(currency=currency))[0] for currency in ("USD", "EUR")]
    assert [recipes.page(token) is not None for token in tokens] == [False, True]


def test_a_recipe_is_dropped_when_no_session_shows_it(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    recipes = Recipes()
    first, second = drawn(recipes)[0], drawn(recipes)[0]
    drawn(recipes, view=View(currency="EUR"), former=first)
    assert recipes.page(first) is not None
    drawn(recipes, view=View(currency="EUR"), former=second)
    assert recipes.page(first) is None


def test_a_long_shape_is_kept_as_a_digest(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    scene = load_scene(View())
    with recorded(scene) as recording:
        _worked_out(PartKind.SHAPE, "long", scene, lambda _: "word " * 10_000, ())
    assert len(repr(recording.recipe.shapes)) < 100
    assert not work_out(recording.recipe, scene, {}).is_other_page


def test_a_past_moment_is_not_live(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), ago(minutes=9))
    for view, is_live in ((View(), True), (View(as_of=ago(minutes=5)), False)):
        with recorded(load_scene(view)) as recording:
            assert recording.is_live is is_live


def test_a_part_that_fails_keeps_what_is_shown_and_the_others_follow(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))
    scene = load_scene(View())
    with recorded(scene) as recording:
        for key, build in (("values", values_html), ("fragile", fragile_html)):
            assert live_content(key, scene, build)
    before = dict(recording.drawn)
    monkeypatch.setitem(FRAGILE, "fails", True)
    seen(pages.writer, account, worth=valuation("200"))
    look_again()
    figures = work_out(recording.recipe, load_scene(View()), before)
    assert figures.contents == {"values": "main 200", "fragile": before["fragile"]}


def test_a_section_that_failed_makes_the_page_follow_by_runs(pages: Pages) -> None:
    """The stream could not know when the section can be drawn again."""
    seen(pages.writer, configured(pages.writer))
    with recorded(load_scene(View())) as recording, guarded("A section"):
        int("no number")
    assert not recording.is_live


def test_a_server_that_is_late_says_so_with_each_beat(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))
    monkeypatch.setattr(hub_module, "BUSY_SECONDS", -1.0)

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        monkeypatch.setattr(hub, "_behind", 9.0)
        async with following(hub, {token: version}) as browser:
            await browser.beats(1)
        assert browser.events[0]["behind"] == 9

    run(pages, test)


def test_ages_in_words_make_no_newer_version() -> None:
    """The browser counts them on by itself."""
    first, second = ('<time data-since="5">3 s</time> old', '<time data-since="5">9 s</time> old')
    assert version_of([("age", first)]) == version_of([("age", second)])
    assert version_of([("age", first)]) != version_of([("age", first.replace("5", "6"))])


def test_only_pages_that_show_a_moved_account_are_worked_out(pages: Pages) -> None:
    accounts = with_past(pages.writer, "a", "b")
    for account in accounts:
        seen(pages.writer, account, ago(seconds=30), valuation("100"))

    async def test(hub: Hub, recipes: Recipes) -> None:
        (first, version), (other, other_version) = (drawn(recipes, view=View(accounts=(name,))) for name in "ab")
        async with following(hub, {first: version, other: other_version}) as browser:
            await browser.beats(2)
            built.clear()
            seen(pages.writer, accounts[1], worth=valuation("200"))
            event = await browser.figures()
        assert (event["token"], event["parts"]["values"]) == (other, "b 200")
        assert len(built) == 1

    run(pages, test)


def test_what_changed_names_its_accounts_or_all() -> None:
    now = ago(seconds=1)
    latest = Latest((), {1: now, 2: now})
    assert moved_accounts(latest, Latest((), {1: now, 2: ago(seconds=0)})) == {2}
    assert moved_accounts(latest, Latest((), {1: now, 2: now, 3: now})) == {3}
    assert moved_accounts(latest, Latest((), {1: now, 2: now}, Outage(now, "down"))) is None
    assert moved_accounts(latest, latest) == frozenset()
    assert moved_accounts(None, latest) is None
    assert moved_accounts("down", "down") == frozenset()
