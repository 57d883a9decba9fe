"""Clients of the API with one defect each, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its one method

from __future__ import annotations

from dataclasses import replace

from adapters.remote.remote_sweeps import RemoteSweeps
from application.cancel_sweep import Cancellation
from application.describe_sweep import Description
from application.follow_sweep import Following
from application.list_failures import FailurePage
from application.list_results import ResultPage
from application.plan_sweep import PlannedSweep
from application.ports.ledger import HeadPage
from application.submit_sweep import Submission
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import InvalidSweep, SweepNotFound
from domain.request import SweepRequest


class SubmitsWhatItPlans(RemoteSweeps):
    """Submits instead of planning."""

    def plan(self, request: SweepRequest) -> PlannedSweep:
        self.submit(request, None, no_deadline)
        return PlannedSweep(request)


class PlansWithoutTheStack(RemoteSweeps):
    """Plans a request without asking whether the stack accepts it."""

    def plan(self, request: SweepRequest) -> PlannedSweep:
        return PlannedSweep(request)


class ForgetsThePlaces(RemoteSweeps):
    """Raises the problems of a request without their paths."""

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        try:
            return super().submit(request, key, deadline)
        except InvalidSweep as error:
            raise InvalidSweep.at("", str(error)) from error


class PlansAnyExtension(RemoteSweeps):
    """Plans an extension as if it were none."""

    def plan(self, request: SweepRequest) -> PlannedSweep:
        return super().plan(replace(request, extends=None))


class ForgetsTheExtension(RemoteSweeps):
    """Submits an extension as if it were none."""

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        return super().submit(replace(request, extends=None), key, deadline)


class TellsTheStateBeforeTheDispatch(RemoteSweeps):
    """Answers a submission as if no worker had a shard yet."""

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        answer = super().submit(request, key, deadline)
        progress = replace(answer.dispatched.progress, running=0, undispatched=request.plan.shards)
        return replace(answer, dispatched=replace(answer.dispatched, progress=progress))


class ForgetsTheKey(RemoteSweeps):
    """Submits each request under a key of its own, whichever the caller passes."""

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        return super().submit(request, None, deadline)


class SubmitsUnderOneKey(RemoteSweeps):
    """Submits every request without a key under the same one."""

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        return super().submit(request, key or "k", deadline)


class TakesAnotherKey(RemoteSweeps):
    """Submits a request under a new key when its key is another request's."""

    def submit(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        return super().submit(request, key and f"{key}-{request.name}", deadline)


class TidiesTheId(RemoteSweeps):
    """Names in its error another id than the one that the caller passed."""

    def describe(self, sweep_id: str, deadline: Deadline) -> Description:
        try:
            return super().describe(sweep_id, deadline)
        except SweepNotFound as error:
            raise SweepNotFound(error.sweep_id.strip("./")) from error


class CountsShardsAsPoints(RemoteSweeps):
    """Describes a sweep with its failing shards in the place of its failed points."""

    def describe(self, sweep_id: str, deadline: Deadline) -> Description:
        description = super().describe(sweep_id, deadline)
        progress = description.progress
        return replace(description, progress=replace(progress, failed=progress.failing_shards))


class DropsTheExamplesPoints(RemoteSweeps):
    """Describes failures without the points of their examples."""

    def describe(self, sweep_id: str, deadline: Deadline) -> Description:
        return replace(super().describe(sweep_id, deadline), points={})


class ForgetsTheOldest(RemoteSweeps):
    """Follows a sweep without the shards that run longest."""

    def follow(self, sweep_id: str, cells: int, deadline: Deadline) -> Following:
        following = super().follow(sweep_id, cells, deadline)
        return replace(following, progress=replace(following.progress, oldest=()))


class IgnoresTheCells(RemoteSweeps):
    """Asks for as many cells as it likes."""

    def follow(self, sweep_id: str, cells: int, deadline: Deadline) -> Following:
        return super().follow(sweep_id, 400, deadline)


class ReturnsTexts(RemoteSweeps):
    """Returns the constants of a request as texts."""

    def request(self, sweep_id: str, deadline: Deadline) -> SweepRequest:
        request = super().request(sweep_id, deadline)
        return replace(request, constants={name: str(value) for name, value in request.constants.items()})


class StopsAfterAPage(RemoteSweeps):
    """Lists one page of sweeps and no other."""

    def list_sweeps(self, limit: int, after: str | None, deadline: Deadline) -> HeadPage:
        return replace(super().list_sweeps(limit, after, deadline), next=None)


class BeginsAgain(RemoteSweeps):
    """Returns the first page of links, whatever it is to follow."""

    def list_results(self, sweep_id: str, limit: int, after: int | None, deadline: Deadline) -> ResultPage:
        return super().list_results(sweep_id, limit, None, deadline)


class DropsPlaces(RemoteSweeps):
    """Lists failures without the lines of code that raised them."""

    def list_failures(self, sweep_id: str, limit: int, after: int | None, deadline: Deadline) -> FailurePage:
        page = super().list_failures(sweep_id, limit, after, deadline)
        return replace(page, failures=tuple(replace(one, places=()) for one in page.failures))


class OnlyLooks(RemoteSweeps):
    """Answers a retry with where the sweep stands, and retries nothing."""

    def retry(self, sweep_id: str, deadline: Deadline) -> Submission:
        request = self.request(sweep_id, deadline)
        answer = super().submit(replace(request, name="copy"), None, deadline)
        head = self.follow(sweep_id, 1, deadline)
        sweep = replace(answer.sweep, id=head.head.id, request=request)
        return replace(answer, sweep=sweep, dispatched=replace(answer.dispatched, progress=head.progress))


class AlwaysStops(RemoteSweeps):
    """Says of every cancellation that it stopped something."""

    def cancel(self, sweep_id: str, deadline: Deadline) -> Cancellation:
        return replace(super().cancel(sweep_id, deadline), stopped=True)


BROKEN: dict[type[object], str] = {
    SubmitsWhatItPlans: "planning_records_nothing",
    PlansWithoutTheStack: "what_cannot_be_carried_out_is_refused_with_its_place",
    ForgetsThePlaces: "what_cannot_be_carried_out_is_refused_with_its_place",
    PlansAnyExtension: "an_extension_of_no_sweep_is_refused_with_its_place",
    ForgetsTheExtension: "an_extension_is_a_sweep_that_knows_the_earlier_one",
    TellsTheStateBeforeTheDispatch: "a_submission_answers_with_the_sweep",
    ForgetsTheKey: "the_same_key_is_the_same_sweep",
    SubmitsUnderOneKey: "without_a_key_each_submission_is_a_sweep",
    TakesAnotherKey: "a_key_is_of_one_request",
    TidiesTheId: "an_absent_sweep_is_not_found",
    CountsShardsAsPoints: "a_description_adds_up",
    DropsTheExamplesPoints: "failures_are_grouped_with_an_example",
    ForgetsTheOldest: "following_is_describing_without_failures",
    IgnoresTheCells: "the_map_has_a_cell_for_each_shard_or_for_several",
    ReturnsTexts: "the_request_is_the_one_that_was_submitted",
    StopsAfterAPage: "sweeps_are_listed_newest_first",
    BeginsAgain: "results_are_linked_shard_by_shard",
    DropsPlaces: "failures_are_listed_shard_by_shard",
    OnlyLooks: "a_retry_dispatches_what_has_no_value",
    AlwaysStops: "a_cancellation_stops_once",
}
