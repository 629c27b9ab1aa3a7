"""Fills: executions page by page, and what all of a filter come to, as an answer."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.answers import Refusal
from api.questions import Scene, moment_of, words_of
from api.states import never_seen, states_answer
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, QuoteTotals, read_fill_totals
from db.reads.fills import FillRow, read_fills
from db.reads.learned import UNLEARNED, read_learned
from db.reads.page_cursor import Cursor
from db.reads.past_states import read_past_states
from db.reads.refreshes import read_refresh
from domain.fills import Liquidity
from domain.markets import Side
from domain.moments import just_after
from domain.snapshot import Account

FIELDS = ("account", "as_of", "symbol", "side", "liquidity", "since", "until", "order_id", "limit", "before")
REPEATED = ("account", "symbol", "side", "liquidity")
LIMIT = 200
MOST = 1000

_FILL_FIELDS = (
    "account", "exchange", "key", "order_id", "symbol", "exchange_symbol", "base", "quote", "market_type", "side",
    "position_side", "price", "amount", "contracts", "contract_size", "value", "fee", "fee_currency", "liquidity", "at",
)  # fmt: skip
_COIN_FIELDS = ("only_opens", "realised", "realised_before_fees", "unexplained")
_POOL_FIELDS = ("held_after", "cost_after", "unit", "is_assumed")
_MARKET_FIELDS = (
    "realised_by_market", "realised_before_fees_by_market", "unexplained_by_market", "fee_value", "held_after",
    "cost_after",
)  # fmt: skip


def read_fills_answer(connection: Connection, scene: Scene) -> dict[str, Any]:
    """A page of fills, newest first, with the totals of everything that the filter means (Lesson 20)."""
    wanted, limit, before = _wanted(scene), limit_of(scene.question.given), before_of(scene.question.given)
    rows = read_fills(connection, scene.accounts, wanted, limit + 1, before)
    page = rows[:limit]
    learned = read_learned(connection)
    return {
        "as_of": scene.question.at,
        "is_now": scene.question.as_of is None,
        "fills": [_fill_answer(row) for row in page],
        "next": page[-1].cursor.encode() if len(rows) > limit else None,
        "totals": totals_answer(read_fill_totals(connection, scene.accounts, wanted)),
        "accounts": [
            {
                "account": account.name,
                "exchange": account.exchange,
                "fills_since": learned.get(account.id, UNLEARNED).fills_since,
                "sources": past_states_answer(connection, account, scene),
            }
            for account in scene.accounts
        ],
    }


def past_states_answer(connection: Connection, account: Account, scene: Scene) -> dict[str, Any]:
    """How the sources of an account's past stand at the moment shown."""
    taken_at = scene.moments.get(account.id)
    states = never_seen(account) if taken_at is None else read_past_states(connection, account, taken_at)
    past = {source: state for source, state in states.items() if source not in account.sources}
    if taken_at is not None and scene.question.as_of is not None:
        account = account.when(read_refresh(connection, account.id, taken_at)[0])
    return states_answer(account, past, scene.question.at)


def totals_answer(totals: FillTotals) -> dict[str, Any]:
    """What fills come to, by currency; a currency that nobody knows is null."""
    return {
        "fills": totals.fills,
        "by_quote": [_quote_answer(quote, part) for quote, part in totals.by_quote.items()],
        "fees": [{"currency": currency, "amount": amount} for currency, amount in totals.fees.items()],
        "fees_unknown": totals.fees_unknown,
    }


def _quote_answer(quote: str | None, part: QuoteTotals) -> dict[str, Any]:
    return {"quote": quote, **{field.name: getattr(part, field.name) for field in fields(part)}}


def _fill_answer(row: FillRow) -> dict[str, Any]:
    return {
        **{name: getattr(row.fill, name) for name in _FILL_FIELDS},
        "realised_stated": row.fill.realised_pnl,
        **{name: getattr(row, name) for name in _COIN_FIELDS},
        "coin": None if row.pooled is None else {name: getattr(row.pooled, name) for name in _POOL_FIELDS},
        **{name: getattr(row, name) for name in _MARKET_FIELDS},
    }


def _wanted(scene: Scene) -> FillFilter:
    given, now = scene.question.given, scene.question.now
    return FillFilter(
        since=_since(given, now),
        until=until_of(scene),
        symbols=given.get("symbol"),
        sides=words_of("side", given, Side),
        liquidities=words_of("liquidity", given, Liquidity),
        order_id=given["order_id"][0] if "order_id" in given else None,
    )


def _since(given: Mapping[str, tuple[str, ...]], now: datetime) -> datetime | None:
    return moment_of("since", given["since"][0], now) if "since" in given else None


def until_of(scene: Scene) -> datetime | None:
    """Until when something of the past is asked for, exclusively: `until`, but no later than the moment shown."""
    given, now = scene.question.given, scene.question.now
    until = moment_of("until", given["until"][0], now, may_be_ahead=True) if "until" in given else None
    if scene.question.as_of is not None:
        end = just_after(scene.question.as_of)
        until = end if until is None else min(until, end)
    return until


def limit_of(given: Mapping[str, tuple[str, ...]]) -> int:
    """How many rows one answer holds. Raises Refusal 400."""
    if "limit" not in given:
        return LIMIT
    value = given["limit"][0]
    if not re.fullmatch(r"[0-9]{1,4}", value) or not 1 <= int(value) <= MOST:
        raise Refusal(400, f"limit={value!r:.80} cannot be: give a number from 1 to {MOST}")
    return int(value)


def before_of(given: Mapping[str, tuple[str, ...]]) -> Cursor | None:
    """The cursor that the last answer gave as `next`. Raises Refusal 400."""
    if "before" not in given:
        return None
    try:
        return Cursor.decode(given["before"][0])
    except ValueError as error:
        raise Refusal(400, f"before={given['before'][0]!r:.80} is no place: give what `next` said") from error
