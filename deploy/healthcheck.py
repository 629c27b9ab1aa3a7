"""Whether the container's process is well: asked by Docker.

The web process answers. The refresher serves nothing: it touches a file every few seconds while its schedule goes on.
How old the data is shows in /api/health/ready. Docker restarts nothing for being unhealthy: it tells who watches.
"""

import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

OLDEST_SECONDS = 60.0
# Commands that end by themselves have no heart.
ERRANDS = {b"--once", b"--check", b"--backfill", b"--help"}


def main(command: bytes) -> str | None:
    """What is wrong with a process of this command line (as /proc tells it); None when nothing is."""
    words = command.split(b"\0")
    if b"refresher" in words:
        return None if ERRANDS & set(words) else _refresher()
    # Not through a proxy: the container asks itself.
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    with ask(f"http://127.0.0.1:{os.environ.get('PORT', '8501')}/health", timeout=4) as answer:
        return None if answer.status == 200 else f"/health answers {answer.status}"


def _refresher() -> str | None:
    file = Path(tempfile.gettempdir()) / f"stillframe-refresher-{os.getuid()}.alive"
    age = time.time() - file.stat().st_mtime
    return None if age <= OLDEST_SECONDS else f"the refresher's heart last beat {age:.0f} s ago"


if __name__ == "__main__":
    try:
        sys.exit(main(Path("/proc/1/cmdline").read_bytes()))
    except OSError as error:
        sys.exit(f"no answer: {error}")
