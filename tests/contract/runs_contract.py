"""What every implementation of the port `Runs` keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.ports.runs import Run, Runs

FIRST = Run("a-1", "digest of a", {"model.py": "1", "part.py": "2"}, ("/models", "/more"), "/models")
CHANGED = Run("a-2", "digest of a", {"model.py": "3"})
OTHER = Run("b-1", "digest of b", {})


class RunsContract:
    """Two connections to the same runs; a test asks the second one for what it told the first."""

    @pytest.fixture
    def runs(self) -> Runs:
        """Return new runs."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, runs: Runs) -> Runs:
        """Return a second connection to them."""
        return runs

    def test_nothing_is_known_at_first(self, runs: Runs) -> None:
        """There is neither a latest sweep nor a run."""
        assert (runs.latest(), runs.last_of("digest of a"), runs.of("a-1")) == (None, None, None)

    def test_the_last_run_of_a_request_is_known_with_its_sources(self, runs: Runs, other: Runs) -> None:
        """Of several runs of one request the last one counts, whichever sweep it is of; other requests do not."""
        for run in (FIRST, CHANGED, OTHER):
            runs.begin(run)
        assert (other.last_of("digest of a"), other.last_of("digest of b")) == (CHANGED, OTHER)
        runs.begin(FIRST)
        assert other.last_of("digest of a") == FIRST

    def test_the_last_run_of_a_sweep_is_known(self, runs: Runs, other: Runs) -> None:
        """It has the folders in which its target was found; a later run of the sweep takes its place."""
        for run in (FIRST, CHANGED):
            runs.begin(run)
        assert (other.of("a-1"), other.of("a-2"), other.of("b-1")) == (FIRST, CHANGED, None)
        again = replace(FIRST, import_paths=("/moved",), started_in="")
        runs.begin(again)
        assert other.of("a-1") == again

    def test_the_latest_sweep_is_that_of_the_last_command(self, runs: Runs, other: Runs) -> None:
        """A run makes its sweep the latest, and so does a command that only reads; a run stays known all the same."""
        runs.begin(FIRST)
        runs.begin(OTHER)
        assert other.latest() == "b-1"
        other.deal_with("a-1")
        assert runs.latest() == "a-1"
        assert runs.last_of("digest of b") == OTHER
