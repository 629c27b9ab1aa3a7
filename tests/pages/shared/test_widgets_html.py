"""HTML of figures: no figure alone in a row, and long amounts in smaller type."""

import pytest

from pages.shared.widgets_html import Kpi, columns_of, kpi_html, kpis_html


@pytest.mark.parametrize("cells", range(2, 25))
@pytest.mark.parametrize("most", [6, 7])
def test_no_figure_of_a_wide_grid_is_alone_in_the_last_row(cells, most):
    columns = columns_of(cells, most)
    assert columns <= most
    assert columns == cells or cells % columns != 1


@pytest.mark.parametrize(("cells", "columns"), [(0, 1), (1, 1), (6, 6), (7, 4), (8, 4), (9, 5), (12, 6), (13, 5)])
def test_rows_are_of_like_length(cells, columns):
    assert columns_of(cells, 6) == columns


def test_a_narrow_grid_with_no_better_number_lets_the_last_figure_fill_its_row():
    """The rule for every sixth figure and one more in page.css does that."""
    alone = [cells for cells in range(2, 30) if cells % columns_of(cells, 3) == 1]
    assert alone == [cells for cells in range(2, 30) if cells % 6 == 1]


def test_the_grid_says_its_columns_for_each_width():
    grid = kpis_html([Kpi("Balances", "$1")] * 8)
    assert 'style="--many: 4; --some: 4; --few: 3"' in grid


def test_only_long_figures_have_smaller_type_and_the_headline_never_has():
    assert 'class="sf-kpi long"' in kpi_html(Kpi("Balances", "2.35891149 BTC"))
    assert 'class="sf-kpi"' in kpi_html(Kpi("Balances", "+$1,235,891"))
    assert 'class="sf-kpi wide"' in kpi_html(Kpi("Net value", "2.35891149 BTC", wide=True))
