"""Contract 2: the resources of the HTTP API, as the gateway names them and as a link leads to them."""

from __future__ import annotations

SWEEPS = "/sweeps"
SWEEP = "/sweeps/{id}"
RESULTS = "/sweeps/{id}/results"
RETRY = "/sweeps/{id}/retry"
CANCEL = "/sweeps/{id}/cancel"


def path_of(resource: str, sweep_id: str) -> str:
    """Return the path of one sweep's resource."""
    return resource.replace("{id}", sweep_id)
