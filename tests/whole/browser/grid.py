"""Grid: a table as a browser test sees and uses it."""

from playwright.sync_api import Locator, Page, expect

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
        """The cells of a column, as far as they are drawn."""
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
