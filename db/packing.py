"""Pack a text that resembles an earlier one, its base: ticks of a market differ from each other in their numbers alone.

If only numbers differ, a packed text is the list of their differences, each in the unit of its last decimal:

    base   BTC/USD 95000.1 0.0123
    text   BTC/USD 95012.7 0.0124     -> +126, +1

Any other text is compressed by DEFLATE (RFC 1951) with the base as its dictionary.
"""

import re
import zlib
from collections.abc import Iterable, Iterator

_RAW = -zlib.MAX_WBITS  # without header and checksum: Postgres has its own
_TEXT, _DIFFERENCES, _DEFLATED_DIFFERENCES = 0, 1, 2  # the first byte
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)")
# How the decimals of a number differ from those of its base, in the lowest two bits of its code.
_SAME, _LESS, _MORE, _STATED = 0, 1, 2, 3
_MOST_DIGITS = 60


def pack(text: str, base: str = "") -> bytes:
    """The text as bytes. `unpack` gives back every character."""
    body = bytes([_TEXT]) + _deflated(text.encode(), base.encode())
    codes = _codes(text, base) if base else None
    if codes is None:
        return body
    dense = b"".join(map(_variable, codes))
    candidates = body, bytes([_DIFFERENCES]) + dense, bytes([_DEFLATED_DIFFERENCES]) + _deflated(dense)
    return min(candidates, key=len)


def unpack(body: bytes, base: str = "") -> str:
    """The text that was packed with the same base."""
    kind, rest = body[0], body[1:]
    if kind == _TEXT:
        return _inflated(rest, base.encode()).decode()
    codes = _values(rest if kind == _DIFFERENCES else _inflated(rest))
    pieces = _NUMBER.split(base)
    pieces[1::2] = [_number(old, codes) for old in pieces[1::2]]
    return "".join(pieces)


def _codes(text: str, base: str) -> list[int] | None:
    """The codes of the differences. None if more than numbers differ, or a number has an unusual form."""
    new, old = _NUMBER.split(text), _NUMBER.split(base)
    if new[::2] != old[::2]:
        return None
    codes: list[int] = []
    for number, before in zip(new[1::2], old[1::2], strict=True):
        if number == before:
            codes.append(0)
            continue
        if max(len(number), len(before)) > _MOST_DIGITS:
            return None
        added = _code(number, before)
        if _number(before, iter(added)) != number:  # leading zeros
            return None
        codes += added
    return codes


def _code(number: str, before: str) -> list[int]:
    more = _decimals(number) - _decimals(before)
    form = {0: _SAME, -1: _LESS, 1: _MORE}.get(more, _STATED)
    difference = _unsigned(_units(number, 0) - _units(before, more))
    return [difference << 2 | form, *([_unsigned(more)] if form == _STATED else [])]


def _number(before: str, codes: Iterator[int]) -> str:
    code = next(codes)
    if code == 0:
        return before
    difference, form = _signed(code >> 2), code & 3
    more = _signed(next(codes)) if form == _STATED else {_SAME: 0, _LESS: -1, _MORE: 1}[form]
    units, decimals = _units(before, more) + difference, _decimals(before) + more
    digits = str(abs(units)).rjust(decimals + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _units(number: str, more: int) -> int:
    """A number in units of its last decimal, or with that many decimals more or less."""
    units = int(number.replace(".", ""))
    factor: int = 10 ** abs(more)
    return units * factor if more >= 0 else units // factor


def _unsigned(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _signed(value: int) -> int:
    return -((value + 1) >> 1) if value & 1 else value >> 1


def _variable(value: int) -> bytes:
    """A number in as few bytes as it needs, seven bits in each, the lowest first."""
    if value < 0x80:
        return bytes((value,))
    body = bytearray()
    while value >= 0x80:
        body.append(value & 0x7F | 0x80)
        value >>= 7
    body.append(value)
    return bytes(body)


def _values(body: Iterable[int]) -> Iterator[int]:
    value = shift = 0
    for byte in body:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def _deflated(body: bytes, base: bytes = b"") -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, base)
    return packer.compress(body) + packer.flush()


def _inflated(body: bytes, base: bytes = b"") -> bytes:
    unpacker = zlib.decompressobj(_RAW, base)
    return unpacker.decompress(body) + unpacker.flush()
