"""Contract 2: the resources of the HTTP API, as the gateway names them, and the paths of one sweep or table."""

from __future__ import annotations

SWEEPS = "/sweeps"
SWEEP = "/sweeps/{id}"
REQUEST = "/sweeps/{id}/request"
PROGRESS = "/sweeps/{id}/progress"
RESULTS = "/sweeps/{id}/results"
FAILURES = "/sweeps/{id}/failures"
RETRY = "/sweeps/{id}/retry"
CANCEL = "/sweeps/{id}/cancel"
TABLE = "/tables/{digest}"


def path_of(resource: str, sweep_id: str) -> str:
    """Return the path of a resource for one sweep, below the API's stage."""
    return resource.replace("{id}", sweep_id)


def path_of_table(digest: str) -> str:
    """Return the path of a table of points, below the API's stage."""
    return TABLE.replace("{digest}", digest)
