"""The callers of the API: they submit with keys, ask again after failures, cancel a few, and retry until all rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.chaos.asked import Asked
from tests.e2e.chaos.audit import AT_REST
from tests.e2e.chaos.fleet import Fleet
from tests.e2e.chaos.queue_of_records import LostError
from tests.e2e.chaos.script import Occurrences, Script

Json = dict[str, Any]

_AT_ONCE = 4
# How often a caller asks again at once for what only reads.
_READS = 12
# Of submissions and of other orders, so many are made twice at the same moment.
_TWICE = 0.15
# What a caller may be answered: 502 and 504 are the gateway's, where the function did not answer.
_ANSWERS = {200, 202, 409, 502, 503}


@dataclass(slots=True)
class Callers:
    """All callers of one deployment."""

    fleet: Fleet
    script: Script
    answers: Counter[int] = field(default_factory=Counter)
    _made: Occurrences = field(default_factory=Occurrences)

    def submit(self, sweeps: Iterable[Asked], wave: int) -> None:
        """Submit each sweep with its key, many at once, and some of them twice at the same moment."""
        chosen = list(sweeps)
        twice = [one for one in chosen if self.script.chance("twice", one.name, wave) < _TWICE]
        self._each(self._submit, [*chosen, *twice])

    def act(self, sweeps: Iterable[Asked], wave: int) -> None:
        """Let each sweep that is not at rest go on: by a retry, by its key, or cancel it."""
        chosen = [one for one in sweeps if not at_rest(one)]
        twice = [one for one in chosen if self.script.chance("act twice", one.name, wave) < _TWICE]
        self._each(lambda one: self._act(one, wave), [*chosen, *twice])

    def look(self, sweeps: Iterable[Asked]) -> None:
        """Read where each sweep stands."""
        self._each(self._look, list(sweeps))

    def _each(self, call: Any, sweeps: list[Asked]) -> None:  # noqa: ANN401 - any function of a sweep
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(call, sweeps):
                pass

    def _act(self, one: Asked, wave: int) -> None:
        if one.sweep_id is None:
            self._submit(one)
            return
        if wave == 1 and one.will_be_cancelled:
            self._cancel(one)
        elif one.last.get("state") == "incomplete" and self.script.chance("by key", one.name, wave) < 1 / 3:
            self._submit(one)
        else:
            self._post("/sweeps/{id}/retry", one)

    def _submit(self, one: Asked) -> None:
        status, answer = self._call("POST", "/sweeps", one, body=json.dumps(one.request))
        if status in {200, 202}:
            one.sweep_id = answer["sweep_id"]
        if one.sweep_id and one.will_be_cancelled and self.script.chance("at once", one.name) < 1 / 2:
            self._cancel(one)

    def _cancel(self, one: Asked) -> None:
        one.is_cancelled = True
        self._post("/sweeps/{id}/cancel", one)

    def _post(self, resource: str, one: Asked) -> None:
        self._call("POST", resource, one)

    def _look(self, one: Asked) -> None:
        for _ in range(_READS if one.sweep_id else 0):
            status, answer = self._call("GET", "/sweeps/{id}", one)
            if status == 200:
                one.last = answer
                return

    def _call(self, method: str, resource: str, one: Asked, body: str | None = None) -> tuple[int, Json]:
        """Send one request through the gateway, and return the status and the document of its answer."""
        name = f"{method} {resource} {one.name} {self._made.next(method, resource, one.name)}"
        event = {
            "httpMethod": method,
            "resource": resource,
            "pathParameters": {"id": one.sweep_id} if one.sweep_id else None,
            "headers": {"Content-Type": "application/json", "Idempotency-Key": one.key},
            "body": body,
            "requestContext": {"requestId": name},
        }
        try:
            answer = self.fleet.call("parent", name, event)
        except LostError:
            answer = {"statusCode": 502, "body": "{}"}
        status, document = int(answer["statusCode"]), json.loads(answer["body"])
        self.answers[status] += 1
        if status not in _ANSWERS:
            self.fleet.surprises.append(f"{name} was answered {status}: {document}")
        return status, document


def at_rest(one: Asked) -> bool:
    """Return whether a caller has no reason to go on: all is done, but for points that can have no value."""
    state = one.last.get("state")
    return state in AT_REST and (state != "done_with_errors" or one.last["failed"] == one.without_value)
