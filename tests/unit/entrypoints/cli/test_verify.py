"""`sweep verify` says what is wrong, compares points with what is computed here, and sets back what is damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from application.documents.result_lines import pack
from domain.errors import InvalidSweep
from entrypoints.cli.verify import Wanted, verify
from entrypoints.places import Where, known_place
from tests.fakes.clock import HandClock
from tests.fakes.folders import run_in
from tests.fakes.published import check_printed
from tests.fakes.result_objects import lines_of
from tests.fakes.sweeps import sweep_of

SWEEP = sweep_of(24, 8)
Sweep = Callable[..., Any]


def value(x: int) -> float:
    """Return what the module `toy` does, without its errors."""
    return x / 2


@pytest.fixture
def results(target: Path) -> Path:
    """Return the folder of the results of a sweep whose folder is the default one."""
    return run_in(target / "sweep-results", SWEEP, value)


def test_a_whole_sweep_ends_with_0(results: Path, sweep: Sweep) -> None:
    """The last line is the next command."""
    answer = sweep("verify", "latest")
    assert (answer.code, answer.out.splitlines()) == (
        0,
        [
            f"{SWEEP.id}: 24 points in 8 shards",
            "whole:   24 of 24 points have exactly one line, none of them an error",
            f"next:    sweep results {SWEEP.id} --out sweep-results -o {SWEEP.id}.csv",
        ],
    )


def _damage(results: Path) -> None:
    for shard, lines in {1: ["{}\n"], 6: lines_of(SWEEP.request, 6, value)[:2]}.items():
        (results / f"{shard:08d}.jsonl.gz").write_bytes(pack(lines))
    for shard in (2, 3):
        (results / f"{shard:08d}.jsonl.gz").unlink()
    (results / "00000005.jsonl.gz").write_bytes(b"no gzip")
    (results / "00000008.jsonl.gz").write_bytes(b"no shard")
    for number in range(12):
        (results / f"note-{number:02d}").touch()


def test_each_finding_is_a_line(results: Path, sweep: Sweep) -> None:
    """Shards and points are named as ranges; the exit code is 1, and the next command repairs."""
    _damage(results)
    answer = sweep("verify", "latest")
    assert answer.code == 1
    assert answer.out.splitlines()[1:] == [
        "missing: 2 shards (2-3), points 6-11: there is no result object",
        "missing: 3 points (4-5, 20): the shard's object has no line",
        "damaged: 1 shard (5), points 15-17: the object is not whole",
        "         shard 5: the compressed data cannot be read: Not a gzipped file (b'no')",
        "damaged: 1 point (3): the line is cut, or no strict JSON, or has neither a value, an error nor a skip",
        "foreign: 1 shard (8): the plan has no such shard",
        "foreign: 12 names beside the result objects: " + ", ".join(f"note-{one:02d}" for one in range(10)) + ", ...",
        "whole:   11 of 24 points have exactly one line, none of them an error",
        f"next:    sweep verify {SWEEP.id} --out sweep-results --repair    # sets back what is damaged or missing",
    ]
    document = check_printed("verify", sweep("verify", "latest", "--json").out)
    assert document["findings"][:2] == [
        {"kind": "missing_objects", "count": 2, "ranges": [[2, 3]]},
        {"kind": "missing_points", "count": 3, "ranges": [[4, 5], [20, 20]]},
    ]
    assert (document["ok"], document["sample"], document["set_back"]) == (False, None, 0)
    assert document["damage"] == {"5": "the compressed data cannot be read: Not a gzipped file (b'no')"}


def test_a_repaired_sweep_is_whole_after_the_next_run(results: Path, sweep: Sweep, target: Path) -> None:
    """Only what is damaged or missing is set back; what is foreign stays, and is named again."""
    _damage(results)
    answer = sweep("verify", "latest", "--repair")
    assert answer.code == 1
    assert answer.out.splitlines()[-2:] == [
        "set back: 5 shards; all others stay as they are",
        f"next:    sweep retry {SWEEP.id} --out sweep-results    # makes them anew, as the same sweep run does",
    ]
    run_in(target / "sweep-results", SWEEP, value)
    (results / "00000008.jsonl.gz").unlink()
    assert sweep("verify", "latest", "--repair").code == 1
    for note in results.glob("note-*"):
        note.unlink()
    answer = sweep("verify", "latest", "--repair", "--json")
    assert (answer.code, json.loads(answer.out)["set_back"]) == (0, 0)


def test_many_shards_are_set_back_in_parts(target: Path, sweep: Sweep) -> None:
    """More than the ledger's blocks have."""
    shutil.rmtree(run_in(target / "sweep-results", sweep_of(300, 300), value, [0, 1, 299]))
    answer = sweep("verify", "latest", "--repair")
    assert "missing: 300 shards (0-299), points 0-299: there is no result object" in answer.out
    assert "set back: 3 shards; " in answer.out


