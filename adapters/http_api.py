"""The HTTP API (contract 2): proxy events in, answers out, and every failure an answer below 500 or a logged one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adapters.gateway_event import HttpRequest, read_event, request_id_of
from adapters.http_problem import HttpError, HttpResponse, json_answer, problem, unexpected
from adapters.json_log import JsonLog
from adapters.payload_model import SWEEP_ID
from adapters.request_model import read_request
from adapters.sweep_status import plan_document, status_document, submission_document
from application.describe_sweep import DescribeSweep
from application.submit_sweep import Submission, SubmitSweep
from domain.dispatch_policy import is_handed_over
from domain.errors import DispatchRejected, SweepError, SweepNotFound

_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class HttpApi:
    """Answers one proxy event at a time."""

    submit_sweep: SubmitSweep
    describe_sweep: DescribeSweep
    facts: JsonLog

    def __call__(self, event: Mapping[str, Any]) -> HttpResponse:
        """Answer an event, whatever is in it."""
        request_id = request_id_of(event)
        try:
            request = read_event(event)
            return self._route(request)(request)
        except SweepError as error:
            answer = problem(error, request_id)
            self.facts.warn(
                "request refused", request_id=request_id, status=answer["statusCode"], error=type(error).__name__
            )
            return answer
        except Exception as error:  # noqa: BLE001 - the last line of defence: a logged 500
            self.facts.error("request failed", error, request_id=request_id)
            return unexpected(request_id)

    def _route(self, request: HttpRequest) -> Callable[[HttpRequest], HttpResponse]:
        routes = {("POST", "/sweeps"): self._submit, ("GET", "/sweeps/{id}"): self._describe}
        route = routes.get((request.method, request.resource))
        if route is None:
            raise HttpError(404, "there is no such resource")
        return route

    def _submit(self, request: HttpRequest) -> HttpResponse:
        sweep_request = read_request(request.document())
        if request.query.get("dry_run", "false").lower() == "true":
            return json_answer(200, plan_document(self.submit_sweep.limits.admit(sweep_request)))
        submission = self.submit_sweep(sweep_request, _idempotency_key(request))
        self._log_submission(request, submission)
        if not is_handed_over(submission.tally):
            reasons = ", ".join(submission.tally.reasons)
            raise DispatchRejected(
                f"no shard of {submission.sweep.id} could be handed over ({reasons}); send the same request again"
            )
        return json_answer(200 if submission.replayed else 202, submission_document(submission))

    def _describe(self, request: HttpRequest) -> HttpResponse:
        sweep_id = request.path.get("id", "")
        # No ledger is asked for what cannot be an id: some refuse a key that is empty or very long.
        if not re.fullmatch(SWEEP_ID, sweep_id):
            raise SweepNotFound(sweep_id)
        return json_answer(200, status_document(self.describe_sweep(sweep_id)))

    def _log_submission(self, request: HttpRequest, submission: Submission) -> None:
        tally = submission.tally
        ids = {"sweep_id": submission.sweep.id, "request_id": request.request_id, "caller": request.caller}
        self.facts.info("sweep submitted", **ids, replayed=submission.replayed, **asdict(tally))
        if not submission.replayed:
            lost = submission.sweep.plan.shards - tally.handed_over
            self.facts.metrics(
                {"ShardsDispatched": (tally.handed_over, "Count"), "ShardsNotDispatched": (lost, "Count")}
            )


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise HttpError(400, f"Idempotency-Key must be 1 to {_LONGEST_KEY} printable ASCII characters")
    return key
