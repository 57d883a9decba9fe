"""The parts of the lines' JSON that become cells of a table, as expressions of SQL.

A document is parsed once a row, however many parts it has. With an expression for each part, DuckDB would parse it for
each, and hold as much memory for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

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


def by_document(parts: Sequence[Part]) -> Mapping[str, Sequence[Part]]:
    """Return the parts of each document, in their order."""
    return {part.document: [one for one in parts if one.document == part.document] for part in parts}


def each_cell(parts: Sequence[Part]) -> str:
    """Return the query that has a row for each line and each of these parts of one document, with its `place`."""
    found = f"json_type({_parts(parts)}) AS types, json_extract_string({_parts(parts)}) AS texts"
    each = "generate_subscripts(types, 1) AS place, unnest(types) AS type, unnest(texts) AS text"
    return f"SELECT {each} FROM (SELECT {found} FROM lines)"


def tabulate(database: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[str]:
    """Make the table `cells` of `index` and these parts, and return the SQL expression of each as text in it.

    A view would not do: DuckDB would put what its columns are into each of these expressions.
    """
    documents = by_document(parts)
    columns = [f"json_extract_string({_parts(of_one)}) AS {name}" for name, of_one in documents.items()]
    selected = ", ".join(['"index"', *columns])
    database.execute(f"CREATE TABLE cells AS SELECT {selected} FROM lines")
    return [f"{part.document}[{documents[part.document].index(part) + 1}]" for part in parts]


def _parts(parts: Sequence[Part]) -> str:
    return f"{parts[0].document}, [{', '.join(part.pointer for part in parts)}]"
