"""Whether a request may extend the earlier sweep that it names."""

from __future__ import annotations

from application.ports.ledger import Ledger
from application.ports.runs import Runs
from domain.errors import InvalidSweep, Problem, SweepNotFound
from domain.extension import check_same_calls
from domain.request import SweepRequest
from domain.target_sources import TargetSources, changed

# Of the changed sources, so many are named.
_NAMED = 5


def check_extension(ledger: Ledger, request: SweepRequest, extends: str, code: str) -> None:
    """Refuse a request that extends a sweep which is not there, or at whose points other values are expected.

    `code` tells the targets that are deployed now from others.
    """
    try:
        earlier = ledger.sweep(extends)
    except SweepNotFound as missing:
        raise InvalidSweep.at("extends", f"{missing}; the earlier sweep must be in the same place") from missing
    try:
        check_same_calls(earlier.request, request.require_target(), request.design, request.constants)
    except InvalidSweep as refusal:
        # The caller may have meant it by a name, or as the latest.
        named = (Problem(one.path, f"{earlier.id} {one.message}") for one in refusal.problems)
        raise InvalidSweep(*named) from refusal
    if earlier.code != code:
        known = "when other code was deployed" if earlier.code else "before its code was known"
        message = f"{earlier.id} was submitted {known}; its values may be of another function"
        raise InvalidSweep.at("extends", message)


def check_sources(runs: Runs, extends: str, sources: TargetSources) -> None:
    """Refuse an earlier sweep whose values are not those of the target as it is now."""
    run = runs.of(extends)
    if run is None:
        raise InvalidSweep.at("extends", f"it is not known from which sources the values of {extends} are")
    names = changed(run.sources, sources)
    if names:
        named = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
        have = "has" if len(names) == 1 else "have"
        raise InvalidSweep.at("extends", f"{named} {have} changed since {extends}; its values are of another function")
