"""Cases: rows as an exchange sends them, and what is to be understood of each; one file an exchange.

A file names its exchange, its markets (unified symbol and the exchange's own, in tests/exchanges/conformance_harness)
and CASES. Payloads are written for the project after the documented shapes.
"""
