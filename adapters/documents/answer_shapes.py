"""The shapes of the answers about sweeps, as pydantic models: one source for clients, schemas and the OpenAPI document.

`answers.py` and `failures.py` write what these read. A member that a shape does not know is passed over, so that a
client reads the answers of a later version.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from adapters.documents.kind_shapes import ScalarShape
from domain.progress import State
from domain.shard_map import LETTERS
from domain.space.names import SWEEP_ID

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
SweepId = Annotated[str, Field(pattern=SWEEP_ID)]
PointShape = dict[str, ScalarShape]
# The value of a member that an answer leaves out; none writes it as null.
Absent: TypeAlias = SkipJsonSchema[None]


class Answer(BaseModel):
    """An answer, or a part of one. It has at least the members of its shape."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ProblemPlace(Answer):
    """One thing wrong with a request: a dotted path, empty for the whole, and what would be right."""

    path: str
    message: str


class ProblemAnswer(Answer):
    """Any answer that is no success (RFC 9457, `application/problem+json`)."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    request_id: str
    errors: tuple[ProblemPlace, ...] = ()


class TallyShape(Answer):
    """Shards by the outcome of their dispatch, and why some were not accepted."""

    accepted: Count
    rejected: Count
    exhausted: Count
    unknown: Count
    deferred: Count
    waiting: Count
    reasons: dict[str, Count]


class SweepLink(Answer):
    """The path of the sweep's status."""

    self: str


class StatusLinks(SweepLink):
    """The paths of what a caller can ask for or order next; an order that would change nothing is left out."""

    request: str
    progress: str
    results: str
    failures: str | Absent = None
    retry: str | Absent = None
    cancel: str | Absent = None


class HeadShape(Answer):
    """What is known of a sweep without its course."""

    sweep_id: SweepId
    created_at: AwareDatetime
    size: Positive
    shards: Positive


class SubmissionAnswer(HeadShape):
    """What became of a submission or of a retry."""

    state: State
    dispatch: TallyShape
    links: SweepLink


class ListedSweep(HeadShape):
    """One sweep of a listing."""

    links: SweepLink


class ListingAnswer(Answer):
    """A page of sweeps, newest first."""

    sweeps: tuple[ListedSweep, ...]
    next: str | None


class RunningShape(Answer):
    """A shard that a worker has or may have, and the moment of its dispatch."""

    shard: Count
    since: AwareDatetime


class ProgressShape(HeadShape):
    """How far a sweep is. `done`, `failed`, `skipped` and `settled` count points, the other members shards."""

    state: State
    done: Count
    failed: Count
    skipped: Count = 0
    settled: Count
    shards_done: Count
    shards_with_errors: Count
    shards_failed: Count
    running: Count
    unknown: Count
    overdue: Count
    undispatched: Count
    dispatch: TallyShape
    oldest_running: tuple[RunningShape, ...]


class MapShape(Answer):
    """The shards in order, so many to a cell, a letter a cell."""

    shards_per_cell: Positive
    # A later version may have further letters.
    cells: Annotated[str, Field(json_schema_extra={"pattern": f"^[{''.join(LETTERS)}]+$"})]


class ProgressAnswer(ProgressShape):
    """How far a sweep is, with the map of its shards."""

    map: MapShape


class PlaceShape(Answer):
    """Where the target raised an exception, as far as that is known."""

    shard: Count
    points: Count
    attempts: Positive
    index: Count | Absent = None
    point: PointShape | Absent = None
    at: tuple[str, ...] = ()


class FailureShape(PlaceShape):
    """Points of one shard that have no value, for one cause."""

    reason: str
    message: str


class GroupShape(Answer):
    """Failures with the same cause, and the first of them."""

    reason: str
    message: str
    shards: Positive
    points: Count
    example: PlaceShape


class FailuresAnswer(Answer):
    """A page of failures, by shard."""

    failures: tuple[FailureShape, ...]
    next: Count | None


class StatusShape(ProgressShape):
    """Where a sweep stands, with its failures by their cause."""

    results: str
    failing_shards: Count
    failing_shards_grouped: Count
    failures: tuple[GroupShape, ...]


class StatusAnswer(StatusShape):
    """Where a sweep stands, and what a caller can do next."""

    links: StatusLinks


class CancellationShape(StatusShape):
    """Where a sweep stands after its cancellation, and whether that stopped anything."""

    stopped: bool


class CancellationAnswer(CancellationShape):
    """The same, and what a caller can do next."""

    links: StatusLinks


class ResultLink(Answer):
    """A link to the result object of one shard; it works without a signature."""

    shard: Count
    url: str


class ResultsAnswer(Answer):
    """A page of links to result objects, valid for `expires_in` seconds."""

    results: tuple[ResultLink, ...]
    expires_in: Positive
    next: Count | None


class ChunkLink(Answer):
    """A link to one chunk of a table of points; it works without a signature."""

    chunk: Count
    url: str


class TableAnswer(Answer):
    """A page of links to the chunks of a table, valid for `expires_in` seconds."""

    chunks: tuple[ChunkLink, ...]
    expires_in: Positive
    next: Count | None


class UploadsAnswer(Answer):
    """A page of links for chunks that are not stored, each for one PUT with these headers."""

    uploads: tuple[ChunkLink, ...]
    headers: dict[str, str]
    expires_in: Positive
    next: Count | None


class Range(Answer):
    """A smallest and a largest count."""

    min: Positive
    max: Positive


class ShareShape(Answer):
    """How many of the points that were looked at satisfy the condition `where`, or lead it to an error."""

    looked_at: Positive
    satisfying: Count
    undecided: Count
    share: Annotated[float, Field(ge=0, le=1)]


class PlanAnswer(Answer):
    """A plan in numbers, with the first and the last point; `where` is an estimate, for a sweep with a condition.

    Of points that come from a file, and are not stored where the plan is made, the numbers are all that is known.
    """

    name: str
    size: Positive
    shards: Positive
    points_per_shard: Range
    first_point: PointShape | Absent = None
    last_point: PointShape | Absent = None
    where: ShareShape | Absent = None


class PlannedShard(Answer):
    """The range of indices of one shard, `[start, stop)`."""

    number: Count
    start: Count
    stop: Positive


class ShownPlan(PlanAnswer):
    """What `sweep plan --json` prints: also a shard with its payload, and a point, if asked."""

    shard: PlannedShard | Absent = None
    payload: dict[str, Any] | Absent = None
    point: PointShape | Absent = None


class ShownSweep(HeadShape):
    """One sweep of what `sweep list --json` prints."""

    state: State
    done: Count
    failed: Count
    skipped: Count


class ShownSweeps(Answer):
    """What `sweep list --json` prints: all sweeps of a place, newest first."""

    sweeps: tuple[ShownSweep, ...]
