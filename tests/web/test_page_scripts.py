"""The scripts that pages load from the start: Streamlit has each of them, and they bring what they import."""

from pathlib import Path

import pytest
from streamlit import file_util

from web.page_scripts import EVERYWHERE, page_scripts

FOLDER = Path(file_util.get_static_dir())


@pytest.mark.parametrize("name", EVERYWHERE)
def test_streamlit_has_a_script_of_this_name(name: str) -> None:
    assert len([*(FOLDER / "static" / "js").glob(f"{name}.*.js")]) == 1


def test_imported_scripts_come_along_and_none_twice(tmp_path: Path) -> None:
    scripts = tmp_path / "static" / "js"
    scripts.mkdir(parents=True)
    (tmp_path / "index.html").write_text('<script src="./static/js/main.1.js"></script>')
    (scripts / "BidiComponent.1.js").write_text(
        'import{a}from"./main.1.js";import"./side.1.js";import{b}from"./shared.1.js";'
    )
    (scripts / "side.1.js").write_text('import{b}from"./shared.1.js";import{c}from"./gone.1.js"')
    (scripts / "shared.1.js").write_text("")
    (scripts / "main.1.js").write_text("")
    (scripts / "Other.1.js").write_text("")
    assert page_scripts(tmp_path) == [f"/static/js/{name}.1.js" for name in ("BidiComponent", "side", "shared")]
