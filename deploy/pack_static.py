"""Compress the static files of the pages beside them, once at set-up: `pack_static.py [FOLDER]`.

Without a folder those of the installed Streamlit are packed. It runs in the environment that has brotli.
"""

import gzip
import sys
from importlib.util import find_spec
from pathlib import Path

import brotli

ENDINGS = (".js", ".css", ".svg")
LEAST_BYTES = 1000
# The best compression takes a second per megabyte. No first visit loads the few larger files.
LARGE_BYTES = 1_000_000
_BEST, _LARGE = 11, 9


def main(folder: Path) -> int:
    """Pack every file worth it. Returns the number of files. Copies of files that are gone are removed."""
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in ENDINGS and f.stat().st_size >= LEAST_BYTES]
    for copy in [*folder.rglob("*.br"), *folder.rglob("*.gz")]:
        if not copy.with_suffix("").exists():
            copy.unlink()
    for file in files:
        content = file.read_bytes()
        quality = _BEST if len(content) < LARGE_BYTES else _LARGE
        # Without a time, so that equal files give equal images.
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        file.with_name(f"{file.name}.br").write_bytes(brotli.compress(content, quality=quality))
    return len(files)


def installed_folder() -> Path:
    """The folder of Streamlit's scripts and styles."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise SystemExit("stillframe: Streamlit is not installed, so there are no static files to compress")
    return Path(spec.origin).parent / "static" / "static"


if __name__ == "__main__":
    print(f"packed {main(Path(sys.argv[1]) if len(sys.argv) > 1 else installed_folder())} files")  # noqa: T201 - a log
