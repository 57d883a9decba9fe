"""A place of sweeps: what it has where nothing else is said."""

from __future__ import annotations

from application.place import no_log


def test_a_place_has_no_logs_unless_it_keeps_some() -> None:
    """A deployed stack's are with its platform."""
    assert no_log("toy-0") is None
