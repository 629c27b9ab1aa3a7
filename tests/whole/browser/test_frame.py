"""The frame: pages within one tap, a moment that is applied, shortcuts, theme, and the way back."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.whole.browser.browsing import PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAIN = '[data-testid="stMain"]'


def heading(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_attached()
    settled(page)


def test_a_phone_reaches_each_page_and_nothing_covers_it_after_a_choice(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        for name in ("Orders", "Trades", "Cash flow", "Overview"):
            page.locator(".sf-bar nav").get_by_role("link", name=name).tap()
            heading(page, name)
        page.locator(".opener").tap()
        page.locator(".phone-pages").get_by_role("link", name="Status").tap()
        heading(page, "Status")
        expect(page.locator(".menu:popover-open")).to_have_count(0)
        page.locator(".opener").tap()
        page.get_by_text("Hide amounts", exact=True).tap()
        expect(page).to_have_url(re.compile("hide_amounts=true"))
        expect(page.locator(".menu:popover-open")).to_have_count(0)


def test_choices_stay_in_the_address_of_the_next_page(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/?currency=EUR&hide_small=true", "Overview")
        link = page.locator(".sf-bar nav").get_by_role("link", name="Trades")
        expect(link).to_have_attribute("href", re.compile("currency=EUR"))
        link.click()
        heading(page, "Trades")
        expect(page).to_have_url(re.compile(r"/fills\?"))
        assert "currency=EUR" in page.url
        assert "hide_small=true" in page.url


def test_the_calendar_counts_when_it_is_applied_and_enter_applies(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.keyboard.press("t")
        field = page.locator('input[type="datetime-local"]')
        field.fill("2025-01-02T03:04")
        settled(page)
        assert "as_of" not in page.url
        field.press("Enter")
        expect(page).to_have_url(re.compile("as_of=2025-01-02T02%3A04%3A00Z"))  # Berlin is an hour ahead in winter
        expect(page.get_by_text("You are looking at the past")).to_be_visible()
        page.get_by_role("button", name="Back to now").click()
        expect(page).not_to_have_url(re.compile("as_of"))


def test_a_moment_ahead_is_refused_with_a_reason(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.keyboard.press("t")
        page.locator('input[type="datetime-local"]').fill("2100-01-01T00:00")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_text("This moment lies ahead.")).to_be_visible()
        assert "as_of" not in page.url


def test_shortcuts_lead_to_pages_and_list_themselves(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        page.keyboard.press("r")
        heading(page, "Orders")
        page.get_by_role("textbox", name="Search").click()
        page.keyboard.type("go")  # letters in a field are no shortcuts
        page.keyboard.press("Escape")
        expect(page.get_by_role("textbox", name="Search")).not_to_be_focused()
        heading(page, "Orders")
        settled(page)
        for keys, name in (("ga", "Alerts"), ("go", "Overview")):
            for key in keys:
                page.keyboard.press(key)
            heading(page, name)
            expect(page.locator('.sf-bar > nav a[aria-current="page"]')).to_have_text([name])


def test_the_theme_switch_stays_on_every_page(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.get_by_role("button", name="Dark theme").click()
        expect(page.get_by_role("button", name="Light theme")).to_be_visible()
        for path, title in (("/status", "Status"), ("/alerts", "Alerts")):
            opened(page, stack.site.url + path, title)
            expect(page.get_by_role("button", name="Light theme")).to_be_visible()


def test_the_link_of_the_first_page_leads_there_from_any_page(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/status?currency=EUR", "Status")
        link = page.locator(".sf-bar nav").get_by_role("link", name="Overview")
        expect(link).to_have_attribute("href", "/?currency=EUR")


def test_back_returns_to_the_place_on_the_page(browser: Browser, stack: Stack) -> None:
    with tab(browser, (1440, 500)) as page:
        opened(page, stack.site.url + "/status", "Status")
        page.locator(MAIN).evaluate("(main) => { main.scrollTop = 300; }")
        page.wait_for_function(f"() => document.querySelector('{MAIN}').scrollTop === 300")
        page.locator(".sf-bar nav").get_by_role("link", name="Orders").click()
        heading(page, "Orders")
        page.go_back()
        heading(page, "Status")
        page.wait_for_function(f"() => document.querySelector('{MAIN}').scrollTop === 300")


def test_a_sorting_stays_after_a_change_of_page(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        Grid(page).sort_by_first_column()
        for name in ("Overview", "Orders"):
            page.locator(".sf-bar nav").get_by_role("link", name=name).click()
            heading(page, name)
        page.get_by_role("button", name=re.compile("^All")).click()
        expect(Grid(page).frame.locator("th").first).to_have_attribute("aria-sort", "ascending")


def test_the_page_can_be_installed(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        link = page.locator('link[rel="manifest"]')
        expect(link).to_have_attribute("href", "/manifest.webmanifest")
        assert stack.site.get("/manifest.webmanifest").json()["name"] == "Stillframe"


@pytest.mark.slow
def test_the_focus_goes_to_the_heading_of_another_page(browser: Browser, stack: Stack) -> None:
    """It fell to the body, where a screen reader says nothing and Tab begins at the top of the window."""
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        expect(page.get_by_role("heading", name="Overview", exact=True)).not_to_be_focused()
        for name in ("Trades", "Status", "Overview"):
            page.get_by_role("link", name=name, exact=True).first.press("Enter")
            expect(page.get_by_role("heading", name=name, exact=True)).to_be_focused()
            settled(page)
            expect(page.get_by_role("heading", name=name, exact=True)).to_be_focused()
