"""The ways to dispatch, by name: ours, and rivals in an environment of their own."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import cast

from benchmarks.dispatch.job import Way

# What the template deploys: the parameters Client and DispatchConcurrency.
DEFAULT, CONCURRENCY = "curl", 384
_OURS = ("curl", "boto3")
# Each is a module, which imports what this project's own environment does not have.
RIVALS = {
    "boto3-pool": "boto3_pool",
    "lithops": "lithops_backend",
    "aiohttp": "aiohttp_client",
    "awscrt": "crt_connections",
}
NAMES = (*_OURS, *RIVALS)
# What a measurement says the version of.
LIBRARIES = {
    "curl": ("pycurl",),
    "boto3": ("boto3", "botocore", "urllib3"),
    "boto3-pool": ("boto3", "botocore", "urllib3"),
    "lithops": ("lithops", "botocore", "urllib3"),
    "aiohttp": ("aiohttp",),
    "awscrt": ("awscrt",),
}


def way(name: str) -> Way:
    """Return the way with this name; imports its libraries."""
    if name in _OURS:
        return cast("Way", partial(import_module("benchmarks.dispatch.deployed").prepare, name))
    return cast("Way", import_module(f"benchmarks.dispatch.rivals.{RIVALS[name]}").prepare)
