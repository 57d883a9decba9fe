"""The client of Lambda through which shards are dispatched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.dispatch_policy import DispatchPolicy

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_CONNECT_SECONDS = 1.0


def lambda_client(policy: DispatchPolicy, endpoint_url: str | None = None) -> LambdaClient:
    """Return a client that fits the policy: a connection for each concurrent call, and no retries of its own.

    Its timeouts end an attempt within the policy's reserve, even one that begins as late as the policy allows.
    """
    import boto3  # noqa: PLC0415 - loaded only by a process that invokes
    from botocore.config import Config  # noqa: PLC0415 - likewise

    config = Config(
        max_pool_connections=policy.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=max(1.0, policy.reserve - _CONNECT_SECONDS - 1.0),
        tcp_keepalive=True,
    )
    return boto3.client("lambda", config=config, endpoint_url=endpoint_url)
