"""How the intake program says no: a code, the place in the archive, and figures for the sentence."""

from __future__ import annotations

PLACE_CHARACTERS = 200


class Refused(Exception):
    """The archive is refused; `place` is cut and printable because it quotes the vendor's own names."""

    def __init__(self, code: str, place: str = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.place = printable(place)
        self.params = {
            name: value if isinstance(value, int) else printable(str(value)) for name, value in params.items()
        }


def printable(text: str) -> str:
    """`text` cut to a bounded length, with everything unprintable replaced by a question mark."""
    cut = text if len(text) <= PLACE_CHARACTERS else text[: PLACE_CHARACTERS - 1] + "…"
    return "".join(character if character.isprintable() else "?" for character in cut)
