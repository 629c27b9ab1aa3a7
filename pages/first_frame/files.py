"""Files of the first frame: its style and script, and a renderer that loads the pages late."""

import json
from collections.abc import Callable
from pathlib import Path

from streamlit import config

from pages.components.bar.model import KEPT_COOKIE
from pages.first_frame.words import LATE_WORDS

# What our components use of Streamlit's theme before Streamlit has set it: names of variables and of settings.
_FONTS = {"font": ("font", "Source Sans", "sans-serif"), "code-font": ("codeFont", "Source Code Pro", "monospace")}
_COLOURS = {
    "background": "background",
    "border": "border",
    "dataframe-border": "dataframeBorder",
    "dataframe-header-background": "dataframeHeaderBackground",
    "link": "link",
    "primary": "primary",
    "secondary-background": "secondaryBackground",
    "text": "text",
}


def theme_style() -> str:
    """The variables of Streamlit's theme for the first sheet, from the same settings (.streamlit/config.toml).

    Streamlit adds its own font to ours.
    """
    fonts = (f'--st-{name}: {_setting(setting)}, "{own}", {kind};' for name, (setting, own, kind) in _FONTS.items())
    colours = (
        f"--st-{name}-color: light-dark({_setting(f'light.{setting}Color')}, {_setting(f'dark.{setting}Color')});"
        for name, setting in _COLOURS.items()
    )
    return f"#first-page {{ {' '.join((*fonts, *colours))} }}\n"


def _setting(name: str) -> str:
    return str(config.get_option(f"theme.{name}"))


STYLE = "".join(Path(__file__).with_name(name).read_text() for name in ("frame.css", "first_sheet.css")) + theme_style()
START = f"const LATE_WORDS = {json.dumps(LATE_WORDS)};\n" + "".join(
    Path(__file__).with_name(name).read_text() for name in ("head_start.js", "steps.js", "first_sheet.js", "start.js")
)
SCRIPT = Path(__file__).with_name("frame.js").read_text()
COOKIE = KEPT_COOKIE
# The functions that draw pages, by their path in app.py. None before the caches are warm.
PAGES: dict[str, Callable[[], None]] = {}
THREADS = "first-frame"  # the names of the threads that render


def render_frame(path: str, query: str, zone: str, kept: str) -> str:
    """The frame of a page. The modules of the pages load with the first one, as their caches need a running server."""
    from pages.first_frame.render import render

    return render(path, query, zone, kept)


def render_sheet(path: str, query: str, zone: str, kept: str) -> bytes:
    """The sheet of a page, b"" for none."""
    from pages.first_frame.visit import sheet_bytes

    return sheet_bytes(PAGES, path.strip("/") or "overview", query, zone, kept)
