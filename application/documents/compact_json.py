"""JSON as every contract writes it: equal values have equal bytes on every machine."""

from __future__ import annotations

import json

from domain.space.scalars import Json


def encode(document: Json) -> str:
    """Return strict, compact JSON: ASCII only, keys in the order in which they stand."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False)
