"""Grid: a table as a browser test sees and uses it."""

from playwright.sync_api import Locator, Page, expect

from tests.api.serving import until

# The table draws the rows in sight first and adds the others once the browser has time. A longer table never draws all.
_IS_DRAWN = """(frame, most) => {
    const count = Number(frame.querySelector('[aria-rowcount]')?.getAttribute('aria-rowcount')) - 1;
    return count > most || frame.querySelectorAll('tr[data-key]').length === count;
}"""
_ALL_ROWS_UP_TO = 200
# The drawn rows of a column, by its heading.
_COLUMN = """(frame, name) => {
    const heads = [...frame.querySelectorAll('th')].map((head) => head.textContent);
    return [...frame.querySelectorAll('tr[data-key]')].map((row) => row.cells[heads.indexOf(name)]?.textContent.trim());
}"""


class Grid:
    """One table of a page, once it has rows."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.frame = page.locator(".sf-table").nth(number)
        self.selected = self.frame.locator('tr[aria-selected="true"]')
        expect(self.frame.locator("tr[data-key]").first).to_be_visible()

    def column(self, name: str) -> list[str]:
        """The cells of a column, once a table of up to 200 rows has drawn all. Of a longer one, the rows drawn now."""
        until(lambda: self.frame.evaluate(_IS_DRAWN, _ALL_ROWS_UP_TO))
        cells: list[str] = self.frame.evaluate(_COLUMN, name)
        return cells

    def sort_by_first_column(self) -> None:
        """Click the first heading and wait for its arrow."""
        self.frame.locator("th").first.click()
        expect(self.frame.locator('th[aria-sort="ascending"]')).to_have_count(1)

    def select(self, row: int) -> None:
        """Click a row, counted from 0 at the top, and wait until it is selected."""
        self.frame.locator("tr[data-key]").nth(row).locator("td").first.click()
        expect(self.selected).to_have_count(1)

    def scroll(self, pixels: int) -> None:
        """Scroll within the table."""
        self._box.evaluate("(box, pixels) => { box.scrollTop = pixels; }", pixels)

    @property
    def scrolled(self) -> int:
        """How far the table is scrolled, in pixels."""
        return int(self._box.evaluate("(box) => box.scrollTop"))

    @property
    def _box(self) -> Locator:
        return self.frame.locator(".box")
