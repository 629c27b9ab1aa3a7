"""Stopping: a second signal may come while the first one is handled."""

import signal
from pathlib import Path

from db.stopping import Stop


def test_a_signal_within_a_request_does_not_wait_for_it() -> None:
    """The lock of an event cannot be taken twice by one thread: two quick signals stopped nothing, rarely."""
    stop, calls = Stop(), 0
    set_event = stop._event.set

    def interrupted() -> None:
        nonlocal calls
        calls += 1
        assert calls == 1, "the second signal asks for the lock that the first one holds"
        stop._on_signal(signal.SIGINT, None)
        set_event()

    stop._event.set = interrupted  # type: ignore[method-assign]
    stop.request()
    assert stop.requested
    assert stop.wait_in_main(0)


def test_no_process_handles_signals_in_its_own_way() -> None:
    """The same fault stood in three processes. One of them ends at once instead, before it holds any lock."""
    root = Path(__file__).parents[2]
    rooms = [path for path in root.iterdir() if (path / "__init__.py").exists() and path.name not in ("tests", "bench")]
    handling = {
        str(source.relative_to(root))
        for room in rooms
        for source in room.rglob("*.py")
        if "signal.signal(" in source.read_text()
    }
    assert handling == {"db/stopping.py", "launcher/__main__.py"}
