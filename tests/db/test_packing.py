"""Packed texts come back to the last character."""

from hypothesis import example, given
from hypothesis import strategies as st

from db.packing import pack, unpack

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).map(lambda value: format(value, "f")[:90])
WORDS = st.sampled_from(["BTC/USD", "\t", "\n", "-", ".", "", '{"a":"', "007", "1.", "-0", "-0.0", "Ünï", "1.10.2"])
TEXTS = st.lists(NUMBERS | WORDS, max_size=20).map("".join)


@given(TEXTS, TEXTS)
@example("a 1.5 b", "a 1.25 b")
@example("a 5 b", "a 12.345 b")
@example("a -0.5 b", "a 0 b")
@example("a 10 b", "a 9.9 b")
@example("A1.1 2", "A1.10 2")
def test_a_packed_text_comes_back(text: str, base: str) -> None:
    assert unpack(pack(text, base), base) == text


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20))
def test_texts_that_differ_in_numbers_come_back(pairs: list[tuple[str, str]]) -> None:
    text, base = (" x ".join(pair[n] for pair in pairs) for n in range(2))
    assert unpack(pack(text, base), base) == text


def test_a_number_that_moves_costs_two_bytes() -> None:
    base = "\n".join(f"C{n}/USD\tC{n}\tUSD\t{1000 + n}.{n:03}" for n in range(100))
    text = base.replace(".0", ".1")
    assert len(pack(text, base)) <= 2 * 100 + 200
    assert len(pack(base, base)) < 20
