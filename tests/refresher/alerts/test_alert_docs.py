"""docs/alerts.md: its rules can be used as they stand, and its tables are those of the code."""

import re
from pathlib import Path

from analysis.presets import PRESETS, Preset
from analysis.rules.parsed import parsed_rule, warning_of
from domain.alert_states import State

WORDS = (Path(__file__).resolve().parents[3] / "docs" / "alerts.md").read_text()


def section(title: str) -> str:
    return WORDS.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_each_worked_example_can_be_used_as_it_stands() -> None:
    texts = re.findall(r"^\| [\w ]+ \| `([^`]+)` \|", section("One worked example of each kind"), re.M)
    assert len(texts) > 10
    assert [warning_of(parsed_rule(text)) for text in texts] == [None] * len(texts)


def test_the_table_of_states_names_every_state() -> None:
    assert re.findall(r"^\| (\w+) \|", section("States"), re.M)[1 : 1 + len(State)] == [state.value for state in State]


def row_of(preset: Preset) -> str:
    rsi = re.findall(r'rsi\(14, "(\w+)"\) [<>] (\d+)', f"{preset.buy} {preset.sell}")
    (trend,) = re.findall(r'ema\(10, "(\w+)"', preset.buy)
    (volume,) = re.findall(r"volume_ratio\([^)]+\) >= (\S+)", preset.buy)
    weeks = ", close against MA 70 of 1d" if "sma(70" in preset.buy else ""
    share = None if preset.stop_share is None else f"{(preset.stop_share * 100).normalize():f} %"
    stop = share or f"{preset.stop_atrs} ATR"
    return (
        f"| {preset.name} | {rsi[0][1]}, {rsi[1][1]} of {rsi[0][0]} | {trend}{weeks} | {volume} | {stop} "
        f"| {preset.reward} |"
    )


def test_the_table_of_presets_is_that_of_the_code() -> None:
    rows = [line for line in section("Presets of signals").splitlines() if line.startswith("| ")][1:]
    assert rows == [row_of(preset) for preset in PRESETS.values()]
