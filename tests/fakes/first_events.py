"""A first event for each function: the first thing that it is asked for in a new process."""

from __future__ import annotations

import json
from typing import Any

# Prints, after what the handler returns, the modules that are loaded: arguments are a folder, a function, an event.
PROGRAM = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
class Context:
    aws_request_id = "first"
    def get_remaining_time_in_millis(self):
        return 28000
handler = importlib.import_module("entrypoints." + sys.argv[2]).handler
print(json.dumps(handler(json.loads(sys.argv[3]), Context())))
print(*sys.modules)
"""


def submission(shards: int) -> dict[str, Any]:
    """Return the parent's event: a sweep of three points in so many shards."""
    parameters = {"angle": [30, 45, 60], "speed": [20], "drag": [0.01]}
    body = {"name": "first", "parameters": parameters, "sharding": {"shards": shards}}
    headers = {"Content-Type": "application/json"}
    return {"httpMethod": "POST", "resource": "/sweeps", "headers": headers, "body": json.dumps(body)}


def undelivered(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a queue in which a shard is undelivered."""
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    body = json.dumps({"requestContext": context, "requestPayload": payload})
    return {"Records": [{"messageId": "m", "body": body}]}
