"""A stand-in exchange that speaks Crypto.com Exchange v1 REST: for the demo, for tests and for load; never for production."""
