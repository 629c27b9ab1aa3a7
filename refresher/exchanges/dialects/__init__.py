"""Dialects: what the rows of one exchange say beyond ccxt's unified fields, one file an exchange, found by its name."""
