"""A download that a further click has interrupted is asked for again, and saved once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.components.payload import packed
from pages.components.sheet.model import Sheet
from tests.whole.browser.browsing import tab
from tests.whole.browser.test_quick_choices import draw, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as page:
        opened(page)
        yield page


def downloads(file: dict[str, Any] | None) -> Sheet:
    sheet = Sheet()
    content = {"label": "CSV", "help": "All rows", "enabled": True, "file": file}
    sheet.add_component("download", "csv", packed(content), {}, None)
    return sheet


def requests_sent(page: Page) -> list[tuple[int, str]]:
    """Number and value of each request, in the order of sending."""
    messages = [json.loads(message) for message in page.evaluate("window.sent")]
    return sorted({(number, value) for events in messages for number, _, name, value in events if name == "asked"})


def test_a_request_without_an_answer_is_repeated_until_its_file_comes(page: Page) -> None:
    draw(page, downloads(None))
    button = page.get_by_role("button", name="CSV")
    button.click()
    expect(button).to_have_text("… CSV")
    ((number, request),) = requests_sent(page)
    draw(page, downloads(None), handled=number)  # the run that made the file was interrupted
    page.wait_for_function("window.sent.length > 1")
    assert {value for _, value in requests_sent(page)} == {request}
    (*_, (last, _)) = requests_sent(page)
    assert last > number
    with page.expect_download() as saved:
        draw(page, downloads({"request": request, "name": "rows.csv", "text": "a,b"}), handled=last)
    assert saved.value.suggested_filename == "rows.csv"
    expect(button).to_have_text("↓ CSV")


def test_a_file_that_could_not_be_made_is_not_asked_for_again(page: Page) -> None:
    draw(page, downloads(None))
    button = page.get_by_role("button", name="CSV")
    button.click()
    ((number, request),) = requests_sent(page)
    draw(page, downloads({"request": request, "name": "rows.csv"}), handled=number)
    expect(button).to_have_text("↓ CSV")


def test_no_request_is_sent_while_the_page_runs(page: Page) -> None:
    draw(page, downloads(None))
    page.evaluate("""document.querySelector('[data-testid="stApp"]').dataset.testScriptState = "running" """)
    page.clock.install()
    page.get_by_role("button", name="CSV").click()
    ((number, _),) = requests_sent(page)
    draw_in_run = "window.sent.length"
    page.clock.run_for(30_000)
    assert page.evaluate(draw_in_run) == 1
    assert [sent for sent, _ in requests_sent(page)] == [number]
