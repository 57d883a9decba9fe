"""The endpoint of `Invoke`: it accepts asynchronous events for the fleet, or fails by the script."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from tests.e2e.chaos.breaking import break_connection
from tests.e2e.chaos.caller import Caller
from tests.e2e.chaos.faults import EXPIRED, LAMBDA, Break, Fault, Refusal, Requests
from tests.e2e.chaos.fleet import Fleet
from tests.e2e.chaos.script import Occurrences, Script, plain
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_REQUESTS = Requests("lambda", LAMBDA)
# Longer than a dispatcher waits for an answer, in seconds.
_SILENCE = 4.0
# What a payload says of the whole sweep, and not of its own part.
_SHARED = {"space", "target", "sweep_id", "request"}


class LambdaServer(LoopbackServer):
    """Use it in a `with` block."""

    def __init__(self, fleet: Fleet) -> None:
        """Accept events for a fleet."""
        super().__init__(_Handler)
        self.fleet = fleet
        self.set(None)

    def set(self, script: Script | None) -> None:
        """Follow another script from now on, from its beginning."""
        self._script = script
        self._asked = Occurrences()

    def fault(self, function: str, event: str) -> Fault | None:
        """Return what becomes of one request."""
        script = self._script
        if script is None:
            return None
        if _REQUESTS.has_expired(script, self._asked.next("lambda")):
            fault: Fault | None = EXPIRED
        else:
            fault = _REQUESTS.fault(script, (function, event), self._asked.next("lambda", function, event))
        if fault:
            self.fleet.count(f"lambda: {fault.code if isinstance(fault, Refusal) else fault.value}")
        return fault


class _Handler(LoopbackHandler):
    server: LambdaServer

    def respond(self) -> None:
        """Answer one event by its fate."""
        document = json.loads(self.read_body())
        found = _PATH.fullmatch(self.path)
        function = found[1] if found else ""
        if self.server.fleet.function(function) is None:
            self._refuse(Refusal(404, "ResourceNotFoundException"))
            return
        event = _name(document)
        fault = self.server.fault(function, event)
        if isinstance(fault, Refusal):
            self._refuse(fault)
            return
        if fault is None or fault.takes_effect:
            self.server.fleet.accept(function, event, document)
        if fault is None:
            self.answer(202)
        else:
            self._break(fault)

    def _refuse(self, refusal: Refusal) -> None:
        body = json.dumps({"Message": "as scripted", "Type": "User"}).encode()
        self.answer(refusal.status, body, {"x-amzn-ErrorType": refusal.code, "Content-Type": "application/json"})

    def _break(self, fault: Break) -> None:
        if fault is Break.SILENCE:
            time.sleep(_SILENCE)
        caller = Caller.of(self.headers.get("Authorization", ""))
        if fault.kills and caller:
            caller.kill()
        break_connection(self.connection)
        self.close_connection = True


def _name(document: Any) -> str:  # noqa: ANN401 - any JSON
    """Return which event this is, in every run of one seed."""
    own = {key: value for key, value in document.items() if key not in _SHARED}
    return plain(f"{document.get('sweep_id', '')} {json.dumps(own, sort_keys=True)}")
