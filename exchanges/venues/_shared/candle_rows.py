"""CandleRows: the limit that each request for candles states."""

from dataclasses import dataclass

CANDLE_ROWS = 300


@dataclass(frozen=True, slots=True)
class CandleRows:
    """The most candles of one request by type of market. None: the request states no limit."""

    spot: int | None = CANDLE_ROWS
    linear: int | None = CANDLE_ROWS
    inverse: int | None = CANDLE_ROWS
    takes_any_limit: bool = True  # False: the exchange refuses all limits but a few

    def of(self, market: str) -> int | None:
        """The limit of a market: spot, linear or inverse."""
        return {"spot": self.spot, "linear": self.linear, "inverse": self.inverse}[market]
