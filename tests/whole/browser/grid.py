"""Grid: a table as a browser test sees and uses it.

Streamlit draws tables on a canvas and keeps a table beside it for screen readers: that one is read, the canvas is
clicked. Headings carry an arrow while their column is sorted.
"""

from playwright.sync_api import Locator, Page, expect

HEADER, ROW, MARKER = 32, 31, 32  # pixels in our theme. The marker is the column of check boxes
# The drawn rows of a column.
_COLUMN = """(frame, name) => {
    const heading = [...frame.querySelectorAll('canvas table th')].find((cell) => cell.textContent.endsWith(name));
    return [...frame.querySelectorAll('canvas table tbody tr')]
        .map((row) => row.querySelector(`td[aria-colindex="${heading?.ariaColIndex}"]`)?.textContent.trim())
        .filter(Boolean);
}"""


class Grid:
    """The first table of a page, once it has rows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame = page.locator('[data-testid="stDataFrame"]').first
        self.selected = self.frame.locator('canvas table tbody tr[aria-selected="true"]')
        expect(self.frame.locator("canvas table tbody td").first).to_have_count(1)

    def column(self, name: str) -> list[str]:
        """The cells of a column, as far as they are drawn."""
        cells: list[str] = self.frame.evaluate(_COLUMN, name)
        return cells

    def sort_by_first_column(self) -> None:
        """Click the first heading and wait for its arrow."""
        self._click(MARKER + 30, HEADER // 2)
        expect(self.frame.locator("canvas table th").filter(has_text="↑")).to_have_count(1)

    def select(self, row: int) -> None:
        """Tick the box of a row, counted from 0 at the top, and wait until it is selected."""
        self._click(MARKER // 2, HEADER + ROW * row + ROW // 2)
        expect(self.selected).to_have_count(1)

    def scroll(self, pixels: int) -> None:
        """Scroll within the table."""
        self._scroller.evaluate("(scroller, pixels) => { scroller.scrollTop = pixels; }", pixels)

    @property
    def scrolled(self) -> int:
        """How far the table is scrolled, in pixels."""
        return int(self._scroller.evaluate("(scroller) => scroller.scrollTop"))

    @property
    def _scroller(self) -> Locator:
        return self.frame.locator(".dvn-scroller")

    def _click(self, x: int, y: int) -> None:
        box = self.frame.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + x, box["y"] + y)
