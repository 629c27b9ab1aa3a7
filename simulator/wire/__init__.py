"""The wire format: Crypto.com Exchange v1 REST, as in its documentation."""
