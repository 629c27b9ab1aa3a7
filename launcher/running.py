"""Running: preflight checks, then database, demo exchange, refresher and dashboard, until a signal."""

import signal
import sys
import threading
import time

from honcho.printer import Printer
from rich.console import Console

from launcher.preflight import NotReady, Plan, plan
from launcher.progress import StandardOutput, Steps
from launcher.supervisor import BAD_CONFIGURATION, Supervisor


def run(port: str) -> int:
    """Run until stopped. Returns 0 after a requested stop, 1 if the start failed, 2 for bad configuration."""
    try:
        planned = plan(port)
    except NotReady as error:
        for problem in error.problems:
            sys.stderr.write(f"stillframe: {problem}\n")
        return BAD_CONFIGURATION
    return _run(planned)


def _run(planned: Plan) -> int:
    steps = Steps(Console())
    output = StandardOutput()
    supervisor = Supervisor(Printer(output), lambda line: steps.say(f"stillframe: {line}"))
    supervisor.stop.listen(signal.SIGHUP)
    starting = threading.Thread(target=_start, args=(planned, supervisor, steps, output), daemon=True)
    starting.start()
    supervisor.run()
    steps.say("stillframe: stopped")
    return supervisor.exit_code


def _start(planned: Plan, supervisor: Supervisor, steps: Steps, output: StandardOutput) -> None:
    from launcher.starting import Starting  # loaded here, so that signals work before the database libraries are loaded

    began = time.monotonic()
    try:
        with steps.shown():
            Starting(planned, supervisor, steps).all()
    except Exception as error:
        # A process that ends after the stop request ends because of it.
        if not supervisor.stop.requested:
            odd = (f"could not start: {type(error).__name__}: {error}",)
            for problem in error.problems if isinstance(error, NotReady) else odd:
                steps.say(f"stillframe: {problem}")
            supervisor.fail(1)
        return
    kind = "a DEMO with invented data" if planned.settings.is_demo else "your accounts"
    steps.say(f"\nStillframe shows {kind} on {planned.url} ({time.monotonic() - began:.0f} s; Ctrl-C stops it)\n")
    output.remind(f"stillframe: {planned.url} (Ctrl-C stops it)")
