"""One account, many wire formats: a model of an account, and its rows on each exchange.

`account` holds the records and `arithmetic` the independent sums over them. `strategies` draws accounts that an
exchange can hold. `renderers/<exchange>.py` writes an account in the wire format of one exchange, by the exchange's
documentation. `comparison` names every figure that came out differently.
"""
