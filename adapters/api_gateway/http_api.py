"""The HTTP API (contract 2): a proxy event in, an answer out. Only what is unexpected is a 500, and it is logged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from adapters.api_gateway.problems import HttpError, HttpResponse, json_answer, problem, unexpected
from adapters.api_gateway.proxy_event import HttpRequest, read_event, request_id_of
from adapters.documents.answers import (
    listing_document,
    plan_document,
    results_document,
    status_document,
    submission_document,
)
from adapters.documents.request import read_request
from adapters.documents.routes import CANCEL, RESULTS, RETRY, SWEEP, SWEEPS
from adapters.machine.json_log import JsonLog
from application.submit_sweep import Submission
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline
from domain.errors import DispatchRejected, SweepError, SweepNotFound
from domain.space.names import SWEEP_ID

_LONGEST_KEY = 255
_SWEEPS_A_PAGE = 20
_RESULTS_A_PAGE = 100
_NOT_NEXT = "after must be the next of an earlier answer"
# Matches what a ledger returns as a page's `next`.
_CURSOR = r"[!-~]{1,200}"
_NUMBER = "[0-9]{1,9}"
Route: TypeAlias = Callable[[HttpRequest, Deadline], HttpResponse]


@dataclass(frozen=True, slots=True)
class HttpApi:
    """Answers proxy events, one a call: it reads the request, calls one use case and shows what that returned."""

    sweeps: Sweeps
    log: JsonLog

    def __call__(self, event: Mapping[str, Any], deadline: Deadline) -> HttpResponse:
        """Return the answer to an event; it raises nothing, as every error has an answer of its own."""
        request_id = request_id_of(event)
        try:
            request = read_event(event)
            return self._route(request)(request, deadline)
        except SweepError as error:
            answer = problem(error, request_id)
            self.log.warning(
                "request refused", request_id=request_id, status=answer["statusCode"], error=type(error).__name__
            )
            return answer
        except Exception as error:
            self.log.exception("request failed", error=error, request_id=request_id)
            return unexpected(request_id)

    def _route(self, request: HttpRequest) -> Route:
        routes: dict[tuple[str, str], Route] = {
            ("POST", SWEEPS): self._submit,
            ("GET", SWEEPS): self._list,
            ("GET", SWEEP): self._describe,
            ("GET", RESULTS): self._results,
            ("POST", RETRY): self._retry,
            ("POST", CANCEL): self._cancel,
        }
        route = routes.get((request.method, request.resource))
        if route is None:
            raise HttpError(404, "there is no such resource")
        return route

    def _submit(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        sweep_request = read_request(request.document())
        if request.query.get("dry_run", "false").lower() == "true":
            return json_answer(200, plan_document(self.sweeps.plan(sweep_request).request))
        submission = self.sweeps.submit(sweep_request, _idempotency_key(request), deadline)
        self._log_dispatch("sweep submitted", request, submission, replayed=submission.replayed)
        if not submission.replayed:
            self.log.metrics(_dispatch_metrics(submission))
        return _dispatch_answer(200 if submission.replayed else 202, submission)

    def _retry(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        submission = self.sweeps.retry(_sweep_id(request), deadline)
        self._log_dispatch("sweep retried", request, submission)
        return _dispatch_answer(202, submission)

    def _cancel(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        sweep_id = _sweep_id(request)
        self.sweeps.cancel(sweep_id)
        self._log("sweep cancelled", request, sweep_id)
        return self._describe(request, deadline)

    def _describe(self, request: HttpRequest, _: Deadline) -> HttpResponse:
        return json_answer(200, status_document(self.sweeps.describe(_sweep_id(request))))

    def _list(self, request: HttpRequest, _: Deadline) -> HttpResponse:
        page = self.sweeps.list_sweeps(_limit(request, _SWEEPS_A_PAGE), _after(request))
        return json_answer(200, listing_document(page))

    def _results(self, request: HttpRequest, _: Deadline) -> HttpResponse:
        page = self.sweeps.list_results(_sweep_id(request), _limit(request, _RESULTS_A_PAGE), _after_shard(request))
        return json_answer(200, results_document(page))

    def _log_dispatch(self, message: str, request: HttpRequest, submission: Submission, **more: object) -> None:
        self._log(message, request, submission.sweep.id, **more, **asdict(submission.tally))

    def _log(self, message: str, request: HttpRequest, sweep_id: str, **more: object) -> None:
        self.log.info(message, sweep_id=sweep_id, request_id=request.request_id, caller=request.caller, **more)


def _dispatch_answer(status: int, submission: Submission) -> HttpResponse:
    """Return the answer to a dispatch; raises `DispatchRejected` if no worker has a shard or may have one."""
    if not submission.tally.is_dispatched:
        reasons = ", ".join(submission.tally.reasons)
        message = f"no shard of {submission.sweep.id} could be dispatched ({reasons}); send the same request again"
        raise DispatchRejected(message)
    return json_answer(status, submission_document(submission))


def _dispatch_metrics(submission: Submission) -> dict[str, tuple[float, str]]:
    dispatched = submission.tally.may_run
    lost = submission.sweep.plan.shards - dispatched
    return {"ShardsDispatched": (dispatched, "Count"), "ShardsNotDispatched": (lost, "Count")}


def _sweep_id(request: HttpRequest) -> str:
    sweep_id = request.path.get("id", "")
    # Do not ask the ledger for what cannot be an id: DynamoDB refuses a key that is empty or very long.
    if not re.fullmatch(SWEEP_ID, sweep_id):
        raise SweepNotFound(sweep_id)
    return sweep_id


def _limit(request: HttpRequest, usual: int) -> int:
    limit = request.query.get("limit", str(usual))
    # The use case refuses 0, and with it what is no number.
    return int(limit) if re.fullmatch(_NUMBER, limit) else 0


def _after(request: HttpRequest) -> str | None:
    after = request.query.get("after")
    if after is not None and not re.fullmatch(_CURSOR, after):
        raise HttpError(400, _NOT_NEXT)
    return after


def _after_shard(request: HttpRequest) -> int | None:
    after = request.query.get("after")
    if after is not None and not re.fullmatch(_NUMBER, after):
        raise HttpError(400, _NOT_NEXT)
    return None if after is None else int(after)


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise HttpError(400, f"Idempotency-Key must be 1 to {_LONGEST_KEY} printable ASCII characters")
    return key
