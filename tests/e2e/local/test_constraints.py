"""A sweep with a condition: a point that does not satisfy it is counted, and nothing evaluates it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import serverless_sweep as ss
from tests.e2e.local.laboratory import Laboratory
from tests.fakes.published import check_printed

_SWEEP_FILE = """
name: toy
target: toy:f
parameters:
  x: {range: {start: 0, stop: 6}}
  y: [0, 1, 2]
constants: {most: 8}
where: "x * y <= most and 6 // y >= x"
sharding: {shards: 4}
"""
_TARGET = """
def f(x, y, most):
    with open("calls", "a") as file:
        print(x, y, file=file)
    if (x, y) == (2, 1):
        raise ValueError("no root")
    return x + y
"""
# At y = 0 the condition has no answer, as 0 <= most leaves it to 6 // y.
_KEPT = [(x, y) for x in range(6) for y in (1, 2) if x * y <= 8 and 6 // y >= x]
_SKIPPED = 12 - len(_KEPT)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """Return a folder after a run of the sweep."""
    lab = Laboratory(tmp_path_factory.mktemp("lab"))
    (lab.folder / "toy.py").write_text(_TARGET)
    (lab.folder / "toy.yaml").write_text(_SWEEP_FILE)
    ended = lab.run("run", "toy.yaml", "--workers", "1")
    assert ended.returncode == 1
    (counts,) = (line for line in ended.stdout.splitlines() if line.startswith("points:"))
    assert counts == f"points:  {len(_KEPT) - 1} of 18 done, {_SKIPPED} skipped ({100 * 11 / 18:.4g} %), 7 failed"
    return lab


def _calls(lab: Laboratory) -> Counter[tuple[int, ...]]:
    return Counter(tuple(map(int, line.split())) for line in (lab.folder / "calls").read_text().splitlines())


def test_the_target_is_called_at_the_other_points_alone(lab: Laboratory) -> None:
    """Once at each; the status counts the skipped points, and those without an answer as failed."""
    assert _calls(lab) == Counter(_KEPT)
    status = check_printed("status", lab.run("status", "latest", "--json").stdout)
    assert (status["done"], status["failed"], status["skipped"], status["settled"]) == (len(_KEPT) - 1, 7, _SKIPPED, 18)
    reasons = {(one["reason"], one["points"]) for one in status["failures"]}
    assert reasons == {("ConditionUndecided", 6), ("ValueError", 1)}


@pytest.mark.long
def test_a_run_again_evaluates_what_has_an_error(lab: Laboratory) -> None:
    """The skipped points stay skipped, and the point whose condition has no answer stays an error."""
    before = _calls(lab)
    assert lab.run("run", "toy.yaml", "--workers", "1", "--retry-failed").returncode == 1
    assert _calls(lab) - before == {(2, 1): 1}
    listed = check_printed("sweeps", lab.run("list", "--json").stdout)["sweeps"]
    assert [(one["done"], one["failed"], one["skipped"]) for one in listed] == [(len(_KEPT) - 1, 7, _SKIPPED)]


@pytest.mark.long
def test_the_results_are_whole_and_the_table_leaves_skipped_points_out(lab: Laboratory) -> None:
    """The audit computes the condition anew; the lines of a table are those of the other points."""
    audit = check_printed("verify", lab.run("verify", "latest", "--json").stdout)
    assert (audit["ok"], audit["whole"], audit["errors"], audit["skipped"]) == (True, 18, 7, _SKIPPED)
    table = lab.run("results", "latest", "--format", "csv")
    assert len(table.stdout.splitlines()) == 1 + 18 - _SKIPPED
    assert f"note: {_SKIPPED} points were skipped, as where says: they are no rows of the table" in table.stderr


@pytest.mark.parametrize(
    ("where", "says"),
    [
        pytest.param("x > 100", "warning: no point satisfies where: all of them would be skipped", id="none"),
        pytest.param(
            "6 // y > 0", "warning: at 6 of 18 points that were looked at, where has no answer", id="undecided"
        ),
        pytest.param("z > 1", "error: --where: at character 1, 'z' is no parameter and no constant", id="unknown name"),
        pytest.param(
            "9**9**9 > x",
            "error: --where: at character 1, '9**9**9' has an exponent",
            id="too large",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_plan_says_what_a_condition_does(lab: Laboratory, where: str, says: str) -> None:
    """`--where` takes the place of the file's condition; an estimate is part of the plan."""
    ended = lab.run("plan", "toy.yaml", "--where", where, "--json")
    assert says in ended.stderr
    if ended.returncode == 0:
        share = check_printed("plan", ended.stdout)["where"]
        assert share["looked_at"] == 18
        assert share["share"] == share["satisfying"] / 18


def test_a_run_of_no_point_is_warned_of(tmp_path: Path) -> None:
    """It is not refused: the condition may be one of many that a script tries."""
    lab = Laboratory(tmp_path)
    ended = lab.run("run", str(lab.write("gated", 4, 2)), "--where", "x > 100")
    assert (ended.returncode, lab.evaluations()) == (0, Counter())
    assert ended.stderr.count("warning: no point satisfies where: all of them would be skipped\n") == 1


@pytest.mark.long
def test_a_skipped_point_by_hand_is_not_evaluated(lab: Laboratory) -> None:
    """It is said why, and the exit code is 0."""
    before = _calls(lab)
    index = next(n for n in range(18) if n % 3 and (n // 3, n % 3) not in _KEPT)
    ended = lab.run("point", "toy.yaml", str(index), "--json")
    assert ended.returncode == 0
    assert check_printed("point", ended.stdout)["skipped"] is True
    assert _calls(lab) == before


def test_python_has_no_pair_for_a_skipped_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a failure; the array over the grid has NaN there."""
    monkeypatch.chdir(tmp_path)
    done = ss.run(lambda a, b: a * b + 0.5, {"a": [1, 2, 3], "b": [1, 2, 3]}, where="a < b", progress=False)
    assert [(point["a"], point["b"], value) for point, value in done] == [(1, 2, 2.5), (1, 3, 3.5), (2, 3, 6.5)]
    assert (len(done), done.size, done.skipped, done.failures) == (3, 9, 6, [])
    assert repr(done) == f"<results of {done.id}: 3 of 9 points, 6 skipped>"
    array = done.to_xarray()["value"].to_numpy()
    assert np.isnan(array).tolist() == [[a >= b for b in (1, 2, 3)] for a in (1, 2, 3)]
    assert done.to_pandas()["index"].tolist() == [1, 2, 5]
    status = ss.open(done.id).status()
    assert (status.state, status.done, status.skipped) == ("done", 3, 6)
