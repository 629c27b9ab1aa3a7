"""Request parameters that several venues share."""

from typing import Any

LINEAR: dict[str, Any] = {"type": "swap", "subType": "linear"}
INVERSE: dict[str, Any] = {"type": "swap", "subType": "inverse"}
# Otherwise ccxt requests the account type before each call, and takes a failed response for a classic account.
CLASSIC: dict[str, Any] = {"uta": False}
