"""Results in a bucket: the port `ResultStore` on AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from application.documents.result_keys import object_name, results_prefix
from application.ports.result_store import StoredObject
from domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TAKEN = {"PreconditionFailed", "412"}
_RACING = {"ConditionalRequestConflict", "409"}
_MISSING = {"NoSuchKey", "404"}


def s3_client(endpoint_url: str | None = None) -> S3Client:
    """Return a client whose calls succeed or fail well within a Lambda's time."""
    import boto3  # noqa: PLC0415 - loaded only by a process that stores results there
    from botocore.config import Config  # noqa: PLC0415 - likewise

    config = Config(
        connect_timeout=2,
        read_timeout=20,
        retries={"total_max_attempts": 5, "mode": "standard"},
        # Sign for the regional endpoint: new buckets redirect from the global one, which breaks presigned URLs.
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
    )
    return boto3.client("s3", config=config, endpoint_url=endpoint_url)


class S3ResultLocation:
    """Knows where results are; only `link` makes a client."""

    def __init__(self, bucket: str, client: Callable[[], S3Client]) -> None:
        """Use a bucket; `client` returns the client that signs links."""
        self._bucket = bucket
        self._make_client = client

    def location(self, sweep_id: str) -> str:
        """Return the prefix of a sweep's result objects as `s3://BUCKET/PREFIX/`."""
        return f"s3://{self._bucket}/{results_prefix(sweep_id)}/"

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return a presigned URL: for so many seconds, it lets its holder read one object with this client's right."""
        place = {"Bucket": self._bucket, "Key": _key(sweep_id, shard)}
        with _translated():
            return self._make_client().generate_presigned_url("get_object", Params=place, ExpiresIn=seconds)


class S3ResultStore(S3ResultLocation):
    """One object a shard, written by one PUT."""

    def __init__(self, client: S3Client, bucket: str, sleep: Callable[[float], None] = time.sleep) -> None:
        """Use a bucket of this client; `sleep` waits so many seconds between attempts."""
        super().__init__(bucket, lambda: client)
        self._client = client
        # Of two conditional writes at once S3 refuses one with a conflict, which asks for another attempt.
        self._racing = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, ClientError) and _code(error) in _RACING),
            stop=stop_after_attempt(5),
            wait=wait_random_exponential(multiplier=0.05, max=1),
            sleep=sleep,
            reraise=True,
        )

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Store an object whole, and return whether it was stored: one that is there already stays as it is."""
        return self._store(_key(sweep_id, shard), body, {"IfNoneMatch": "*"})

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Store an object in place of this version, which is its entity tag, and return whether it was stored."""
        return self._store(_key(sweep_id, shard), body, {"IfMatch": version})

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        """Return a stored object, or None if there is none."""
        with _translated():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=_key(sweep_id, shard))
                return StoredObject(answer["Body"].read(), answer["ETag"])
            except ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise

    def _store(self, key: str, body: bytes, condition: dict[str, Any]) -> bool:
        """Store an object under a condition, and return whether it held; the bucket's policy demands one."""
        with _translated():
            try:
                self._racing(self._put, key, body, condition)
            except ClientError as error:
                if _code(error) in _TAKEN | _MISSING:
                    return False
                raise
        return True

    def _put(self, key: str, body: bytes, condition: dict[str, Any]) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=body,
            **condition,
            ChecksumAlgorithm="SHA256",
            # No Content-Encoding: clients would unpack the object, and not receive the bytes that are stored.
            ContentType="application/gzip",
        )


def _key(sweep_id: str, shard: int) -> str:
    return f"{results_prefix(sweep_id)}/{object_name(shard)}"


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise DependencyUnavailable(f"the result store answers {_code(error)}") from error
    except (BotoCoreError, OSError) as error:
        raise DependencyUnavailable(f"the result store does not answer: {type(error).__name__}") from error
