"""Files of the first frame: its style and script, the titles of pages, and a renderer that loads the pages late."""

from pathlib import Path

from pages.shared.titles import TITLES as NAMES

# By the path in the address.
TITLES = {"/" if path == "overview" else f"/{path}": title for path, title in NAMES.items()}
STYLE = Path(__file__).with_name("frame.css").read_text()
START = "".join(Path(__file__).with_name(name).read_text() for name in ("head_start.js", "start.js"))
SCRIPT = Path(__file__).with_name("frame.js").read_text()
THREADS = "first-frame"  # the names of the threads that render


def render_frame(path: str, query: str, zone: str) -> str:
    """The frame of a page. The modules of the pages load with the first one, as their caches need a running server."""
    from pages.first_frame.render import render

    return render(path, query, zone)
