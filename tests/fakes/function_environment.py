"""The environment that Lambda and the template set for a function, with servers on this machine."""

from __future__ import annotations


def function_environment(aws: str, functions: str, client: str, table: str, bucket: str) -> dict[str, str]:
    """Return every function's variables: where AWS and Lambda are, and the library that calls them.

    A sweep of one shard is dispatched by the parent itself, any other one by a dispatcher.
    """
    target = "examples.projectile:simulate"
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": aws,
        "AWS_ENDPOINT_URL_LAMBDA": functions,
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "SWEEP_CLIENT": client,
        "SWEEP_AWS_DOMAIN": "amazonaws.com",
        "SWEEP_TABLE": table,
        "SWEEP_BUCKET": bucket,
        "SWEEP_WORKER_FUNCTION": "worker",
        "SWEEP_DISPATCHER_FUNCTION": "dispatcher",
        "SWEEP_DIRECT_SHARDS": "1",
        "SWEEP_DISPATCHER_TIMEOUT": "60",
        "SWEEP_DISPATCHER_RETRIES": "2",
        "SWEEP_DISPATCHER_EVENT_AGE": "3600",
        "SWEEP_ALLOWED_TARGETS": target,
        "SWEEP_DEFAULT_TARGET": target,
        "SWEEP_TARGETS_DIGEST": "0123456789abcdef",
        "SWEEP_MAX_SHARDS": "10000",
        "SWEEP_DISPATCH_CONCURRENCY": "64",
        "SWEEP_MAX_POINTS_PER_SHARD": "1000000",
        "SWEEP_WORKER_TIMEOUT": "300",
        "SWEEP_WORKER_RETRIES": "2",
        "SWEEP_WORKER_EVENT_AGE": "21600",
        "SWEEP_RETENTION_DAYS": "90",
        "SWEEP_LOG_LEVEL": "ERROR",
    }
