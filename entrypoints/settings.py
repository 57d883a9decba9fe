"""What each function reads from its environment: the keys that `infra/template.yaml` sets, and no others."""

from __future__ import annotations

from typing import Annotated, Literal

from entrypoints.environment import Settings, Variable, Whole


def _split(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


Names = Annotated[frozenset[str], _split]
# In seconds: Lambda's waits between two attempts, and the way of an undelivered shard through the queue to the ledger.
_MARGIN = 300


class FunctionSettings(Settings):
    """What every function reads."""

    table: str
    # The library by which AWS is called.
    client: Literal["curl", "boto3"]
    # The domain of the partition, as of `amazonaws.com`: what `adapters/aws/endpoints.py` makes hostnames of.
    aws_domain: str
    log_level: Literal["DEBUG", "INFO", "WARN", "ERROR"]
    retention_days: Annotated[int, Whole(1)]
    # Set by Lambda itself.
    function_name: Annotated[str, Variable("AWS_LAMBDA_FUNCTION_NAME")]


class SendingSettings(FunctionSettings):
    """What a function reads that dispatches shards to workers."""

    worker_function: str
    # Each call holds a socket, and a Lambda has 1,024 file descriptors, no more than `select` waits for.
    dispatch_concurrency: Annotated[int, Whole(1, 768)]
    # How Lambda runs a worker's event: the seconds of one attempt, the further attempts, the seconds that it may wait.
    worker_timeout: Annotated[int, Whole(1)]
    worker_retries: Annotated[int, Whole(0)]
    worker_event_age: Annotated[int, Whole(0)]

    @property
    def shard_lifetime(self) -> float:
        """How long after its dispatch a shard can still end, in seconds."""
        return lifetime(self.worker_timeout, self.worker_retries, self.worker_event_age)


class ParentSettings(SendingSettings):
    """What the parent reads."""

    bucket: str
    dispatcher_function: str
    allowed_targets: Names
    default_target: str
    # Tells the targets' code from other code that was deployed before, or will be.
    targets_digest: str
    max_shards: Annotated[int, Whole(1)]
    max_points_per_shard: Annotated[int, Whole(1)]
    # A dispatch of more shards goes out by dispatchers.
    direct_shards: Annotated[int, Whole(1)]
    # How Lambda runs a dispatcher's event.
    dispatcher_timeout: Annotated[int, Whole(1)]
    dispatcher_retries: Annotated[int, Whole(0)]
    dispatcher_event_age: Annotated[int, Whole(0)]

    @property
    def assignment_lifetime(self) -> float:
        """How long after its assignment a span can still be dispatched, in seconds."""
        return lifetime(self.dispatcher_timeout, self.dispatcher_retries, self.dispatcher_event_age)


class DispatcherSettings(SendingSettings):
    """What a dispatcher reads."""


class WorkerSettings(FunctionSettings):
    """What a worker reads."""

    bucket: str
    allowed_targets: Names


class UndeliveredSettings(FunctionSettings):
    """What the recorder of undelivered events reads."""


def lifetime(timeout: int, retries: int, event_age: int) -> float:
    """Return how long after its dispatch an event can still end, in seconds."""
    return event_age + (retries + 1) * timeout + _MARGIN
