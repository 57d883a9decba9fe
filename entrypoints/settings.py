"""What each function reads from its environment: the keys that `infra/template.yaml` sets, and no others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_split)]


class FunctionSettings(BaseSettings):
    """What every function reads."""

    model_config = SettingsConfigDict(env_prefix="SWEEP_", frozen=True, extra="ignore")

    table: str
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


class WorkerSettings(FunctionSettings):
    """What a worker reads."""

    bucket: str
    allowed_targets: Names


class UndeliveredSettings(FunctionSettings):
    """What the recorder of undelivered shards reads."""
