"""Pack a text that resembles an earlier one: DEFLATE (RFC 1951) with the earlier text as its dictionary.

Numbers of one tick differ from those of the last one in a few digits. Packed, each costs about its changed digits.
"""

import zlib

_RAW = -zlib.MAX_WBITS  # without header and checksum: Postgres has its own
_LEVEL = 9


def pack(text: str, base: str = "") -> bytes:
    """The text as bytes that `unpack` reads with the same base."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, base.encode())
    return packer.compress(text.encode()) + packer.flush()


def unpack(body: bytes, base: str = "") -> str:
    """The text of a packed body. Raises zlib.error if the base is another one."""
    unpacker = zlib.decompressobj(_RAW, base.encode())
    return (unpacker.decompress(body) + unpacker.flush()).decode()
