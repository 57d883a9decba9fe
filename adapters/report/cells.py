"""The parts of the lines' JSON that become cells of a table, as expressions of SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.report.spooled_lines import text_literal


@dataclass(frozen=True, slots=True)
class Part:
    """What is below these keys in a JSON column of the view `lines`: all of the column, if there are none."""

    document: str
    keys: tuple[str, ...] = ()

    @property
    def pointer(self) -> str:
        """The JSON pointer (RFC 6901) to the part, as text in SQL."""
        return text_literal("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in self.keys))


@dataclass(frozen=True, slots=True)
class Cell:
    """The SQL expressions of a part: its JSON type, and its text, which is the characters of a text and else JSON."""

    type: str
    text: str

    def cast(self, type_: str) -> str:
        """Return the SQL expression of the cell as a value of a type; a list is read from its JSON."""
        return f"CAST({self.text}::JSON AS {type_})" if type_.endswith("[]") else f"CAST({self.text} AS {type_})"


def cells(parts: Sequence[Part]) -> tuple[list[Cell], str]:
    """Return a cell for each part, and the query that has their columns and `index`.

    DuckDB could extract many parts at once, but repeats the list of all of them for each, when it plans the query.
    """
    expressions = [f"({part.document}, {part.pointer})" for part in parts]
    return [Cell(f"json_type{one}", f"json_extract_string{one}") for one in expressions], "SELECT * FROM lines"
