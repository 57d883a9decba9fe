"""Calls of S3 by libcurl: objects are bodies, errors are XML documents, and a header has the checksum."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import quote, urlsplit

from adapters.aws.credentials import credentials
from adapters.aws.endpoints import endpoint_of
from adapters.aws.failures import RefusedError, UnansweredError
from adapters.aws.s3_calls import CONNECT, CONTENT_TYPE, SILENCE
from adapters.aws.signed_http import Answer, Limits, Request, SignedHttp
from application.ports.result_store import StoredObject

_OK = 200
_CHECKSUM = "x-amz-checksum-sha256"
# An object of the size that a worker can hold, at the speed of a slow network.
LIMITS = Limits(connect=CONNECT, silence=SILENCE, total=120, largest=1_000_000_000)


def s3_curl(silence: int = SILENCE) -> S3Curl:
    """Return calls of the S3 that the environment names, which end after so many seconds without a byte."""
    endpoint = endpoint_of("s3")
    limits = replace(LIMITS, silence=silence)
    return S3Curl(SignedHttp("s3", endpoint.region, credentials, limits), endpoint.url)


@dataclass(frozen=True, slots=True)
class S3Curl:
    """The `S3Calls` of an address."""

    http: SignedHttp
    url: str

    def put(self, bucket: str, key: str, body: bytes, condition: Mapping[str, str]) -> None:
        """Put an object."""
        hashed = sha256(body)
        headers = {
            "Content-Type": CONTENT_TYPE,
            _CHECKSUM: b64encode(hashed.digest()).decode(),
            # Else libcurl hashes the body itself once more.
            "x-amz-content-sha256": hashed.hexdigest(),
            **condition,
        }
        self._send(Request("PUT", self._address(bucket, key), headers, body))

    def get(self, bucket: str, key: str) -> StoredObject:
        """Get an object; raises `UnansweredError` for one that was damaged on the way."""
        answer = self._send(Request("GET", self._address(bucket, key), {"x-amz-checksum-mode": "ENABLED"}))
        said = answer.headers.get(_CHECKSUM)
        if said and said != b64encode(sha256(answer.body).digest()).decode():
            raise UnansweredError("ChecksumMismatch", sent=True)
        return StoredObject(answer.body, answer.headers.get("etag", ""))

    def keys(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[str]:
        """List a page of keys; raises `UnansweredError` for an answer that is no whole list."""
        # In the order of their names, as they are signed.
        asked = {"list-type": "2", "max-keys": str(limit), "prefix": prefix} | ({"start-after": after} if after else {})
        query = "&".join(f"{name}={quote(text, safe='')}" for name, text in asked.items())
        answer = self._send(Request("GET", f"{self._address(bucket, '')}?{query}"))
        if not answer.body.rstrip().endswith(b"</ListBucketResult>"):
            raise UnansweredError("NoList", sent=True)
        return [key.decode("latin-1") for key in re.findall(rb"<Key>([^<]*)</Key>", answer.body)]

    def _address(self, bucket: str, key: str) -> str:
        """Return an object's address as botocore forms it: the bucket is part of the host's name where it can be."""
        host = urlsplit(self.url).hostname or ""
        is_number = ":" in host or host.replace(".", "").isdigit()
        if is_number or "." in bucket:
            return f"{self.url}/{bucket}/{key}"
        return f"{self.url.replace('://', f'://{bucket}.', 1)}/{key}"

    def _send(self, request: Request) -> Answer:
        answer = self.http.send(request)
        if answer.status == _OK:
            return answer
        found = re.search(rb"<Code>([^<]*)</Code>", answer.body)
        raise RefusedError(found[1].decode("latin-1") if found else str(answer.status), answer.status)
