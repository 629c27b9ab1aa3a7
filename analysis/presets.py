"""Presets of signals: three styles, each conservative or aggressive, with a suggested stop and take profit.

The parameters come from a trading platform's signal monitor. Its presets contradicted themselves in part: the default
asked for an RSI below 30 and at least 30 at once. `changed` tells what each preset does otherwise, and why.
Suggested levels are arithmetic, not advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Style(StrEnum):
    """How long a trade is meant to last."""

    SWING = "swing"
    INTRADAY = "intraday"
    SCALP = "scalp"


class Risk(StrEnum):
    """How much has to agree before a signal fires."""

    CONSERVATIVE = "conservative"
    AGGRESSIVE = "aggressive"


@dataclass(frozen=True, slots=True)
class Preset:
    """Rules to buy and to sell. The stop lies `stop_atrs` ATR from the price, or `stop_share` of the price.

    `reward` is the distance of the take profit over the distance of the stop.
    """

    style: Style
    risk: Risk
    timeframe: str
    buy: str
    sell: str
    reward: Decimal
    changed: str
    stop_atrs: Decimal | None = None
    stop_share: Decimal | None = None

    @property
    def name(self) -> str:
        return f"{self.style}-{self.risk}"

    @property
    def atr_term(self) -> str:
        """The term of the ATR that the stop is measured in."""
        return f'atr(14, "{self.timeframe}")'


@dataclass(frozen=True, slots=True)
class Levels:
    """Suggested prices of a stop and a take profit."""

    stop: Decimal
    take_profit: Decimal


def suggested_levels(preset: Preset, price: Decimal, atr: Decimal | None, *, buys: bool) -> Levels | None:
    """The levels of a signal at a price. None if the preset measures in ATR and that is unknown."""
    if preset.stop_atrs is not None:
        distance = None if atr is None else atr * preset.stop_atrs
    else:
        distance = price * (preset.stop_share or Decimal(0))
    if distance is None or not 0 < distance < price:
        return None
    sign = 1 if buys else -1
    return Levels(price - sign * distance, price + sign * distance * preset.reward)


def _rules(timeframe: str, trend: str, below: int, above: int, volume: str) -> tuple[str, str]:
    """Buy a dip while the short mean is not below the long one, sell a peak while it is not above."""
    fast, slow = f'ema(10, "{trend}")', f'sma(50, "{trend}")'
    busy = f'volume_ratio(20, "{timeframe}") >= {volume}'
    buy = f'rsi(14, "{timeframe}") < {below} and {fast} >= {slow} * 0.995 and {busy}'
    sell = f'rsi(14, "{timeframe}") > {above} and {fast} <= {slow} * 1.005 and {busy}'
    return buy, sell


def _preset(
    style: Style, risk: Risk, rules: tuple[str, str], timeframe: str, stop: str, reward: str, changed: str
) -> Preset:
    is_share = stop.endswith("%")
    return Preset(
        style,
        risk,
        timeframe,
        *rules,
        reward=Decimal(reward),
        changed=changed,
        stop_atrs=None if is_share else Decimal(stop),
        stop_share=Decimal(stop.rstrip("%")) / 100 if is_share else None,
    )


def _with_weeks(rules: tuple[str, str]) -> tuple[str, str]:
    buy, sell = rules
    weeks = 'sma(70, "1d")'  # ten weeks of daily closes
    return f'{buy} and close("1d") >= {weeks} * 0.995', f'{sell} and close("1d") <= {weeks} * 1.005'


_TREND_ABOVE = (
    "The trend is measured one timeframe above the RSI. On one timeframe a deep dip and a rising mean hardly ever meet."
)
_SELL_TREND = "The sell rule uses the mirrored trend, so buy and sell never hold at the same moment."
_NO_REWARD = "The source names no reward for this style, so it is 1.0."

_ALL = (
    _preset(
        Style.SWING,
        Risk.CONSERVATIVE,
        _with_weeks(_rules("4h", "1d", 30, 70, "1")),
        "4h",
        "1.5",
        "1.5",
        f"RSI below 30 and at least 30 at once could never fire: only the dip is asked for. {_TREND_ABOVE}",
    ),
    _preset(
        Style.SWING,
        Risk.AGGRESSIVE,
        _with_weeks(_rules("4h", "1d", 45, 68, "0.5")),
        "4h",
        "1.0",
        "1.2",
        f"{_TREND_ABOVE} {_SELL_TREND}",
    ),
    _preset(
        Style.INTRADAY,
        Risk.CONSERVATIVE,
        _rules("1h", "4h", 45, 70, "1"),
        "1h",
        "1.0",
        "1.2",
        f"The source said 4 h and computed 1 h: this one says what it uses. {_TREND_ABOVE}",
    ),
    _preset(
        Style.INTRADAY,
        Risk.AGGRESSIVE,
        _rules("1h", "1h", 50, 65, "0.5"),
        "1h",
        "0.8",
        "1.0",
        _SELL_TREND,
    ),
    _preset(
        Style.SCALP,
        Risk.CONSERVATIVE,
        _rules("15m", "1h", 50, 70, "1"),
        "15m",
        "0.5%",
        "1.0",
        f"{_NO_REWARD} {_TREND_ABOVE}",
    ),
    _preset(Style.SCALP, Risk.AGGRESSIVE, _rules("15m", "15m", 55, 65, "0.5"), "15m", "0.35%", "1.0", _NO_REWARD),
)
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}
