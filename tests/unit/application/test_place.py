"""A place that says nothing of a sweep's run."""

from __future__ import annotations

from application.place import no_log, no_paths


def test_a_place_without_runs_knows_no_log_and_no_folders() -> None:
    """A stack has neither: its workers log elsewhere, and have the target in their bundle."""
    assert no_log("lab-000000000001") is None
    assert no_paths("lab-000000000001") == ()
