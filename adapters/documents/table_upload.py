"""The body by which a client asks for what it has to upload of a table of points, read from its document."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationError

from adapters.documents.kind_shapes import Shape
from adapters.documents.validation_errors import TOP, malformed
from application.documents.table_chunks import chunk_count
from domain.designs.point_table import MOST_ROWS

MOST_CHUNKS = chunk_count(MOST_ROWS)


class TableUploadShape(Shape):
    """How many chunks a table has, and after which of them an answer begins."""

    chunks: Annotated[int, Field(ge=1, le=MOST_CHUNKS)]
    after: Annotated[int, Field(ge=0, le=MOST_CHUNKS - 1)] | None = None


_KNOWN_KEYS = {TOP: tuple(TableUploadShape.model_fields)}


def read_table_upload(document: object) -> TableUploadShape:
    """Return what a body asks for; raises `MalformedSweep`, which names every place."""
    try:
        return TableUploadShape.model_validate(document)
    except ValidationError as error:
        raise malformed(error, _KNOWN_KEYS) from None
