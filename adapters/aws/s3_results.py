"""Results in a bucket: the port `ResultStore` on AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from adapters.aws.failures import RefusedError
from adapters.aws.s3_attempts import MISSING, TAKEN, S3Attempts, translated
from adapters.aws.s3_calls import S3Calls
from application.documents.result_keys import object_name, results_prefix
from application.ports.result_store import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3ResultLocation:
    """Knows where results are; only `link` makes a client of boto3."""

    def __init__(self, bucket: str, client: Callable[[], S3Client]) -> None:
        """Use a bucket; `client` returns the client that signs links."""
        self._bucket = bucket
        self._make_client = client

    def location(self, sweep_id: str) -> str:
        """Return the prefix of a sweep's result objects as `s3://BUCKET/PREFIX/`."""
        return f"s3://{self._bucket}/{results_prefix(sweep_id)}/"

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return a presigned URL: for so many seconds, it lets its holder read one object with this client's right."""
        from adapters.aws.boto_failures import translated as by_boto  # noqa: PLC0415 - loaded with the client

        place = {"Bucket": self._bucket, "Key": _key(sweep_id, shard)}
        with translated(), by_boto():
            return self._make_client().generate_presigned_url("get_object", Params=place, ExpiresIn=seconds)


class S3ResultStore(S3ResultLocation):
    """One object a shard, written by one PUT."""

    def __init__(
        self, calls: S3Calls, bucket: str, client: Callable[[], S3Client], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Use a bucket through these calls; `sleep` waits so many seconds between attempts."""
        super().__init__(bucket, client)
        self._calls = calls
        self._attempts = S3Attempts(sleep)

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Store an object whole, and return whether it was stored: one that is there already stays as it is."""
        return self._store(_key(sweep_id, shard), body, {"If-None-Match": "*"})

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Store an object in place of this version, which is its entity tag, and return whether it was stored."""
        return self._store(_key(sweep_id, shard), body, {"If-Match": version})

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        """Return a stored object, or None if there is none."""
        key = _key(sweep_id, shard)
        with translated():
            try:
                return self._attempts(lambda: self._calls.get(self._bucket, key))
            except RefusedError as error:
                if error.code in MISSING:
                    return None
                raise

    def _store(self, key: str, body: bytes, condition: Mapping[str, str]) -> bool:
        """Store an object under a condition, and return whether it held; the bucket's policy demands one."""
        with translated():
            try:
                self._attempts(lambda: self._calls.put(self._bucket, key, body, condition))
            except RefusedError as error:
                if error.code in TAKEN | MISSING:
                    return False
                raise
        return True


def _key(sweep_id: str, shard: int) -> str:
    return f"{results_prefix(sweep_id)}/{object_name(shard)}"
