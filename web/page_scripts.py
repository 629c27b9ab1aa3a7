"""Page scripts: those that Streamlit loads when a page's elements arrive, for the browser to load from the start.

Streamlit has one script per kind of element, with scripts that it imports in turn. Their names have a hash, so they are
looked up by the part before it. A name that Streamlit no longer has is left out. A test compares them with a browser.
"""

import re
from collections.abc import Iterable
from pathlib import Path

# The kinds of elements that every page begins with.
EVERYWHERE = ("BidiComponent",)
_IMPORT = re.compile(r'(?:from|import)"\./([^"/]+\.js)"')
_HEAD = 20_000  # characters: imports stand at the beginning of a script


def page_scripts(folder: Path) -> list[str]:
    """These scripts as paths, without those that index.html names already."""
    scripts = folder / "static" / "js"
    index = (folder / "index.html").read_text()
    first = [file.name for name in EVERYWHERE for file in sorted(scripts.glob(f"{name}.*.js"))]
    return [f"/static/js/{name}" for name in _with_imports(scripts, first) if name not in index]


def _with_imports(scripts: Path, names: Iterable[str]) -> list[str]:
    """These scripts and all that they import, each once."""
    waiting, every = list(names), dict[str, None]()
    while waiting:
        name = waiting.pop(0)
        if name not in every and (scripts / name).exists():
            every[name] = None
            waiting += _IMPORT.findall((scripts / name).read_text()[:_HEAD])
    return list(every)
