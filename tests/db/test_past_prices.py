"""Prices of past moments are read once, and again when candles arrive."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import event

from db.reads.past_prices import read_past_prices
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.candles import write_candles
from db.writes.refresh import write_refresh
from domain.candles import Candle
from domain.sources import Source, Success
from tests.factories import ASKED, NOON, observation, price
from tests.postgres import Database

HOUR = timedelta(hours=1)
MOMENTS = tuple(NOON + HOUR * n for n in range(6))


def candles_of(coin: str) -> list[Candle]:
    return [Candle(f"{coin}/USD", "1h", NOON + HOUR * n, *[Decimal(100 + n)] * 4) for n in range(6)]


def test_a_settled_price_is_read_once_and_again_after_new_candles(database: Database) -> None:
    write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])
    write_candles(database.writer, "cryptocom", candles_of("BTC"))
    statements: list[str] = []
    event.listen(database.reader, "before_cursor_execute", lambda *row: statements.append(row[2]))

    def moments_read() -> int:
        return sum("FROM candle" in statement and "unnest" in statement for statement in statements)

    with database.reader.connect() as connection:
        first = read_past_prices(connection, "cryptocom", ["BTC", "ETH"], MOMENTS, "USD")
        assert first == {"BTC": tuple(Decimal(100 + n) for n in range(6)), "ETH": (None,) * 6}
        # All but the last three hours are settled.
        assert read_past_prices(connection, "cryptocom", ["BTC"], MOMENTS[:3], "USD")["BTC"] == first["BTC"][:3]
        assert moments_read() == 1
        again = read_past_prices(connection, "cryptocom", ["BTC"], (MOMENTS[0], MOMENTS[5]), "USD")
        assert again["BTC"] == (first["BTC"][0], first["BTC"][5])
        write_candles(database.writer, "cryptocom", candles_of("ETH"))
        later = read_past_prices(connection, "cryptocom", ["ETH"], MOMENTS, "USD")
        assert later["ETH"] == first["BTC"]


def test_a_coin_that_only_a_contract_prices_has_a_past_price(database: Database) -> None:
    (account,) = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")]).values()
    for n, last in enumerate(("7", "9")):
        seen = {Source.PRICES: Success((price("XYZ/USD:USD", last),))}
        write_refresh(database.writer, observation(account, NOON + HOUR * 3 * n, seen))
    with database.reader.connect() as connection:
        prices = read_past_prices(connection, "cryptocom", ["XYZ"], (NOON, NOON + 3 * HOUR), "USD")
    assert prices == {"XYZ": (Decimal(7), Decimal(9))}
