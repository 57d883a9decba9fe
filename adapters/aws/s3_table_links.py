"""Links to tables of points in a bucket: the port `TableLinks` on AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adapters.aws.boto_failures import translated as by_boto
from adapters.aws.s3_attempts import ATTEMPTS, translated
from adapters.aws.s3_calls import S3Calls
from adapters.aws.s3_tables import STORE, S3PointTables, key_of
from application.ports.table_links import UPLOAD_HEADERS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3TableLinks(S3PointTables):
    """Presigned URLs: for a time, they let their holder do one thing with one chunk, with this client's right."""

    def __init__(self, calls: S3Calls, bucket: str, client: Callable[[], S3Client], attempts: int = ATTEMPTS) -> None:
        """Use a bucket; `client` returns the client that signs links."""
        super().__init__(calls, bucket, attempts)
        self._make_client = client

    def link(self, digest: str, chunk: int, seconds: int) -> str:
        """Return a link by which its holder fetches a chunk."""
        return self._signed("get_object", digest, chunk, seconds)

    def upload_link(self, digest: str, chunk: int, seconds: int) -> str:
        """Return a link by which its holder stores a chunk, with the headers that are signed too."""
        headers = {"ContentType": UPLOAD_HEADERS["Content-Type"], "IfNoneMatch": UPLOAD_HEADERS["If-None-Match"]}
        return self._signed("put_object", digest, chunk, seconds, **headers)

    def _signed(self, call: str, digest: str, chunk: int, seconds: int, **headers: str) -> str:
        place = {"Bucket": self._bucket, "Key": key_of(digest, chunk), **headers}
        with translated(STORE), by_boto():
            return self._make_client().generate_presigned_url(call, Params=place, ExpiresIn=seconds)
