"""Uploading one chunk of a table by its link: whole, and where there is none."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from botocore.awsrequest import AWSRequest

from adapters.remote.attempts import PassingError
from adapters.remote.http import Answer, Http
from adapters.remote.object_download import EXPIRED, LinkExpiredError
from domain.errors import DependencyUnavailable

# S3's codes for a body that did not arrive as it was sent, and for two uploads of one chunk at once ("Error responses",
# Amazon S3 API reference). Some have the status of an expired link.
_PASSING = {"BadDigest", "IncompleteBody", "RequestTimeout", "ConditionalRequestConflict", "OperationAborted"}
_STORED = {HTTPStatus.OK, HTTPStatus.NO_CONTENT}


@dataclass(frozen=True, slots=True)
class ChunkUpload:
    """Uploads chunks; `headers` are those for which the links are signed."""

    http: Http
    headers: Mapping[str, str]

    def __call__(self, link: str, body: bytes) -> None:
        """Store a chunk, unless it is there already.

        Raises `LinkExpiredError`, `PassingError` for what another attempt may mend, and `DependencyUnavailable`.
        """
        # S3 refuses a body that has another MD5, which needs no signature.
        md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        request = AWSRequest("PUT", link, {**self.headers, "Content-MD5": md5}, body)
        answer = self.http.send(request.prepare())
        if answer.status in _STORED or answer.status == HTTPStatus.PRECONDITION_FAILED:
            return
        raise _failure(answer)


def _failure(answer: Answer) -> Exception:
    found = re.search(rb"<Code>([A-Za-z]{1,64})</Code>", answer.body)
    code = found[1].decode() if found else ""
    busy = answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if busy or code in _PASSING:
        return PassingError(f"the store of tables answers {answer.status}")
    if answer.status in EXPIRED:
        return LinkExpiredError()
    return DependencyUnavailable(f"the store of tables answers {answer.status} to an upload")
