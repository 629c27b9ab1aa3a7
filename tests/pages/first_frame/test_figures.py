"""Figures of the first frame stand in the columns of the page: eight were one row there, and two on the page."""

import re
from pathlib import Path

import pytest

from pages.first_frame.html import figures_html
from pages.shared.widgets_html import Kpi, kpis_html

PAGES = Path(__file__).parents[3] / "pages"
FRAME, PAGE = PAGES / "first_frame" / "frame.css", PAGES / "components" / "sheet" / "page.css"


@pytest.mark.parametrize("count", range(1, 13))
def test_the_first_frame_has_as_many_columns_as_the_page(count: int) -> None:
    figures = [Kpi(f"Figure {n}", "1") for n in range(count)]
    (in_frame,), (in_page,) = (re.findall(r'style="(--[^"]+)"', html(figures)) for html in (figures_html, kpis_html))
    assert in_frame == in_page


def test_both_style_sheets_use_these_columns_alike() -> None:
    rules = [
        re.findall(r"repeat\(auto-fit, minmax\(max\(11.*?1fr\)\)|--columns: var\(--\w+\)", path.read_text())
        for path in (FRAME, PAGE)
    ]
    assert sorted(rules[0]) == sorted(rules[1])
    assert len(rules[0]) == 4
