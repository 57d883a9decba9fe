"""JSON as every contract writes it: equal values have equal bytes on every machine."""

from __future__ import annotations

import json

from domain.space.scalars import Json

# One for all documents: json.dumps would make one for each.
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def encode(document: Json) -> str:
    """Return strict, compact JSON: ASCII only, keys in the order in which they stand."""
    return _ENCODER.encode(document)
