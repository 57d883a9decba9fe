"""Signs the invocations of one function with AWS's Signature Version 4, and keeps what is the same for a second.

The algorithm is that of "Create a signed AWS API request" (AWS Identity and Access Management user guide). libcurl can
sign as well (`AWS_SIGV4`); it derives the day's key anew for each request, and takes a third more of the processor for
a whole dispatch. docs/adr/0019 has the figures. A test compares each signature with botocore's.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import quote, urlsplit

from adapters.aws.credentials import Credentials, CredentialSource

_ALGORITHM = "AWS4-HMAC-SHA256"


class Signer:
    """Returns the headers of one request after another, each a POST of a payload to the same address."""

    def __init__(self, url: str, region: str, source: CredentialSource, clock: Callable[[], float] = time.time) -> None:
        """Sign for a URL that has no query, in a region; ask for the credentials once in each second."""
        parts = urlsplit(url)
        self._host = parts.netloc.removesuffix(":443" if parts.scheme == "https" else ":80")
        self._path = quote(parts.path, safe="/~")
        self._region = region
        self._source = source
        self._clock = clock
        self._second = -1
        self.credentials = Credentials("", "")

    def headers(self, payload: bytes) -> list[str]:
        """Return the headers of the request with this payload; raises `CredentialsMissingError`."""
        second = int(self._clock())
        if second != self._second:
            self._begin(second)
        request = self._request.copy()
        request.update(sha256(payload).hexdigest().encode())
        signature = hmac.digest(self._key, f"{self._to_sign}{request.hexdigest()}".encode(), "sha256").hex()
        return [*self._kept, f"{self._authorization}{signature}"]

    def renewed(self) -> Credentials:
        """Ask for the credentials at once, and return those that the next request is signed with."""
        self._begin(int(self._clock()))
        return self.credentials

    def _begin(self, second: int) -> None:
        """Prepare what all requests of a second have in common."""
        self.credentials = self._source()
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        signed = {"host": self._host, "x-amz-date": at, "x-amz-invocation-type": "Event"}
        if self.credentials.token:
            signed["x-amz-security-token"] = self.credentials.token
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        scope = f"{at[:8]}/{self._region}/lambda/aws4_request"
        self._request = sha256(f"POST\n{self._path}\n\n{lines}\n{names}\n".encode())
        self._to_sign = f"{_ALGORITHM}\n{at}\n{scope}\n"
        self._key = _key(self.credentials.secret_key, scope)
        granted = f"Credential={self.credentials.access_key}/{scope}, SignedHeaders={names}"
        self._authorization = f"Authorization: {_ALGORITHM} {granted}, Signature="
        self._kept = [f"{name}: {value}" for name, value in signed.items() if name != "host"]
        self._second = second


def _key(secret: str, scope: str) -> bytes:
    """Derive the signing key of a day, a region and a service from a secret key."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
