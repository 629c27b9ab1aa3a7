"""The hub when it cannot work out figures, and its limits: nothing is lost, and nobody takes all streams."""

from typing import Any

import pytest

from pages.live import hub as hub_module
from pages.live.figures import worked_out
from pages.live.hub import Hub, TooManySubscribers
from pages.live.recipes import Recipes
from pages.shared.database import DatabaseUnavailable
from tests.factories import valuation
from tests.pages.conftest import Pages, look_again
from tests.pages.factories import ago, configured, seen
from tests.pages.live.following import drawn, following
from tests.pages.live.test_hub import quick_beats, run

__all__ = ["quick_beats"]


@pytest.mark.parametrize("error", [DatabaseUnavailable("down"), ValueError("a bug")])
def test_newer_figures_that_failed_are_worked_out_again(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """No further refresh comes, so they would be late by the time that ages need."""
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))
    monkeypatch.setattr(hub_module, "STANDSTILL_SECONDS", 3600.0)
    failures = failing(monkeypatch)

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        async with following(hub, {token: version}) as browser:
            await browser.beats(2)
            failures.append(error)
            seen(pages.writer, account, worth=valuation("200"))
            await browser.beats(8)
            failures.clear()
            assert (await browser.figures())["parts"]["values"] == "main 200"

    run(pages, test)


def test_nothing_older_is_sent_while_figures_fail_that_a_script_has_drawn(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=30), valuation("100"))
    failures = failing(monkeypatch)

    async def test(hub: Hub, recipes: Recipes) -> None:
        token, version = drawn(recipes)
        async with following(hub, {token: version}) as first:
            await first.beats(1)
            seen(pages.writer, account, ago(seconds=20), valuation("200"))
            await first.figures()
            failures.append(ValueError("a bug"))
            seen(pages.writer, account, ago(seconds=10), valuation("300"))
            look_again()
            async with following(hub, dict([drawn(recipes)])) as second:
                await second.beats(6)
                assert not [event for event in second.events if "parts" in event]
                failures.clear()
                assert (await first.figures())["parts"] == {"values": "main 300"}

    run(pages, test)


def failing(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Working out figures raises the error in this list, which is empty at first."""
    errors: list[Exception] = []

    def flaky(*args: Any) -> Any:
        if errors:
            raise errors[0]
        return worked_out(*args)

    monkeypatch.setattr(hub_module, "worked_out", flaky)
    return errors


def test_unknown_tokens_take_no_place(pages: Pages) -> None:
    async def test(hub: Hub, recipes: Recipes) -> None:
        async with following(hub, {f"unknown{number}": "1" for number in range(60)}) as browser:
            events = [await browser.figures() for _ in range(60)]
            assert hub._groups == {}
        assert all(event["run"] for event in events)

    run(pages, test)


def test_one_viewer_cannot_take_all_streams(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MOST_OF_VIEWER", 1)

    async def test(hub: Hub, recipes: Recipes) -> None:
        async with following(hub, {}, viewer="alice") as first, following(hub, {}, viewer="alice") as second:
            await first.beats(1)
            with pytest.raises(TooManySubscribers):
                await second.beats(1)
            async with following(hub, {}, viewer="bob") as third:
                await third.beats(1)

    run(pages, test)
