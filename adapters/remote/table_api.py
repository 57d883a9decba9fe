"""What the API says of a table of points: links to the chunks that it lacks, and to those that it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.documents.routes import path_of_table
from adapters.remote.answers import understood
from adapters.remote.signed_api import Call, SignedApi
from domain.dispatch_policy import no_deadline


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Links by chunk, the headers of their requests, and what the next page begins after, None at the end."""

    links: Mapping[int, str]
    headers: Mapping[str, str]
    next: int | None


@dataclass(frozen=True, slots=True)
class TableApi:
    """Asks for pages of links, one a call."""

    api: SignedApi

    def uploads(self, digest: str, chunks: int, after: int | None) -> LinkPage:
        """Return links for those chunks beyond `after` that a table of so many chunks lacks; a page may have none."""
        body: dict[str, Any] = {"chunks": chunks} | ({} if after is None else {"after": after})
        headers = {"Content-Type": "application/json"}
        call = Call("POST", path_of_table(digest), body=json.dumps(body).encode(), headers=headers)
        return self._page(call, "uploads")

    def chunks(self, digest: str, after: int | None, limit: int) -> LinkPage:
        """Return links to at most `limit` of the chunks beyond `after` that a table has."""
        query = {"limit": str(limit)} | ({} if after is None else {"after": str(after)})
        return self._page(Call("GET", path_of_table(digest), query), "chunks")

    def _page(self, call: Call, member: str) -> LinkPage:
        reply = self.api.ask(call, no_deadline)
        with understood():
            links = {int(one["chunk"]): str(one["url"]) for one in reply.document[member]}
            following = reply.document["next"]
            headers = {str(name): str(text) for name, text in reply.document.get("headers", {}).items()}
            return LinkPage(links, headers, None if following is None else int(following))
