"""The watchlist: markets that are held, ordered or added, with figures of closed candles."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.reads.edits import read_edits_without_account
from db.refresh_requests import insert_edit_request
from db.writes.candles import write_candle_part
from db.writes.watchlist import write_configured_markets, write_watched_market
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.edits import EditKind
from domain.snapshot import Account
from domain.timeframes import length_of, opened_before
from refresher.edits.alerts import apply_watch
from tests.factories import balance, order, price
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import control_of, payloads_of, tables_of
from tests.pages.events import choose
from tests.pages.factories import ago, configured, seen


def show() -> None:
    from pages.watchlist.page import show_watchlist

    show_watchlist()


def rising(pages: Pages, account: Account, symbol: str, count: int, timeframe: str = "1h") -> None:
    """Candles that rise by one each, the newest closed one at 1000."""
    length = length_of(timeframe)
    now = opened_before(datetime.now(UTC), timeframe)
    rows = [
        Candle(symbol, timeframe, now - (n + 1) * length, *(Decimal(1000 - n),) * 4, Decimal(1)) for n in range(count)
    ]
    part = CandleRange(symbol, timeframe, now - count * length, now)
    write_candle_part(pages.writer, account.venue, part, rows[::-1])


def held(pages: Pages, **parts: Any) -> Account:
    account = configured(pages.writer)
    given: dict[str, Any] = {
        "balances": [balance("BTC", "1"), balance("USD", "5")],
        "orders": [order("1", limit_price=Decimal(950)), order("2", symbol="XRP/USD", base="XRP")],
        "prices": [price("BTC/USD", "1000", change_24h=Decimal("0.05"))],
    }
    seen(pages.writer, account, ago(seconds=3), **given | parts)
    return account


def column(app: Any, name: str) -> dict[str, Any]:
    (table,) = payloads_of(app, "table")
    found: dict[str, Any] = next(c for c in table["columns"] if c["key"] == name)
    return found


def test_held_and_ordered_markets_have_their_figures_and_the_nearest_order(pages: Pages) -> None:
    account = held(pages)
    rising(pages, account, "BTC/USD", 300)
    app = pages.page(show)
    frame = tables_of(app)[0]
    assert list(frame["market"]) == ["BTC/USD", "XRP/USD"]
    assert list(frame["why"]) == ["held, ordered", "ordered"]
    assert list(frame["nearest"]) == ["−5.00 %", "–"]
    assert list(frame["change"]) == ["+5.00 %", "–"]
    assert frame["ma_50"][0] == "975.50"  # the mean of 951 to 1000
    assert frame["rsi_14"][0] == "100.0"  # without a single loss
    assert column(app, "week")["lines"][0][-1] == 1000


def test_an_unknown_figure_says_how_many_candles_are_missing(pages: Pages) -> None:
    rising(pages, held(pages), "BTC/USD", 100)
    app = pages.page(show)
    figure = column(app, "ma_200")
    assert figure["texts"] == ["–", "–"]
    assert figure["hints"][0] == 'sma(200, "1h"): 100 candles of 1h are missing from its warm-up'
    assert "no 1h candle is stored" in figure["hints"][1]
    assert column(app, "signals")["texts"] == ["6 of 6 unknown", "6 of 6 unknown"]


def test_the_timeframe_and_the_search_are_in_the_address(pages: Pages) -> None:
    account = held(pages)
    rising(pages, account, "BTC/USD", 300)
    rising(pages, account, "BTC/USD", 60, "1d")
    frame = tables_of(pages.page(show, candles="1d", search="btc"))[0]
    assert (list(frame["market"]), list(frame["ma_50"]), list(frame["ma_200"])) == (["BTC/USD"], ["975.50"], ["–"])
    assert "No market matches DOGE" in words_of(pages.page(show, search="DOGE"))


def test_a_past_moment_uses_no_later_candle_and_no_market_added_later(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=9), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "900")])
    held(pages)
    write_watched_market(pages.writer, None, account.venue, "DOGE/USD")
    rising(pages, account, "BTC/USD", 300)
    then = opened_before(datetime.now(UTC), "1h") - timedelta(hours=5)
    frame = tables_of(pages.page(show, as_of=then.isoformat()))[0]
    assert list(frame["market"]) == ["BTC/USD"]
    assert frame["ma_50"][0] == "970.50"  # the mean of 946 to 995
    assert list(tables_of(pages.page(show))[0]["market"]) == ["BTC/USD", "DOGE/USD", "XRP/USD"]


def test_a_market_that_was_added_can_be_removed_and_one_of_the_file_cannot(pages: Pages) -> None:
    account = held(pages)
    write_watched_market(pages.writer, None, account.venue, "DOGE/USD")
    write_configured_markets(pages.writer, [(account.venue, "SOL/USD")])
    app = pages.page(show)
    assert "From stillframe.toml, changed there: SOL/USD" in words_of(app)
    assert [value for value, _ in control_of(app, "watch_removed")["options"]] == ["", "DOGE/USD"]
    offered = {value for value, _ in control_of(app, "watch_add")["options"]}
    assert not {"BTC/USD", "DOGE/USD", "SOL/USD"} & offered  # BTC/USD is held
    choose(app, "watch_form", "watch_removed", "DOGE/USD")
    choose(app, "watch_form", "watch_remove", "watch_remove")
    assert "DOGE/USD · Pending." in words_of(app)
    assert control_of(app, "watch_removed")["chosen"] == [""]
    with pages.writer.connect() as connection:
        (edit,) = read_edits_without_account(connection, [EditKind.WATCH])
    assert apply_watch(pages.writer, edit).answer == "DOGE/USD is watched no longer."


def test_a_market_is_added_by_its_name_and_another_text_says_what_to_write(pages: Pages) -> None:
    account = held(pages)
    seen(pages.writer, account, ago(seconds=1), prices=[price("BTC/USD", "1000"), price("DOGE/USD", "1")])
    app = pages.page(show)
    choose(app, "watch_form", "watch_add", "doge")
    assert "Add: doge is no market that can be added. Choose one that the field suggests." in words_of(app)
    assert control_of(app, "watch_add")["chosen"] == ["doge"]
    choose(app, "watch_form", "watch_add", "doge/usd")
    assert "Add:" not in words_of(app)
    assert control_of(app, "watch_add")["chosen"] == [""]
    with pages.writer.connect() as connection:
        (edit,) = read_edits_without_account(connection, [EditKind.WATCH])
    assert edit.payload == {"venue": account.venue, "symbol": "DOGE/USD", "remove": False}


def test_a_refused_market_says_why(pages: Pages) -> None:
    held(pages)
    insert_edit_request(pages.writer, EditKind.WATCH, {"venue": "cryptocom", "symbol": "NO/USD"}, None)
    with pages.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE edit_request SET state = 'refused', answer = 'No such market.'")
    assert "Refused. No such market." in words_of(pages.page(show))


def test_an_account_without_markets_says_so(pages: Pages) -> None:
    held(pages, balances=[balance("USD", "5")], orders=[])
    assert "No markets" in words_of(pages.page(show))


def test_a_row_leads_to_its_coin_with_its_own_market(pages: Pages) -> None:
    held(pages, orders=[order("1", symbol="BTC/EUR", quote="EUR"), order("2"), order("3")])
    (table,) = payloads_of(pages.page(show), "table")
    assert table["keys"] == ["cryptocom\nBTC/EUR", "cryptocom\nBTC/USD"]
    assert table["links"][0] == "coin?coin=BTC&market=BTC%2FEUR+%C2%B7+cryptocom&currency=USD"
