"""The wire format: Crypto.com Exchange v1 REST, as its documentation has it."""
