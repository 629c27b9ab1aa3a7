"""`make run`: runs everything on this machine until Ctrl-C."""

import argparse
import os
import signal
import sys

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until stopped. Until the libraries are loaded nothing runs, so a signal ends the process at once."""
    for number in STOPPING:
        signal.signal(number, _end)
    parser = argparse.ArgumentParser(prog="python -m launcher", description="Run Stillframe on this machine.")
    parser.add_argument("--port", default="8501", help="where the dashboard is served, on 127.0.0.1")
    port = parser.parse_args().port
    from launcher.running import run  # takes seconds on a cold disk

    return run(port)


def _end(*_: object) -> None:
    # Not by an exception: it would appear as a traceback from the middle of an import.
    os.write(2, b"stillframe: stopped before anything was started\n")
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
