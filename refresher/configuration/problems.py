"""Configuration problems: one line for each, with the field, its value and the remedy."""

import os
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from refresher.configuration.alert_shape import AlertsShape, ChannelShape, RuleShape
from refresher.configuration.cost_shape import CostShape
from refresher.configuration.shape import AccountShape, BudgetShape, Configuration

SECRET_FIELDS = frozenset({"api_key", "api_secret", "passphrase", "url", "ping_url"})
_SHAPES: Mapping[tuple[str, ...], type[BaseModel]] = {
    (): Configuration,
    ("accounts",): AccountShape,
    ("budgets",): BudgetShape,
    ("costs",): CostShape,
    ("alerts",): AlertsShape,
    ("channels",): ChannelShape,
    ("rules",): RuleShape,
}
# Remedies for the error types of pydantic that Configuration can cause.
_REMEDIES = {
    "greater_than_equal": "too small; at least {ge}",
    "less_than_equal": "too large; at most {le}",
    "int_parsing": "not a whole number; write one without quotes",
    "int_type": "not a whole number; write one without quotes",
    "int_from_float": "not a whole number; write one without a fraction",
    "float_parsing": "not a number; write one without quotes",
    "float_type": "not a number; write one without quotes",
    "literal_error": "not one of the choices; write {expected}",
    "tuple_type": "not a list; write one, in the file",
    "model_type": "not a table; write it as a table of its own",
    "string_type": "not a text; write it in quotes",
    "bool_type": "not true or false; write it without quotes",
}


class ConfigurationError(Exception):
    """The configuration cannot be used. `problems` holds one line for each reason, without secrets."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed configuration file. Raises ConfigurationError when it cannot be read as TOML."""
    try:
        content = path.read_bytes()
        # Some editors of Windows write a byte order mark.
        return tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError:
        line = f"{path}: there is no such file; write it as stillframe.example.toml shows, or unset STILLFRAME_CONFIG"
    except OSError as error:
        line = f"{path}: cannot be read ({error.strerror}); let this user read it"
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        line = f"{path}: is not UTF-8: line {number} has the byte 0x{content[error.start]:02x}; save the file as UTF-8"
    except tomllib.TOMLDecodeError as error:
        # The parser reports line, column and at most one character, so no secret.
        line = f"{path}: is not TOML: {error}; mend it there"
    raise ConfigurationError((line,))


def problems_of(error: ValidationError, raw: Mapping[str, Any], label: str) -> tuple[str, ...]:
    """The lines for the problems found by pydantic, in the order of the settings."""
    return tuple(_line(detail, raw, label) for detail in error.errors(include_url=False))


def duplicate_names(raw: Mapping[str, Any], label: str) -> tuple[str, ...]:
    """A line for each name that more than one account has. Reported together with all other problems."""
    counts = Counter(name for name in _names(raw) if isinstance(name, str))
    return tuple(
        f'{label}: accounts: name "{name}" is used {count} times; give each account a name of its own'
        for name, count in counts.items()
        if count > 1
    )


def problems_of_rules(
    rules: Sequence[RuleShape], channels: Sequence[ChannelShape], accounts: Collection[str], label: str
) -> tuple[str, ...]:
    """A line for each name that is used twice, and for each rule of an unknown channel or account."""
    lines = [
        f'{label}: {table}: name "{name}" is used {count} times; give each a name of its own'
        for table, shapes in (("rules", rules), ("channels", channels))
        for name, count in Counter(shape.name for shape in shapes).items()
        if count > 1
    ]
    names = {"channels": {channel.name for channel in channels}, "accounts": set(accounts)}
    for number, rule in enumerate(rules, 1):
        for field, name, problem in unknown_names(rule, names):
            lines.append(f"{label}: rules[{number}].{field} = {name!r}: {problem}")
    return tuple(lines)


def unknown_names(rule: RuleShape, names: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str, str]]:
    """Each channel and account of a rule that does not exist, as field, name and problem."""
    for field, recorded in names.items():
        choices = ", ".join(sorted(recorded)) or "none yet"
        for name in sorted(set(getattr(rule, field)) - set(recorded)):
            yield field, name, f"no such name; there are {choices}"


