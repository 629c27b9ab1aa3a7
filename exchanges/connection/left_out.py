"""Parameters that a request leaves out, although ccxt would send them."""

from typing import Any


class LeavesOutNone:
    """Mixed into ccxt's classes: a parameter whose value is None does not leave."""

    def sign(self, path: Any, api: Any = "public", method: Any = "GET", params: Any = None, *rest: Any) -> Any:
        """ccxt's signed request. No exchange has a meaning for a parameter without a value."""
        if isinstance(params, dict):
            params = {name: value for name, value in params.items() if value is not None}
        return super().sign(path, api, method, {} if params is None else params, *rest)  # type: ignore[misc]
