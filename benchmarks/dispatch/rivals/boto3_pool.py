"""A bare boto3 thread pool: a simple script that reads each response's payload, so that connections are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from application.documents.payload import Payloads
from benchmarks.dispatch.job import FUNCTION, REGION, Job, named


def prepare(job: Job) -> Callable[[], Counter[str]]:
    """Make the client, and return what dispatches."""
    config = Config(max_pool_connections=job.concurrency, retries={"total_max_attempts": 1})
    client = boto3.client("lambda", region_name=REGION, endpoint_url=job.endpoint, verify=job.authority, config=config)

    def invoke(payload: bytes) -> int:
        try:
            response = client.invoke(FunctionName=FUNCTION, InvocationType="Event", Payload=payload)
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]
        response["Payload"].read()
        return response["StatusCode"]

    def dispatch() -> Counter[str]:
        payloads = Payloads(job.sweep)
        with ThreadPoolExecutor(job.concurrency) as pool:
            return Counter(map(named, pool.map(invoke, map(payloads.of, job.sweep.plan))))

    return dispatch
