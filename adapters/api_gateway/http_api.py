"""The HTTP API (contract 2): a proxy event in, an answer out. Only what is unexpected is a 500, and it is logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from adapters.api_gateway.arguments import (
    after,
    after_number,
    cells,
    check_parameters,
    idempotency_key,
    is_dry_run,
    is_repeatable,
    limit,
    sweep_id,
)
from adapters.api_gateway.problems import HttpError, HttpResponse, json_answer, problem, unexpected
from adapters.api_gateway.proxy_event import HttpRequest, read_event, request_id_of
from adapters.documents.answer_size import check_size
from adapters.documents.answers import (
    listing_document,
    plan_document,
    progress_document,
    results_document,
    share_at_hand,
    status_document,
    status_links,
    submission_document,
)
from adapters.documents.failures import failures_document
from adapters.documents.request import read_request
from adapters.documents.routes import (
    CANCEL,
    FAILURES,
    PROGRESS,
    REQUEST,
    RESULTS,
    RETRY,
    SWEEP,
    SWEEPS,
    TABLE,
    path_of,
)
from adapters.machine.json_log import JsonLog
from application.describe_sweep import Description
from application.documents.request import request_document
from application.submit_sweep import Submission
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline
from domain.errors import DispatchRejected, SweepError

if TYPE_CHECKING:
    from application.ports.table_links import TableLinks

SWEEPS_A_PAGE = 20
FAILURES_A_PAGE = 20
RESULTS_A_PAGE = 100
CELLS_OF_A_MAP = 400
Route: TypeAlias = Callable[[HttpRequest, Deadline], HttpResponse]


@dataclass(frozen=True, slots=True)
class HttpApi:
    """Answers proxy events, one a call: it reads the request, calls one use case and shows what that returned."""

    sweeps: Sweeps
    log: JsonLog
    # Returns what few requests need.
    tables: Callable[[], TableLinks]

    def __call__(self, event: Mapping[str, Any], deadline: Deadline) -> HttpResponse:
        """Return the answer to an event; it raises nothing, as every error has an answer of its own."""
        request_id = request_id_of(event)
        repeatable = True
        try:
            request = read_event(event)
            repeatable = is_repeatable(request)
            return self._route(request)(request, deadline)
        except SweepError as error:
            answer = problem(error, request_id, repeatable=repeatable)
            self.log.warning(
                "request refused", request_id=request_id, status=answer["statusCode"], error=type(error).__name__
            )
            return answer
        except Exception as error:
            self.log.exception("request failed", error=error, request_id=request_id)
            return unexpected(request_id)

    def _route(self, request: HttpRequest) -> Route:
        page = ("limit", "after")
        routes: dict[tuple[str, str], tuple[Route, tuple[str, ...]]] = {
            ("POST", SWEEPS): (self._submit, ("dry_run",)),
            ("GET", SWEEPS): (self._list, page),
            ("GET", SWEEP): (self._describe, ()),
            ("GET", REQUEST): (self._request, ()),
            ("GET", PROGRESS): (self._progress, ("cells",)),
            ("GET", RESULTS): (self._results, page),
            ("GET", FAILURES): (self._failures, page),
            ("POST", RETRY): (self._retry, ()),
            ("POST", CANCEL): (self._cancel, ()),
            ("POST", TABLE): (self._upload_table, ()),
            ("GET", TABLE): (self._table, page),
        }
        if (request.method, request.resource) not in routes:
            raise HttpError(404, "there is no such resource")
        route, parameters = routes[request.method, request.resource]
        check_parameters(request, parameters)
        return route

    def _submit(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        dry_run, key = is_dry_run(request), idempotency_key(request)
        sweep_request = read_request(request.document())
        if dry_run:
            planned = self.sweeps.plan(sweep_request).request
            return json_answer(200, plan_document(planned, share_at_hand(planned)))
        submission = self.sweeps.submit(sweep_request, key, deadline)
        self._log_dispatch("sweep submitted", request, submission, replayed=submission.replayed)
        if not submission.replayed:
            self.log.metrics(_dispatch_metrics(submission))
        retry = f"POST {path_of(RETRY, submission.sweep.id)}"
        again = (
            f"send the same request with the same Idempotency-Key again, or {retry}"
            if key
            else f"dispatch them again by {retry}; the same request without an Idempotency-Key makes a second sweep"
        )
        return _dispatch_answer(200 if submission.replayed else 202, submission, again)

    def _retry(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        submission = self.sweeps.retry(sweep_id(request), deadline)
        self._log_dispatch("sweep retried", request, submission)
        return _dispatch_answer(202, submission, "send the same request again")

    def _cancel(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        cancellation = self.sweeps.cancel(sweep_id(request), deadline)
        description = cancellation.description
        self._log("sweep cancelled", request, description.head.id, stopped=cancellation.stopped)
        return json_answer(200, {**_status(description), "stopped": cancellation.stopped})

    def _describe(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        return json_answer(200, _status(self.sweeps.describe(sweep_id(request), deadline)))

    def _list(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        page = self.sweeps.list_sweeps(limit(request, SWEEPS_A_PAGE), after(request), deadline)
        return json_answer(200, listing_document(page))

    def _request(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        document = request_document(self.sweeps.request(sweep_id(request), deadline))
        check_size(document)
        return json_answer(200, document)

    def _progress(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        asked = sweep_id(request), cells(request, CELLS_OF_A_MAP)
        return json_answer(200, progress_document(self.sweeps.follow(*asked, deadline)))

    def _results(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        asked = sweep_id(request), limit(request, RESULTS_A_PAGE), after_number(request)
        return json_answer(200, results_document(self.sweeps.list_results(*asked, deadline)))

    def _failures(self, request: HttpRequest, deadline: Deadline) -> HttpResponse:
        asked = sweep_id(request), limit(request, FAILURES_A_PAGE), after_number(request)
        return json_answer(200, failures_document(self.sweeps.list_failures(*asked, deadline)))

    def _upload_table(self, request: HttpRequest, _: Deadline) -> HttpResponse:
        from adapters.api_gateway.table_routes import upload_table  # noqa: PLC0415 - only this route waits for it

        return upload_table(request, self.tables())

    def _table(self, request: HttpRequest, _: Deadline) -> HttpResponse:
        from adapters.api_gateway.table_routes import list_table  # noqa: PLC0415 - likewise

        return list_table(request, self.tables())

    def _log_dispatch(self, message: str, request: HttpRequest, submission: Submission, **more: object) -> None:
        dispatched = submission.dispatched
        more |= {"state": dispatched.progress.state, **asdict(dispatched.attempted)}
        self._log(message, request, submission.sweep.id, **more)

    def _log(self, message: str, request: HttpRequest, about: str, **more: object) -> None:
        self.log.info(message, sweep_id=about, request_id=request.request_id, caller=request.caller, **more)


def _status(description: Description) -> dict[str, Any]:
    return {**status_document(description), "links": status_links(description)}


def _dispatch_answer(status: int, submission: Submission, again: str) -> HttpResponse:
    """Return the answer to a dispatch.

    Raises `DispatchRejected` if it tried to send shards, and neither a worker nor a dispatcher has any.
    """
    attempted = submission.dispatched.attempted
    if attempted.shards and not attempted.may_run and not attempted.waiting:
        reasons = ", ".join(attempted.reasons)
        raise DispatchRejected(f"no shard of {submission.sweep.id} could be dispatched ({reasons}); {again}")
    return json_answer(status, submission_document(submission))


def _dispatch_metrics(submission: Submission) -> dict[str, tuple[float, str]]:
    dispatched = submission.dispatched.progress.tally.may_run
    # What dispatchers have now, they count.
    lost = submission.sweep.plan.shards - dispatched - submission.dispatched.attempted.waiting
    return {"ShardsDispatched": (dispatched, "Count"), "ShardsNotDispatched": (lost, "Count")}
