"""Position names: how the rows of orders say which position they act on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchanges.connection.exact import Garbled
from exchanges.venues._shared.order_rows import id_in, word_in
from exchanges.venues._shared.position_rows import MARGIN_WORDS


@dataclass(frozen=True, slots=True)
class PositionNames:
    """The fields of an order's row that name its position: the id of the position, and its margin mode.

    The words of `modes` are in small letters. Declare a field only if positions of the venue state the same: an order
    that names another position is no protection. Without fields no order names a position. With `only` a row that has
    this field must have this word in it, in capitals.
    """

    mode: str | None = None
    position_id: str | None = None
    modes: Mapping[str, str] | None = None
    only: tuple[str, str] | None = None

    def name_in(self, row: Mapping[str, Any]) -> str | None:
        """The id of the position, else its margin mode. None for other words, as of spot, and for odd content."""
        try:
            if self.only is not None and self.only[0] in row and word_in(row, self.only[0]) != self.only[1]:
                return None
            named = None if self.position_id is None else id_in(row, self.position_id)
            word = "" if self.mode is None else word_in(row, self.mode).lower()
        except Garbled:
            return None
        return named or (self.modes or MARGIN_WORDS).get(word)
