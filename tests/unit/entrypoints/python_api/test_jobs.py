"""Sweeps that run by themselves, as a Python program sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepConflict
from entrypoints import python_api
from entrypoints.places import Where
from entrypoints.python_api import jobs
from entrypoints.python_api.jobs import Job, Status
from entrypoints.python_api.requests import Asked
from entrypoints.python_api.results import Failure
from tests.fakes.desk import Laptop
from tests.fakes.memory_place import memory_place


def _target(x: int) -> object:
    if x == 3:
        raise ValueError("three")
    return {"root": nan if x == 2 else x, "text": ["Infinity"]}


class Course:
    """A submitted sweep of 6 points in 3 shards, whose shards run while a job pauses; `pauses` has how long."""

    def __init__(self, folder: Path) -> None:
        """Submit the sweep."""
        self.laptop = Laptop(_target)
        self.place = memory_place(self.laptop, folder)
        request = Asked("toy:f", {"x": range(6)}, name="lab", shards=3).request(self.place)
        self.id = self.place.submit(request, no_deadline).sweep.id
        self.job = Job(self.id, self.place)
        self.pauses: list[float] = []
        self.now = 0.0

    def monotonic(self) -> float:
        """Return the seconds of this course."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass, and the shards run once three pauses are over."""
        self.pauses.append(seconds)
        self.now += seconds
        if len(self.pauses) > 3:
            self.run()

    def run(self) -> None:
        """Run every shard."""
        self.laptop.engine.run(self.id, lambda end: self.laptop.fail(self.id, end, no_deadline), lambda _: None)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Return a course, whose clock is that of the jobs."""
    course = Course(tmp_path)
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=course.monotonic, sleep=course.sleep))
    return course


def test_a_job_waits_until_nothing_runs(course: Course) -> None:
    """The pauses grow, so that a short sweep ends at once and a long one is asked for seldom."""
    assert course.job.status() == Status(course.id, "running", 6, 0, 0)
    assert not course.job.status().is_over
    status = course.job.wait()
    assert (status, status.is_over) == (Status(course.id, "done_with_errors", 6, 5, 1), True)
    assert course.pauses == sorted(course.pauses)
    assert len(course.pauses) == 4


def test_waiting_ends_in_time(course: Course) -> None:
    """After the timeout the caller learns how far the sweep is; the sweep goes on."""
    with pytest.raises(TimeoutError, match=r"^lab-\w+ is running: 0 of 6 points are done$"):
        course.job.wait(0.1)
    assert course.now == pytest.approx(0.1)
    assert course.job.wait(timeout=1000).done == 5


def test_ctrl_c_ends_the_waiting_alone(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep goes on, and the exception says how to find it."""

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "sleep", interrupted)
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=course.monotonic, sleep=interrupted))
    with pytest.raises(KeyboardInterrupt, match=rf"^{course.id} goes on running; ss.open\('{course.id}'\) finds it"):
        course.job.wait()
    assert course.job.status().state == "running"


def test_the_results_are_pairs(course: Course) -> None:
    """Each point that has a value comes with it; floats that JSON has not are floats again."""
    course.run()
    results = course.job.results()
    pairs = list(results)
    assert len(results) == len(pairs) == 5
    assert pairs[1] == ({"x": 1}, {"root": 1, "text": [float("inf")]})
    assert pairs[2][1]["root"] != pairs[2][1]["root"]
    assert repr(results) == f"<results of {course.id}: 5 of 6 points>"


def test_the_failures_name_their_points(course: Course) -> None:
    """An exception is one point's; a dead worker takes all points of its shard with it."""
    course.laptop.engine.dying = {2}
    course.run()
    raised, died = course.job.results().failures
    assert raised == Failure(3, {"x": 3}, "ValueError", "three")
    assert died == Failure(4, {"x": 4}, "WorkerDied", "killed", points=2)


def test_no_results_yet_is_an_error(course: Course) -> None:
    """An empty table would pass for the results of a sweep that has none."""
    with pytest.raises(InvalidSweep, match=r"has no results yet; wait for them with job\.wait\(\)"):
        course.job.results()


