"""A stand-in exchange that speaks Crypto.com Exchange v1 REST: for demo, tests and load, never for production."""
