"""Booking: the double entries and journal lines of a trade, a settlement or a transfer."""

from decimal import ROUND_UP, Decimal

from simulator.instruments import Instrument
from simulator.ledger import ADJUSTMENT, FEES, INTEREST, MARKET, OUTSIDE, SETTLEMENT, WALLET, Ledger
from simulator.orders import BUY, SELL, Order, Trade
from simulator.positions import Position, funding

MAKER_RATE = Decimal("0.00025")
TAKER_RATE = Decimal("0.0004")
FUNDING_RATE = Decimal("0.0000125")  # per hour
INTEREST_RATE = Decimal("0.00001")  # per hour, on debt
# The debt limit by currency.
CREDIT = {"USD": Decimal(100_000)}
_FEE_STEP = Decimal("0.00000001")
_ZERO = Decimal(0)
_FIRST_TRADE = 6_142_909_898_247_428_343
_FIRST_MATCH = 4_611_686_018_455_978_480


class Booker:
    """Moves money and coins for the engine. `prices` are the last prices of the books, in ticks."""

    def __init__(self, ledger: Ledger, prices: dict[str, int]) -> None:
        self.ledger = ledger
        self.trades: list[Trade] = []
        self.positions: dict[str, Position] = {}
        self._prices = prices

    def worth(self, book: Instrument, quantity: Decimal) -> Decimal:
        """The cost of a quantity at the last price, in the quote currency."""
        return quantity * book.price(self._prices[book.name])

    def affordable(self, order: Order, quantity: Decimal, price: Decimal) -> Decimal:
        """The affordable part of a quantity: sales up to the held coins, purchases up to the credit limit."""
        book = order.ticket.instrument
        if book.is_perpetual:
            return quantity
        if order.ticket.side == SELL:
            return min(quantity, book.lots(max(_ZERO, self.ledger.held(book.base))))
        money = self.ledger.held(book.quote) + CREDIT.get(book.quote, _ZERO)
        return quantity if quantity * price <= money else book.lots(max(_ZERO, money / price))

    def book(self, order: Order, quantity: Decimal, price: Decimal, at: int, *, is_maker: bool) -> Trade:
        """Book one execution: coins, money and the fee."""
        ticket = order.ticket
        cost = quantity * price
        signed = quantity if ticket.side == BUY else -quantity
        rate = MAKER_RATE if is_maker else TAKER_RATE
        taken = quantity if order.fee_asset == ticket.instrument.base else cost
        fee = (taken * rate).quantize(_FEE_STEP, ROUND_UP)
        realized = _ZERO
        if ticket.instrument.is_perpetual:
            position = self.positions.setdefault(ticket.instrument.name, Position(ticket.instrument))
            realized = position.trade(signed, price, at)
            self.ledger.move(ticket.instrument.quote, realized, SETTLEMENT)
        else:
            self.ledger.move(ticket.instrument.base, signed, MARKET)
            self.ledger.move(ticket.instrument.quote, -cost if ticket.side == BUY else cost, MARKET)
        self.ledger.move(order.fee_asset, fee, WALLET, FEES)
        number = len(self.trades) + 1
        trade = Trade(
            trade_id=str(_FIRST_TRADE + 613 * number),
            match_id=str(_FIRST_MATCH + 17 * number),
            order_id=order.order_id,
            client_oid=order.client_oid,
            instrument=ticket.instrument,
            side=ticket.side,
            price=price,
            quantity=quantity,
            fee=fee,
            fee_asset=order.fee_asset,
            is_maker=is_maker,
            at_ns=at * 1_000_000 + number % 1_000_000,
            realized=realized,
        )
        self.trades.append(trade)
        self._journal(trade, signed, cost, at)
        return trade

    def _journal(self, trade: Trade, signed: Decimal, cost: Decimal, at: int) -> None:
        about = {
            "order_id": trade.order_id,
            "trade_id": trade.trade_id,
            "match_id": trade.match_id,
            "client_oid": trade.client_oid,
            "taker_side": "MAKER" if trade.is_maker else "TAKER",
            "side": trade.side,
        }
        money = -cost if trade.side == BUY else cost
        name = trade.instrument.name
        self.ledger.write("TRADING", at, name, signed, money, realized=trade.realized, **about)
        self.ledger.write("TRADE_FEE", at, trade.fee_asset, -trade.fee, _ZERO, **about)

    def settle(self, at: int) -> None:
        """The end of an hour: move session profits into the wallet, and book funding and interest on debt."""
        for name, position in self.positions.items():
            if not position.quantity and not position.cost:
                continue
            book = position.instrument
            mark = book.price(self._prices[name])
            profit = position.settle(mark, at)
            self.ledger.move(book.quote, profit, SETTLEMENT)
            self.ledger.write("SESSION_SETTLE", at, name, _ZERO, _ZERO, realized=profit)
            paid = funding(position, mark, FUNDING_RATE)
            self.ledger.move(book.quote, paid, SETTLEMENT)
            self.ledger.write("FUNDING", at, name, _ZERO, _ZERO, realized=paid)
        for asset, held in self.ledger.wallet().items():
            if held < 0:
                due = (-held * INTEREST_RATE).quantize(_FEE_STEP, ROUND_UP)
                self.ledger.move(asset, due, WALLET, INTEREST)
                self.ledger.write("INTEREST", at, asset, -due, _ZERO)

    def transfer(self, asset: str, amount: Decimal, fee: Decimal, at: int) -> None:
        """A deposit, or a withdrawal for a negative amount. The fee is extra."""
        self.ledger.move(asset, amount, OUTSIDE)
        self.ledger.write("DEPOSIT" if amount > 0 else "WITHDRAW", at, asset, amount, _ZERO)
        if fee:
            self.ledger.move(asset, fee, WALLET, FEES)
            self.ledger.write("WITHDRAW_FEE", at, asset, -fee, _ZERO)

    def adjust(self, asset: str, amount: Decimal, at: int) -> None:
        """Add or remove an amount, for a control call."""
        self.ledger.move(asset, amount, ADJUSTMENT)
        self.ledger.write("ADJUSTMENT", at, asset, amount, _ZERO)
