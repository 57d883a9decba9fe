"""A terminal that wraps its lines anew when it is resized, as most of today's do."""

from __future__ import annotations

import io
import re

_SEQUENCE = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n])")


class Terminal(io.StringIO):
    """What a person sees, as lines of text; it never scrolls. It knows the sequences that a screen needs."""

    def __init__(self, width: int) -> None:
        """Begin empty."""
        super().__init__()
        self.width = width
        self.shows_cursor = True
        self.written: list[str] = []
        # Each row, and whether it goes on in the next one because it was too long.
        self._rows: list[tuple[str, bool]] = [("", False)]
        self._row = self._column = 0

    def isatty(self) -> bool:
        """Return that this is a terminal."""
        return True

    def write(self, text: str) -> int:
        """Show a text and obey its sequences."""
        self.written.append(text)
        for sequence in _SEQUENCE.finditer(text):
            argument, order, is_return, is_feed, letter = sequence.groups()
            if letter:
                self._put(letter)
            elif is_return:
                self._column = 0
            elif is_feed:
                self._feed()
            else:
                self._obey(argument, order)
        return len(text)

    def resize(self, width: int) -> None:
        """Become narrower or wider: long lines are wrapped, and wrapped ones joined again."""
        whole, row, column = [""], 0, 0
        for number, (text, goes_on) in enumerate(self._rows):
            if number == self._row:
                row, column = len(whole) - 1, len(whole[-1]) + self._column
            whole[-1] += text
            if not goes_on and number < len(self._rows) - 1:
                whole.append("")
        self.width, self._rows = width, []
        for number, line in enumerate(whole):
            if number == row:
                # A cursor behind the last column stays behind it.
                behind = int(column > 0 and column == len(line) and column % width == 0)
                self._row, self._column = len(self._rows) + column // width - behind, column % width + behind * width
            parts = [line[start : start + width] for start in range(0, len(line), width)] or [""]
            self._rows += [(part, part is not parts[-1]) for part in parts[:-1]] + [(parts[-1], False)]

    @property
    def lines(self) -> list[str]:
        """The lines as they were written, without blank ones at the end."""
        joined = [""]
        for text, goes_on in self._rows:
            joined[-1] += text.rstrip() if not goes_on else text
            if not goes_on:
                joined.append("")
        while joined and not joined[-1]:
            joined.pop()
        return joined

    def _put(self, letter: str) -> None:
        if self._column == self.width:
            self._rows[self._row] = (self._rows[self._row][0], True)
            self._feed()
            self._column = 0
        text, goes_on = self._rows[self._row]
        text = text.ljust(self._column)
        self._rows[self._row] = (text[: self._column] + letter + text[self._column + 1 :], goes_on)
        self._column += 1

    def _feed(self) -> None:
        self._row += 1
        self._column = 0
        if self._row == len(self._rows):
            self._rows.append(("", False))

    def _obey(self, argument: str, order: str) -> None:
        if order == "A":
            self._row = max(self._row - int(argument or 1), 0)
        elif (argument, order) == ("2", "K"):
            self._rows[self._row] = ("", False)
        elif argument == "?25":
            self.shows_cursor = order == "h"
        elif order != "m":
            raise NotImplementedError(f"{argument}{order}")
