"""Faults for tests: which method fails, how, and how many times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = frozenset(
    {
        "latency",
        "timeout",
        "http_500",
        "http_503",
        "rate_limit",
        "malformed",
        "half_body",
        "wrong_code",
        "empty",
        "html",
        "clock_skew",
        "unauthorized",
        "null_fields",
        "error_payload",
    }
)


@dataclass(slots=True)
class Fault:
    """One fault. `times` counts down. None keeps the fault until it is deleted. `method` "*" means every method."""

    method: str
    kind: str
    seconds: float = 0.0
    code: int = 50001
    status: int = 200
    times: int | None = None

    def described(self) -> dict[str, Any]:
        """The JSON of the control route."""
        return {
            "method": self.method,
            "kind": self.kind,
            "seconds": self.seconds,
            "code": self.code,
            "status": self.status,
            "times": self.times,
        }


class Faults:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(self, payload: Mapping[str, Any]) -> Fault:
        """Add a fault. Raises ValueError for an unknown kind."""
        kind = str(payload.get("kind", ""))
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are {', '.join(sorted(KINDS))}")
        times = payload.get("times")
        fault = Fault(
            method=str(payload.get("method", "*")),
            kind=kind,
            seconds=float(payload.get("seconds", 0)),
            code=int(payload.get("code", 50001)),
            status=int(payload.get("status", 200)),
            times=None if times is None else int(times),
        )
        self.ordered.append(fault)
        return fault

    def due(self, method: str) -> list[Fault]:
        """The faults that apply to this request. Each is counted."""
        met = [fault for fault in self.ordered if fault.method in ("*", method)]
        for fault in met:
            if fault.times is not None:
                fault.times -= 1
        self.ordered = [fault for fault in self.ordered if fault.times is None or fault.times > 0]
        return met

    def clear(self) -> None:
        """Delete all faults."""
        self.ordered.clear()
