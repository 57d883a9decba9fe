"""Downloading one result object by its link: whole, checked, and told apart by whether it may still change."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from io import BufferedReader
from typing import BinaryIO

from botocore.awsrequest import AWSRequest, AWSResponse

from adapters.remote.attempts import PassingError
from adapters.remote.http import Http, chunks
from domain.errors import DependencyUnavailable

# Where S3 refuses a link: after its time, or after that of the credentials that signed it, which has a code of 400
# ("ExpiredToken", Amazon S3 API reference, "Error responses").
EXPIRED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
# The entity tag of an object is its MD5 where it was stored by one PUT, with S3's own keys or without encryption
# ("Object", Amazon S3 API reference); other tags have a hyphen, or come with the header of another encryption.
_MD5_TAG = re.compile(r'"([0-9a-f]{32})"')
_OWN_KEYS = {None, "AES256"}
# What a line has in which a point has an error; inside a text, the quotes would be escaped.
_ERROR = b'"error":'
_GZIP = zlib.MAX_WBITS + 16
_LARGEST_PIECE = 1 << 20


class LinkExpiredError(Exception):
    """The link's time is over; the API makes a new one."""


class Kept(Enum):
    """What became of a download."""

    UNCHANGED = "unchanged"  # the object is the known one
    FINAL = "final"  # every point has a value, so that no retry changes the object
    MAY_CHANGE = "may change"  # some points have errors, which a retry may replace


@dataclass(frozen=True, slots=True)
class Wording:
    """What messages call the objects: several of them, one, what has the number of one, and where they are stored."""

    several: str
    one: str
    unit: str
    store: str


RESULTS = Wording("results", "a result object", "shard", "the store of the results")


@dataclass(frozen=True, slots=True)
class ObjectDownload:
    """Downloads objects; `checkpoint` is called between two pieces, and raises what ends the download."""

    http: Http
    checkpoint: Callable[[], None]
    wording: Wording = RESULTS

    def __call__(self, link: str, known: str | None, draft: BinaryIO) -> Kept:
        """Write an object to the draft, unless it is the one with the known entity tag.

        Raises `LinkExpiredError`, `PassingError` for what another attempt may mend, `DependencyUnavailable` and
        `OSError` where the draft cannot be written.
        """
        headers = {"If-None-Match": known} if known else {}
        with self.http.opened(AWSRequest("GET", link, headers).prepare()) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                return Kept.UNCHANGED
            self._check_status(response.status_code)
            return self._receive(response, draft)

    def _receive(self, response: AWSResponse, draft: BinaryIO) -> Kept:
        digest = _md5()
        lines = _Lines(self.wording.one)
        for chunk in chunks(response):
            self.checkpoint()
            digest.update(chunk)
            lines.read(chunk)
            draft.write(chunk)
        tag = _md5_of(response.headers)
        if tag not in {None, digest.hexdigest()}:
            raise PassingError(f"{self.wording.one} arrived with other bytes than S3's checksum tells")
        lines.end()
        draft.flush()
        os.fsync(draft.fileno())
        return Kept.MAY_CHANGE if lines.have_errors else Kept.FINAL

    def _check_status(self, status: int) -> None:
        if status in EXPIRED:
            raise LinkExpiredError
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise PassingError(f"{self.wording.store} answers {status}")
        if status != HTTPStatus.OK:
            raise DependencyUnavailable(
                f"{self.wording.store} answers {status} for an object that should be there; was it deleted?"
            )


class _Lines:
    """Reads the lines of a gzip-compressed object piece by piece, to its end and in bounded memory."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unpack = zlib.decompressobj(_GZIP)
        self._tail = b""
        self.have_errors = False

    def read(self, chunk: bytes) -> None:
        """Read further bytes of the object; raises `PassingError` if they are damaged."""
        try:
            while chunk:
                self._look(self._unpack.decompress(chunk, _LARGEST_PIECE))
                chunk = self._unpack.unconsumed_tail
        except zlib.error as error:
            raise PassingError(f"{self._name} arrived damaged: its gzip data cannot be read") from error

    def end(self) -> None:
        """Raise `PassingError` unless the object ended where its gzip data do."""
        if not self._unpack.eof or self._unpack.unused_data:
            raise PassingError(f"{self._name} arrived damaged: its gzip data do not end where it ends")

    def _look(self, piece: bytes) -> None:
        # The text looked for may lie across two pieces.
        self.have_errors = self.have_errors or _ERROR in self._tail + piece
        self._tail = (self._tail + piece)[-len(_ERROR) + 1 :]


def tag_of(file: BufferedReader) -> str:
    """Return the entity tag that S3 has for an object of a file's bytes, where its tags are MD5."""
    return f'"{hashlib.file_digest(file, _md5).hexdigest()}"'


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)


def _md5_of(headers: Mapping[str, str]) -> str | None:
    """Return the MD5 that an answer's entity tag is; None where it is none."""
    tag = _MD5_TAG.fullmatch(headers.get("etag", ""))
    return tag[1] if tag and headers.get("x-amz-server-side-encryption") in _OWN_KEYS else None
