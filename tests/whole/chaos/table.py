"""Prints the table of faults at the end of a run (`-p tests.whole.chaos.table`)."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each fault: its name, what was expected, and the result."""
    rows = []
    for result in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(result):
            properties = dict(getattr(report, "user_properties", ()))
            if "fault" in properties and report.when == "call":
                words = "held" if result == "passed" else result.upper()
                rows.append((properties["fault"], properties["expected"], f"{words} ({report.duration:.0f} s)"))
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    terminalreporter.section(f"{len(rows)} faults")
    for fault, expected, result in rows:
        terminalreporter.write_line(f"{fault:<{widths[0]}}  {expected:<{widths[1]}}  {result}")
