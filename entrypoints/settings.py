"""What each function reads from its environment: the keys that `infra/template.yaml` sets, and no others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_split)]
# In seconds: Lambda's waits between two attempts, and the way of an undelivered shard through the queue to the ledger.
_MARGIN = 300


class FunctionSettings(BaseSettings):
    """What every function reads."""

    model_config = SettingsConfigDict(env_prefix="SWEEP_", frozen=True, extra="ignore")

    table: str
    # The library by which AWS is called.
    client: Literal["curl", "boto3"]
    log_level: Literal["DEBUG", "INFO", "WARN", "ERROR"]
    retention_days: Annotated[int, Field(ge=1)]
    # Set by Lambda itself.
    function_name: Annotated[str, Field(validation_alias="AWS_LAMBDA_FUNCTION_NAME")] = ""


class ParentSettings(FunctionSettings):
    """What the parent reads."""

    bucket: str
    worker_function: str
    allowed_targets: Names
    default_target: str
    max_shards: Annotated[int, Field(ge=1)]
    # Each call holds a socket, and a Lambda has 1,024 file descriptors.
    dispatch_concurrency: Annotated[int, Field(ge=1, le=256)]
    max_points_per_shard: Annotated[int, Field(ge=1)]
    # How Lambda runs a worker's event: the seconds of one attempt, the further attempts, the seconds that it may wait.
    worker_timeout: Annotated[int, Field(ge=1)]
    worker_retries: Annotated[int, Field(ge=0)]
    worker_event_age: Annotated[int, Field(ge=0)]

    @property
    def shard_lifetime(self) -> float:
        """How long after its dispatch a shard can still end, in seconds."""
        return self.worker_event_age + (self.worker_retries + 1) * self.worker_timeout + _MARGIN


class WorkerSettings(FunctionSettings):
    """What a worker reads."""

    bucket: str
    allowed_targets: Names


class UndeliveredSettings(FunctionSettings):
    """What the recorder of undelivered shards reads."""
