"""Money: fiat currencies and the coins pegged to them. A holding of money needs no stop order.

Exchanges name fiat currencies by their ISO 4217 codes. A few codes are also the symbol of a volatile coin. These codes
are in none of the lists, because a holding of such a coin must not count as money: RON (Ronin), MNT (Mantle),
SCR (Scroll), GEL (Gelato), BOB (Build on Bitcoin), DOP (Data Ownership Protocol), ERN (Ethernity), SOS (OpenDAO) and
TOP (TOP Network).
"""

# US dollars, and coins pegged to one dollar. Without a price of its own, each counts as one dollar.
DOLLARS = frozenset({
    "USD",
    "USDT", "USDC", "USDG", "PYUSD", "DAI", "TUSD", "FDUSD", "BUSD", "GUSD", "USDP",
    "USDD", "USDE", "USDS", "USD1", "RLUSD", "LUSD", "GHO", "CRVUSD", "USDQ",
    # Without a market: credits of futures, and shares that are redeemed for USDC, one for one.
    "BNFCR", "RWUSD",
})  # fmt: skip

# Coins pegged to one euro.
EUROS = frozenset({
    "EURR", "EURC", "EURI", "EURT", "EURS", "EURQ", "EURCV", "EUROP", "EURE", "AEUR",
})  # fmt: skip

# Coins pegged to one unit of another currency: the real, lira, rand, rupiah, yen, peso, pound and others.
OTHER_PEGGED = frozenset({
    "BRZ", "TRYB", "ZARP", "ZARU", "BIDR", "IDRT", "XSGD", "GYEN",
    "JPYC", "MXNB", "AUDD", "GBPT", "TGBP", "QCAD", "CNHT",
})  # fmt: skip

# ISO 4217 codes that exchanges quote in or take deposits in, by continent. CNH is the yuan outside China.
FIAT = frozenset({
    "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RSD", "UAH", "RUB", "BYN", "MDL", "TRY",
    "USD", "CAD", "MXN", "BRL", "ARS", "CLP", "COP", "PEN", "UYU", "PYG", "VES",
    "JPY", "KRW", "CNY", "CNH", "HKD", "TWD", "SGD", "INR", "IDR", "THB", "MYR", "PHP", "VND", "PKR",
    "BDT", "LKR", "NPR", "KZT", "UZS", "KGS", "AZN",
    "AED", "SAR", "QAR", "KWD", "BHD", "OMR", "JOD", "ILS", "IRR",
    "ZAR", "NGN", "KES", "GHS", "UGX", "TZS", "ZMW", "RWF", "EGP", "MAD", "XOF", "XAF",
    "AUD", "NZD",
})  # fmt: skip

MONEY = DOLLARS | EUROS | OTHER_PEGGED | FIAT


def is_money(asset: str) -> bool:
    """True for a fiat currency and for a coin pegged to one."""
    return asset in MONEY
