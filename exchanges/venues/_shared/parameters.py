"""Request parameters that several venues share."""

from typing import Any

LINEAR: dict[str, Any] = {"type": "swap", "subType": "linear"}
INVERSE: dict[str, Any] = {"type": "swap", "subType": "inverse"}
# ccxt asks for the kind of account before each call, and takes a failed response for "not a unified account".
CLASSIC: dict[str, Any] = {"uta": False}
