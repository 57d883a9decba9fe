"""Calls of S3 by boto3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.aws.boto_failures import translated
from adapters.aws.s3_calls import CONNECT, CONTENT_TYPE, SILENCE
from application.ports.result_store import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONDITIONS = {"If-Match": "IfMatch", "If-None-Match": "IfNoneMatch"}


def s3_client(endpoint_url: str | None = None, silence: int = SILENCE) -> S3Client:
    """Return a client that makes one attempt a call: the store decides whether it makes another."""
    import boto3  # noqa: PLC0415 - loaded only by a process that needs it
    from botocore.config import Config  # noqa: PLC0415 - likewise

    config = Config(
        connect_timeout=CONNECT,
        read_timeout=silence,
        retries={"total_max_attempts": 1, "mode": "standard"},
        # Sign for the regional endpoint: new buckets redirect from the global one, which breaks presigned URLs.
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
    )
    return boto3.client("s3", config=config, endpoint_url=endpoint_url)


@dataclass(frozen=True, slots=True)
class S3Boto:
    """The `S3Calls` of a client that `s3_client` has made."""

    client: S3Client

    def put(self, bucket: str, key: str, body: bytes, condition: Mapping[str, str]) -> None:
        """Put an object."""
        more: Any = {_CONDITIONS[name]: value for name, value in condition.items()}
        with translated():
            self.client.put_object(
                Bucket=bucket, Key=key, Body=body, ChecksumAlgorithm="SHA256", ContentType=CONTENT_TYPE, **more
            )

    def get(self, bucket: str, key: str) -> StoredObject:
        """Get an object; boto3 compares its checksum."""
        with translated():
            answer = self.client.get_object(Bucket=bucket, Key=key)
            return StoredObject(answer["Body"].read(), answer["ETag"])

    def keys(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[str]:
        """List a page of keys."""
        more: Any = {"StartAfter": after} if after else {}
        with translated():
            page = self.client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=limit, **more)
            return [found["Key"] for found in page.get("Contents", ())]
