"""Our own senders, made as the deployed functions make them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Literal

from benchmarks.dispatch.job import FUNCTION, REGION, Job
from domain.dispatch_policy import no_deadline
from entrypoints.containers import deployed
from entrypoints.settings import SendingSettings

Library = Literal["curl", "boto3"]
# What the template sets, of which a sender reads the first two.
_VARIABLES = {
    "SWEEP_AWS_DOMAIN": "amazonaws.com",
    "SWEEP_WORKER_FUNCTION": FUNCTION,
    "SWEEP_TABLE": "ledger",
    "SWEEP_LOG_LEVEL": "ERROR",
    "SWEEP_RETENTION_DAYS": "30",
    "SWEEP_WORKER_TIMEOUT": "60",
    "SWEEP_WORKER_RETRIES": "2",
    "SWEEP_WORKER_EVENT_AGE": "3600",
}


def prepare(library: Library, job: Job) -> Callable[[], Counter[str]]:
    """Make the sender that the parent and the dispatchers have for this library, and return what dispatches."""
    settings = settings_for(library, job)
    invoker = deployed.invoker(settings, deployed.log("parent", settings))
    return lambda: Counter(str(outcome.kind) for outcome in invoker.dispatch(job.sweep, job.sweep.plan, no_deadline))


def settings_for(library: Library, job: Job) -> SendingSettings:
    """Return a function's settings; it finds the endpoint and its authority in this process's environment."""
    os.environ["AWS_ENDPOINT_URL_LAMBDA"] = job.endpoint
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    if job.authority:
        os.environ["AWS_CA_BUNDLE"] = job.authority
    own = {"SWEEP_CLIENT": library, "SWEEP_DISPATCH_CONCURRENCY": str(job.concurrency)}
    return SendingSettings({**_VARIABLES, **own})
