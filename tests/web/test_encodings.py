"""The compressions that a client accepts, as RFC 9110 (12.5.3) writes them."""

import pytest

from web.encodings import accepted_encodings


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("compress, gzip", {"compress", "gzip"}),  # examples of the RFC
        ("compress;q=0.5, gzip;q=1.0", {"compress", "gzip"}),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", {"gzip", "identity"}),
        ("br;q=0, gzip;q=0.000", set()),
        ("BR", {"br"}),
        ("", set()),
    ],
)
def test_an_encoding_counts_unless_its_weight_is_zero(header: str, accepted: set[str]) -> None:
    assert accepted_encodings(header) == accepted
