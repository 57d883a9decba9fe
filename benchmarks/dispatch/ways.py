"""The ways to dispatch, by name: ours, and rivals in an environment of their own."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from benchmarks.dispatch.job import Way

DEFAULT = "curl"
_OURS = {"curl": "curl", "boto3": "boto3"}
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
        return cast("Way", getattr(import_module("benchmarks.dispatch.deployed"), _OURS[name]))
    return cast("Way", import_module(f"benchmarks.dispatch.rivals.{RIVALS[name]}").prepare)