def test_nothing_is_repaired_while_the_sweep_runs(results: Path, sweep: Sweep, target: Path) -> None:
    """The message says why; without damage there is no conflict."""
    with closing(SqliteLedger(target / "sweep-results", HandClock())) as ledger:
        ledger.claim(SWEEP.id, 0, "owner", 1e9)
        assert sweep("verify", "latest", "--repair").code == 0
        (results / "00000000.jsonl.gz").unlink()
        assert "a process is running demo-000000000001" in sweep("verify", "latest", "--repair").problems


def test_repair_is_refused_where_results_cannot_be_set_back(results: Path) -> None:
    """A stack is such a place: the message has another way."""
    place = known_place(Where(results.parents[2]))
    elsewhere = type(place)("lab-stack", ("--stack", "lab"), place.sweeps, place.submit, place.find, place.files)
    with pytest.raises(InvalidSweep, match=r"--repair: is for a folder .* in lab-stack cannot be set back"):
        verify(SWEEP.id, elsewhere, Wanted(repair=True), as_json=False)
    (results / "00000000.jsonl.gz").unlink()
    assert verify(SWEEP.id, elsewhere, Wanted(sample=1), as_json=False) == 1


def test_a_sample_is_evaluated_again(results: Path, sweep: Sweep) -> None:
    """Lines that differ are named with both values, and make the exit code 1; the seed draws the same points again."""
    answer = sweep("verify", "latest", "--sample", "99")
    assert answer.code == 1
    assert answer.out.splitlines()[2].startswith("sample:  21 of 24 points evaluated again have the same line (--seed ")
    assert answer.out.splitlines()[3:6] == [
        "differs: point 5",
        '         stored  {"index":5,"point":{"x":5},"value":2.5}',
        '         here    {"index":5,"point":{"x":5},"error":{"type":"ValueError","message":"no root of 5"}}',
    ]
    assert "the target prints this" in answer.err
    first, again, other = (
        check_printed("verify", sweep(*["verify", "latest", "--sample", "4", "--json", "--seed"], seed).out)["sample"]
        for seed in "112"
    )
    assert first == again != other
    assert (first["seed"], first["compared"], first["lacking"]) == (1, 4, 0)


def test_a_sample_may_be_evaluated_by_another_function(results: Path, sweep: Sweep, target: Path) -> None:
    """Points without a line are counted apart, and of many differences the first are named."""
    (target / "toy.py").write_text("def g(x):\n    return -1\n")
    (results / "00000000.jsonl.gz").unlink()
    answer = sweep("verify", "latest", "--sample", "24", "--seed", "5", "--target", "toy:g")
    assert "sample:  0 of 21 points evaluated again have the same line, 3 more have no line to compare (--seed 5)" in (
        answer.out
    )
    assert "         ... and 11 more" in answer.out


@pytest.mark.parametrize("words", [("--seed", "1"), ("--target", "toy:g")])
def test_options_of_a_sample_need_one(results: Path, sweep: Sweep, words: tuple[str, ...]) -> None:
    """The message names the option that is missing."""
    assert sweep("verify", "latest", *words).problems.startswith("--sample: is missing")


def test_an_unknown_sweep_is_told_with_the_nearest(results: Path, sweep: Sweep) -> None:
    """By its id or by its name."""
    assert "did you mean demo-000000000001?" in sweep("verify", "demo-000000000002").problems
    assert "did you mean demo?" in sweep("verify", "demi").problems
