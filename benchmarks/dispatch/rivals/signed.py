"""Signs for rivals that bring no signature, with ours: botocore's alone would take longer than they take to send."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from adapters.aws.credentials import credentials
from adapters.aws.signature import Signer
from benchmarks.dispatch.job import PATH, REGION, Job

# Returns the headers of a payload, but for its length.
Headers: TypeAlias = Callable[[bytes], list[tuple[str, str]]]


def signed_headers(job: Job) -> Headers:
    """Return what signs the payloads of a job."""
    signer = Signer(job.endpoint + PATH, REGION, credentials)

    def headers(payload: bytes) -> list[tuple[str, str]]:
        lines = (line.partition(": ") for line in signer.headers(payload))
        return [("Host", job.host), *((name, value) for name, _, value in lines)]

    return headers
