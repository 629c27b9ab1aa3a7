"""Docker's health check of the container's process.

The web process answers /health. The refresher serves no port and touches a file every few seconds while its schedule
works. The age of the data is in /api/health/ready. Docker does not restart unhealthy containers.
"""

import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

OLDEST_SECONDS = 60.0
# Commands that end by themselves write no heartbeat.
ERRANDS = {b"--once", b"--check", b"--backfill", b"--help"}


def main(command: bytes) -> str | None:
    """The problem of the process with this command line from /proc, or None."""
    words = command.split(b"\0")
    if b"refresher" in words:
        return None if ERRANDS & set(words) else _refresher()
    # Without a proxy, because the container requests its own port.
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    port = os.environ.get("STILLFRAME_HEALTH_PORT") or os.environ.get("PORT", "8501")
    with ask(f"http://127.0.0.1:{port}/health", timeout=4) as answer:
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
