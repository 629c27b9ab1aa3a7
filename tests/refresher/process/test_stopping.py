"""Stopping: a second signal may come while the first one is handled."""

import signal

from refresher.process.stopping import Stop


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