def problems_of_costs(costs: Sequence[CostShape], accounts: Collection[str], label: str) -> tuple[str, ...]:
    """A line for each stated cost of an unknown account, and for each deposit with more than one."""
    counts = Counter((cost.account, cost.deposit) for cost in costs)
    known_names = ", ".join(accounts) or "none yet"
    unknown = tuple(
        f"{label}: costs[{number}].account = {cost.account!r}: no such account; the accounts are {known_names}"
        for number, cost in enumerate(costs, 1)
        if cost.account not in accounts
    )
    return unknown + tuple(
        f"{label}: costs: deposit = {deposit!r} of account {account!r} has {count} costs; give it one"
        for (account, deposit), count in counts.items()
        if count > 1
    )


def _names(raw: Mapping[str, Any]) -> list[object]:
    accounts = raw.get("accounts")
    return [a.get("name") if isinstance(a, Mapping) else None for a in accounts] if isinstance(accounts, list) else []


def _line(detail: ErrorDetails, raw: Mapping[str, Any], label: str) -> str:
    loc = tuple(detail["loc"])
    field = _field_name(loc, raw)
    if variable := _variable(loc):
        label, field = "environment", variable
    return f"{label}: {field}{_shown_value(detail)}: {_reason(detail, loc)}"


def _field_name(loc: tuple[int | str, ...], raw: Mapping[str, Any]) -> str:
    """A dotted field name. An account appears by its name, or by its number if the name is missing or not unique."""
    parts: list[str] = []
    for position, key in enumerate(loc):
        if isinstance(key, str):
            parts.append(key)
        elif loc[:position] == ("accounts",):
            parts[-1] += _account_label(key, raw)
        else:
            parts[-1] += f"[{key + 1}]"
    return ".".join(parts) or "the file"


def _account_label(index: int, raw: Mapping[str, Any]) -> str:
    names = _names(raw)
    name = names[index] if index < len(names) else None
    tells = isinstance(name, str) and bool(name) and name.isprintable() and names.count(name) == 1
    return f".{name}" if tells else f"[{index + 1}]"


def _variable(loc: tuple[int | str, ...]) -> str | None:
    """The environment variable of a rejected value. None if the value came from the file."""
    words = [key for key in loc if isinstance(key, str)]
    for name in ("STILLFRAME_" + "__".join(words[:depth]).upper() for depth in (2, 1)):
        if words and name in os.environ:
            return name
    return None


def _shown_value(detail: ErrorDetails) -> str:
    """The rejected value, if it is a plain value that cannot be a secret."""
    value, field = detail["input"], detail["loc"][-1] if detail["loc"] else ""
    hidden = (
        field in SECRET_FIELDS or detail["type"] in ("missing", "extra_forbidden") or "credentials" in detail["msg"]
    )
    if isinstance(value, date):
        value = str(value)
    if hidden or not isinstance(value, str | int | float | bool):
        return ""
    return f" = {value!r}" if len(repr(value)) <= 80 else f" = {value!r:.80}…"


def _reason(detail: ErrorDetails, loc: tuple[int | str, ...]) -> str:
    kind = detail["type"]
    shape = _SHAPES.get(tuple(key for key in loc[:-1] if isinstance(key, str)))
    if kind == "extra_forbidden":
        return _unknown(str(loc[-1]), shape)
    if kind == "missing":
        return f"missing; add it, e.g. {loc[-1]} = {_EXAMPLES.get(str(loc[-1]), '...')}"
    if loc in (("accounts",), ("costs",), ("channels",), ("rules",)) and kind == "tuple_type":
        return f"not a list of {loc[0]}; write [[{loc[0]}]], in double brackets, above each"
    if (remedy := _REMEDIES.get(kind)) is not None:
        return remedy.format_map(detail.get("ctx", {}))
    return detail["msg"]


_EXAMPLES = {
    "name": '"main"',
    "exchange": '"cryptocom"',
    "api_key": '"env:MY_API_KEY"',
    "api_secret": '"env:MY_API_SECRET"',
    "url": '"env:TELEGRAM_URL"',
    "text": '"price < 100"',
    "account": '"main"',
    "deposit": '"deposit/123"',
    "cost": '"1234.56"',
}


def _unknown(field: str, shape: type[BaseModel] | None) -> str:
    names = list(shape.model_fields) if shape is not None else []
    nearest = get_close_matches(field, names, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"known here: {', '.join(names)}"
    return f"unknown setting; {hint}"