def test_a_sweep_that_ended_without_a_result_has_failures_alone(course: Course) -> None:
    """There is nothing to wait for; a table of nothing is refused."""
    course.laptop.engine.dying = {0, 1, 2}
    course.run()
    results = course.job.results()
    assert (list(results), [one.points for one in results.failures]) == ([], [2, 2, 2])
    with pytest.raises(InvalidSweep, match=r"has no results; \.failures says why"):
        results.to_arrow()


def test_a_retry_keeps_every_value(course: Course) -> None:
    """What failed runs again; the same job goes on."""
    course.laptop.engine.dying = {2}
    course.run()
    course.laptop.engine.dying = set()
    assert course.job.retry() is course.job
    course.run()
    assert course.job.status() == Status(course.id, "done_with_errors", 6, 5, 1)


def test_a_cancelled_sweep_starts_nothing(course: Course) -> None:
    """A job says whether there was anything to stop."""
    assert course.job.cancel() is True
    assert course.job.cancel() is False
    assert course.job.status().state == "cancelled"
    with pytest.raises(SweepConflict):
        course.job.retry()


@pytest.mark.parametrize(
    "table",
    [lambda results: results.to_xarray(), lambda results: results.to_pandas(), lambda results: results.to_polars()],
    ids=["xarray", "pandas", "polars"],
)
def test_tables_have_the_values(course: Course, table: Callable[[object], dict[str, list[object]]]) -> None:
    """A point that failed is a row of every table, and a place in the grid's array."""
    course.run()
    found = table(course.job.results())
    assert list(found["value.root"])[:2] == [0, 1]
    assert len(found["x"]) == 6


def test_replicates_are_the_last_dimension(tmp_path: Path) -> None:
    """Its coordinates are their numbers."""
    laptop = Laptop(_target)
    place = memory_place(laptop, tmp_path)
    request = Asked("toy:f", {"x": [0, 1, 4]}, {}, "lab", replicates=2).request(place)
    job = Job(place.submit(request, no_deadline).sweep.id, place)
    laptop.engine.run(job.id, lambda _: None, lambda _: None)
    found = job.results().to_xarray()
    assert (dict(found.sizes), [*found["replicate"].values]) == ({"x": 3, "replicate": 2}, [0, 1])
    assert found["value.root"].values.tolist() == [[0, 0], [1, 1], [4, 4]]


def test_a_list_of_points_has_no_dimensions(tmp_path: Path) -> None:
    """It is no grid; the message names the table that there is."""
    laptop = Laptop(_target)
    place = memory_place(laptop, tmp_path)
    request = Asked("toy:f", [{"x": 1}, {"x": 5}], {}, "lab").request(place)
    job = Job(place.submit(request, no_deadline).sweep.id, place)
    laptop.engine.run(job.id, lambda _: None, lambda _: None)
    with pytest.raises(InvalidSweep, match=r"a list of points, which has no dimensions; to_pandas\(\) has the table"):
        job.results().to_xarray()
    assert [*job.results().to_pandas()["x"]] == [1, 5]


def test_the_example_of_the_page_runs(course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The block of docs/python.md on stacks is a program that ends well; what is a stack there is in memory here."""
    page = (Path(__file__).parents[4] / "docs" / "python.md").read_text(encoding="utf-8")
    (block,) = re.findall(
        r"^```python\n(.*?)^```", page.partition("## A sweep that runs by itself")[2], re.DOTALL | re.MULTILINE
    )
    monkeypatch.chdir(tmp_path)
    Path("sweep.yaml").write_text("name: page\ntarget: toy:f\nparameters: {x: [1, 2]}\n")
    asked: list[Where] = []

    def place(where: Where) -> Place:
        asked.append(where)
        return course.place

    monkeypatch.setattr(jobs, "open_place", place)
    monkeypatch.setattr(jobs, "known_place", place)
    names: dict[str, Any] = {"ss": python_api}
    exec(compile(block, "python.md", "exec"), names)  # noqa: S102 - the page's own example
    assert len(names["frame"]) == 2
    assert asked == [Where(stack="serverless-sweep")] * 2
