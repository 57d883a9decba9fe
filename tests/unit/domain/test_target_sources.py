"""What has changed between two readings of a target's sources."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.target_sources import changed, together

_SOURCES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py", "model:f"]), st.sampled_from(["1", "2"]))


def test_what_differs_appeared_or_vanished_is_named() -> None:
    """The names are in order; a source that stayed as it was is not among them."""
    before = {"same.py": "1", "edited.py": "1", "gone.py": "1"}
    now = {"new.py": "1", "edited.py": "2", "same.py": "1"}
    assert changed(before, now) == ["edited.py", "gone.py", "new.py"]


@given(_SOURCES, _SOURCES)
def test_nothing_has_changed_between_equal_sources_alone(before: dict[str, str], now: dict[str, str]) -> None:
    """Names are named exactly if the two differ, whichever of them came first."""
    assert (changed(before, now) == []) == (before == now)
    assert changed(before, now) == changed(now, before)


@given(_SOURCES, _SOURCES)
def test_results_of_different_sources_are_of_neither(before: dict[str, str], now: dict[str, str]) -> None:
    """Taken together they equal both if nothing differs, and else none, nor do they with a third."""
    both = together(before, now)
    assert both == together(now, before)
    assert both.keys() == before.keys() | now.keys()
    if before == now:
        assert both == now
    else:
        assert sorted(name for name, digest in both.items() if not digest) == changed(before, now)
        assert "" in together(both, now).values()
