"""Our own senders, as the parent has them when it is deployed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.machine.json_log import JsonLog
from benchmarks.dispatch.job import FUNCTION, Job
from domain.dispatch_policy import DispatchPolicy, no_deadline

if TYPE_CHECKING:
    from adapters.aws.events import EventSender


def boto3(job: Job) -> Callable[[], Counter[str]]:
    """Make the readable sender, over boto3 and threads."""
    from adapters.aws.invocation import Invocation  # noqa: PLC0415 - loaded where it is measured
    from adapters.aws.lambda_client import lambda_client  # noqa: PLC0415 - likewise
    from adapters.aws.threaded_sender import ThreadedSender  # noqa: PLC0415 - likewise

    policy = _policy(job)
    return _dispatch(job, ThreadedSender(Invocation(lambda_client(policy), FUNCTION), policy, _log()))


def curl(job: Job) -> Callable[[], Counter[str]]:
    """Make the fast sender, over libcurl."""
    from adapters.aws.curl_sender import curl_sender  # noqa: PLC0415 - likewise

    return _dispatch(job, curl_sender(FUNCTION, _policy(job), _log()))


def _policy(job: Job) -> DispatchPolicy:
    # A function learns of its endpoint, its authority and its credentials from its environment.
    os.environ.update(AWS_ENDPOINT_URL_LAMBDA=job.endpoint, AWS_CA_BUNDLE=job.authority)
    return DispatchPolicy(concurrency=job.concurrency)


def _log() -> JsonLog:
    return JsonLog("ERROR", "parent")


def _dispatch(job: Job, sender: EventSender) -> Callable[[], Counter[str]]:
    invoker = LambdaInvoker(sender)
    return lambda: Counter(str(outcome.kind) for outcome in invoker.dispatch(job.sweep, job.sweep.plan, no_deadline))
