"""The shape of [candles]: how far back the candles of each stored timeframe reach."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field

from refresher.configuration.fields import Shape


class CandlesShape(Shape):
    """The [candles] table. Warm-ups of indicators are kept on top."""

    days_15m: int = Field(default=90, ge=1, le=3650, description="Days of 15-minute candles.")
    days_1h: int = Field(default=365, ge=1, le=3650, description="Days of hourly candles, also for 4h.")
    days_1d: int = Field(default=365, ge=1, le=36500, description="Days of daily candles.")

    def spans(self) -> Mapping[str, timedelta]:
        """The spans by timeframe."""
        days = {"15m": self.days_15m, "1h": self.days_1h, "1d": self.days_1d}
        return {timeframe: timedelta(days=count) for timeframe, count in days.items()}
