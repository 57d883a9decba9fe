"""The shapes of what commands print with `--json` beside the answers about sweeps."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from adapters.documents.answer_shapes import Absent, Answer, Count, PointShape, Positive, SweepId
from adapters.documents.kind_shapes import ScalarShape
from application.check_up import Verdict

# The first and the last number of a range.
RangeShape = tuple[Count, Count]


class FindingShape(Answer):
    """What an audit found of one kind: how many points or shards, and the ranges of the first of them."""

    kind: str
    count: Count
    ranges: list[RangeShape]


class MismatchShape(Answer):
    """A point whose line is another one when it is evaluated again."""

    index: Count
    stored: str
    computed: str


class SampleShape(Answer):
    """Points that were evaluated again."""

    seed: int
    compared: Count
    lacking: Count
    different: Count
    mismatches: list[MismatchShape]


class VerifyShape(Answer):
    """What `sweep verify` prints; `damage` has by shard why an object is damaged."""

    sweep_id: SweepId
    ok: bool
    size: Positive
    shards: Positive
    whole: Count
    errors: Count
    skipped: Count
    findings: list[FindingShape]
    damage: dict[str, str]
    foreign_names: list[str]
    sample: SampleShape | None
    set_back: Count


class ConditionShape(Answer):
    """A condition of a rule: a parameter has one of some values, or lies within bounds that are both included."""

    parameter: str
    values: list[ScalarShape] | Absent = None
    low: ScalarShape | Absent = None
    high: ScalarShape | Absent = None


class CauseExampleShape(Answer):
    """The first point of a cause."""

    index: Count
    point: PointShape


class CauseShape(Answer):
    """Points that failed for one cause, and the rule that holds for exactly these, as conditions and as text."""

    type: str
    message: str
    other_numbers: bool
    points: Positive
    rule: list[ConditionShape] | None
    text: str | None
    example: CauseExampleShape


class WithoutResultsShape(Answer):
    """Shards that have no results, for one reason; the example is one of them."""

    reason: str
    message: str
    shards: Positive
    points: Positive
    example: Count


class FailuresShape(Answer):
    """What `sweep failures` prints."""

    sweep_id: SweepId
    points: Count
    failed: Count
    causes: list[CauseShape]
    further: Count
    unread_shards: list[RangeShape]
    without_results: list[WithoutResultsShape]


class RaisedShape(Answer):
    """An exception of the target."""

    type: str
    message: str
    traceback: str


class EvaluationShape(Answer):
    """What `sweep point` prints: the value, the exception, or that the sweep skips the point."""

    index: Count
    keywords: dict[str, JsonValue]
    seconds: float
    value: JsonValue | Absent = None
    error: RaisedShape | Absent = None
    skipped: Literal[True] | Absent = None


class CheckShape(Answer):
    """What one check found."""

    subject: str
    verdict: Literal[Verdict.OK, Verdict.FAILED, Verdict.UNKNOWN]
    says: str
    remedy: str


class DoctorShape(Answer):
    """What `sweep doctor` prints."""

    findings: list[CheckShape]
