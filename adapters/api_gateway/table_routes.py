"""The routes about tables of points: links by which clients store and fetch the chunks of one."""

from __future__ import annotations

import re

from adapters.api_gateway.arguments import after_number, limit
from adapters.api_gateway.problems import HttpError, HttpResponse, json_answer
from adapters.api_gateway.proxy_event import HttpRequest
from adapters.documents.table_answers import table_document, uploads_document
from adapters.documents.table_upload import read_table_upload
from application.list_table import ListTable
from application.ports.table_links import TableLinks
from application.upload_table import UploadTable
from domain.space.names import TABLE_DIGEST

CHUNKS_A_PAGE = 100


def upload_table(request: HttpRequest, tables: TableLinks) -> HttpResponse:
    """Link to where the chunks go that a table lacks."""
    digest, asked = _digest(request), read_table_upload(request.document())
    return json_answer(200, uploads_document(UploadTable(tables)(digest, asked.chunks, asked.after)))


def list_table(request: HttpRequest, tables: TableLinks) -> HttpResponse:
    """Link to the chunks of a table that are stored."""
    asked = _digest(request), limit(request, CHUNKS_A_PAGE), after_number(request)
    return json_answer(200, table_document(ListTable(tables)(*asked)))


def _digest(request: HttpRequest) -> str:
    """Return the digest of the table that a request is about; raises `HttpError` (400) for what cannot be one."""
    given = request.path.get("digest", "")
    if not re.fullmatch(TABLE_DIGEST, given):
        raise HttpError(400, "a table is named by its digest, of 64 digits out of 0-9 and a-f")
    return given
