"""The HTTP API (contract 2): proxy events in, answers out, and every failure an answer below 500 or a logged one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adapters.api_gateway.problems import HttpError, HttpResponse, json_answer, problem, unexpected
from adapters.api_gateway.proxy_event import HttpRequest, read_event, request_id_of
from adapters.documents.answers import (
    listing_document,
    plan_document,
    results_document,
    status_document,
    submission_document,
)
from adapters.documents.payload import SWEEP_ID
from adapters.documents.request import read_request
from adapters.machine.json_log import JsonLog
from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.retry_sweep import RetrySweep
from application.submit_sweep import SubmitSweep
from domain.dispatch_policy import is_handed_over
from domain.errors import DispatchRejected, SweepError, SweepNotFound

_LONGEST_KEY = 255
_SWEEPS_A_PAGE = 20
_RESULTS_A_PAGE = 100
_NOT_NEXT = "after must be the next of an earlier answer"
# Whatever a ledger gives as a page's `next`.
_CURSOR = r"[!-~]{1,200}"


@dataclass(frozen=True, slots=True)
class HttpApi:
    """Answers one proxy event at a time."""

    submit_sweep: SubmitSweep
    retry_sweep: RetrySweep
    cancel_sweep: CancelSweep
    describe_sweep: DescribeSweep
    list_sweeps: ListSweeps
    list_results: ListResults
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
        routes = {
            ("POST", "/sweeps"): self._submit,
            ("GET", "/sweeps"): self._list,
            ("GET", "/sweeps/{id}"): self._describe,
            ("GET", "/sweeps/{id}/results"): self._results,
            ("POST", "/sweeps/{id}/retry"): self._retry,
            ("POST", "/sweeps/{id}/cancel"): self._cancel,
        }
        route = routes.get((request.method, request.resource))
        if route is None:
            raise HttpError(404, "there is no such resource")
        return route

    def _submit(self, request: HttpRequest) -> HttpResponse:
        sweep_request = read_request(request.document())
        if request.query.get("dry_run", "false").lower() == "true":
            return json_answer(200, plan_document(self.submit_sweep.limits.admit(sweep_request)))
        submission = self.submit_sweep(sweep_request, _idempotency_key(request))
        tally = submission.tally
        self._log("sweep submitted", request, submission.sweep.id, replayed=submission.replayed, **asdict(tally))
        if not submission.replayed:
            lost = submission.sweep.plan.shards - tally.handed_over
            self.facts.metrics(
                {"ShardsDispatched": (tally.handed_over, "Count"), "ShardsNotDispatched": (lost, "Count")}
            )
        if not is_handed_over(tally):
            reasons = ", ".join(tally.reasons)
            raise DispatchRejected(
                f"no shard of {submission.sweep.id} could be handed over ({reasons}); send the same request again"
            )
        return json_answer(200 if submission.replayed else 202, submission_document(submission))

    def _retry(self, request: HttpRequest) -> HttpResponse:
        submission = self.retry_sweep(_sweep_id(request))
        self._log("sweep retried", request, submission.sweep.id, **asdict(submission.tally))
        return json_answer(202, submission_document(submission))

    def _cancel(self, request: HttpRequest) -> HttpResponse:
        sweep_id = _sweep_id(request)
        self.cancel_sweep(sweep_id)
        self._log("sweep cancelled", request, sweep_id)
        return self._describe(request)

    def _describe(self, request: HttpRequest) -> HttpResponse:
        return json_answer(200, status_document(self.describe_sweep(_sweep_id(request))))

    def _list(self, request: HttpRequest) -> HttpResponse:
        return json_answer(200, listing_document(self.list_sweeps(_limit(request, _SWEEPS_A_PAGE), _after(request))))

    def _results(self, request: HttpRequest) -> HttpResponse:
        page = self.list_results(_sweep_id(request), _limit(request, _RESULTS_A_PAGE), _after_shard(request))
        return json_answer(200, results_document(page))

    def _log(self, fact: str, request: HttpRequest, sweep_id: str, **more: object) -> None:
        self.facts.info(fact, sweep_id=sweep_id, request_id=request.request_id, caller=request.caller, **more)


def _sweep_id(request: HttpRequest) -> str:
    sweep_id = request.path.get("id", "")
    # No ledger is asked for what cannot be an id: some refuse a key that is empty or very long.
    if not re.fullmatch(SWEEP_ID, sweep_id):
        raise SweepNotFound(sweep_id)
    return sweep_id


def _limit(request: HttpRequest, usual: int) -> int:
    limit = request.query.get("limit", str(usual))
    # What is no number is out of range, too.
    return int(limit) if re.fullmatch("[0-9]{1,9}", limit) else 0


def _after(request: HttpRequest) -> str | None:
    after = request.query.get("after")
    if after is not None and not re.fullmatch(_CURSOR, after):
        raise HttpError(400, _NOT_NEXT)
    return after


def _after_shard(request: HttpRequest) -> int:
    after = request.query.get("after")
    if after is not None and not re.fullmatch("[0-9]{1,9}", after):
        raise HttpError(400, _NOT_NEXT)
    return -1 if after is None else int(after)


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise HttpError(400, f"Idempotency-Key must be 1 to {_LONGEST_KEY} printable ASCII characters")
    return key
