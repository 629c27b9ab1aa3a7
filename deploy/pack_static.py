"""Compress the static files of a folder beside them, once when the image is built: `pack_static.py FOLDER`.

gzip is Python's. brotli is the program of that name, and is left out where it is not installed.
"""

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

ENDINGS = (".js", ".css", ".svg")
LEAST_BYTES = 1000


def main(folder: Path) -> int:
    """Pack every file that is worth it. Returns the number of files."""
    brotli = shutil.which("brotli")
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in ENDINGS and f.stat().st_size >= LEAST_BYTES]
    for file in files:
        # Without a time, so that equal files give equal images.
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    if brotli is not None and files:
        subprocess.run([brotli, "--best", "--force", "--", *files], check=True)  # noqa: S603 - our own files
    return len(files)


if __name__ == "__main__":
    print(f"packed {main(Path(sys.argv[1]))} files")  # noqa: T201 - the log of the build
