"""The answers about the chunks of a table of points, as JSON."""

from __future__ import annotations

from application.link_pages import LINK_SECONDS
from application.list_table import TablePage
from application.ports.table_links import UPLOAD_HEADERS
from domain.space.scalars import Json


def table_document(page: TablePage) -> dict[str, Json]:
    """Return a page of links to chunks, valid for `expires_in` seconds; `next` is None at the end."""
    return {"chunks": _links(page), "expires_in": LINK_SECONDS, "next": page.next}


def uploads_document(page: TablePage) -> dict[str, Json]:
    """Return a page of links for chunks that are not stored, and the headers that each upload needs."""
    headers: dict[str, Json] = {**UPLOAD_HEADERS}
    return {"uploads": _links(page), "headers": headers, "expires_in": LINK_SECONDS, "next": page.next}


def _links(page: TablePage) -> Json:
    return [{"chunk": chunk, "url": link} for chunk, link in page.links.items()]
